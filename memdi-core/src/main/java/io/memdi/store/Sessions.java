package io.memdi.store;

import io.memdi.Incarnation;
import io.memdi.transport.Configuration;
import io.memdi.transport.Member;
import io.memdi.transport.SessionState;
import java.util.LinkedHashMap;
import java.util.List;
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

    /** What is committed in all of them, for a node that heals. */
    public List<SessionState> states() {
        return sessions.entrySet().stream()
                .map(session -> session.getValue().state(session.getKey()))
                .toList();
    }

    /** Takes over what a leader has. */
    void restore(List<SessionState> states) {
        clear();
        states.forEach(state -> sessions.put(state.owner(), Session.of(state)));
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
