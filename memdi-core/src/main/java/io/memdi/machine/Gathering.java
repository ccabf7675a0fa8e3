package io.memdi.machine;

import io.memdi.Incarnation;
import io.memdi.transport.Entry;
import io.memdi.transport.HealMessage.HealOpened;
import io.memdi.transport.HealMessage.HealPart;
import io.memdi.transport.HealMessage.HealPartRequest;
import io.memdi.transport.Member;
import io.memdi.transport.SessionState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a follower has of its leader's {@link Opening}: one part after the other, all of one position. Nothing of it is used before the last
 * part is there; and it is of no use under another leader, which opens anew.
 */
final class Gathering {
    private final Member leader;
    private final long term;
    private final HealOpened opened;
    private final List<Entry.StoreCreated> stores = new ArrayList<>();
    private final Map<Incarnation, List<SessionState>> sessions = new LinkedHashMap<>();
    private int parts;

    /** When the next part was asked for; {@link Long#MIN_VALUE} if it was not. */
    long askedAt = Long.MIN_VALUE;

    Gathering(Member leader, long term, HealOpened opened) {
        this.leader = leader;
        this.term = term;
        this.opened = opened;
    }

    HealOpened opened() {
        return opened;
    }

    Member leader() {
        return leader;
    }

    boolean isFrom(Member sender, long inTerm) {
        return leader.incarnation().equals(sender.incarnation()) && term == inTerm;
    }

    boolean isWhole() {
        return parts == opened.parts();
    }

    HealPartRequest next() {
        return new HealPartRequest(opened.opening(), parts);
    }

    /** Takes a part, if it is the one that comes next. */
    void take(HealPart part) {
        if (part.opening() != opened.opening() || part.part() != parts || isWhole()) {
            return;
        }
        stores.addAll(part.stores());
        for (SessionState session : part.sessions()) {
            sessions.computeIfAbsent(session.owner(), owner -> new ArrayList<>())
                    .add(session);
        }
        parts++;
        askedAt = Long.MIN_VALUE;
    }

    List<Entry.StoreCreated> stores() {
        return stores;
    }

    List<SessionState> sessions() {
        return sessions.values().stream().map(SessionState::joined).toList();
    }
}
