package io.memdi.store;

import io.memdi.Incarnation;
import io.memdi.transport.Configuration;
import io.memdi.transport.Member;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The sessions: one for each member, opened with its membership. */
public final class Sessions {
    private final Map<Incarnation, Session> sessions = new LinkedHashMap<>();

    /** Writes come in rows of one owner. */
    private @Nullable Incarnation lastOwner;

    private @Nullable Session last;

    /** The session of an incarnation, or null if it has none: its writes are refused. */
    public @Nullable Session get(Incarnation owner) {
        if (!owner.equals(lastOwner)) {
            last = sessions.get(owner);
            lastOwner = owner;
        }
        return last;
    }

    void open(Configuration configuration) {
        for (Member member : configuration.members()) {
            sessions.putIfAbsent(member.incarnation(), new Session());
        }
        lastOwner = null;
    }

    /** The sessions of those who do not belong to the cluster any more end, and their writes are refused. */
    void closeAllBut(Configuration configuration) {
        sessions.keySet().removeIf(owner -> configuration.member(owner) == null);
        lastOwner = null;
    }

    void clear() {
        sessions.clear();
        lastOwner = null;
    }

    void rollback() {
        sessions.values().forEach(Session::rollback);
    }

    /** A digest of what is committed in all sessions, the same on every node at the same index. */
    public long digest() {
        long digest = 0;
        for (Map.Entry<Incarnation, Session> session : sessions.entrySet()) {
            digest += session.getKey().hashCode() * 0x9E3779B97F4A7C15L
                    ^ session.getValue().digest();
        }
        return digest;
    }
}
