package io.memdi.store;

import io.memdi.Incarnation;
import io.memdi.Revision;
import io.memdi.transport.Configuration;
import io.memdi.transport.Member;
import io.memdi.transport.SessionState;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The sessions: one for each member, opened with its membership, and one for each client that writes, opened by an entry of its own. */
public final class Sessions {
    private final Map<Incarnation, Session> sessions = new LinkedHashMap<>();

    /** Writes come in rows of one owner. */
    private @Nullable Incarnation lastOwner;

    private @Nullable Session last;

    private int clients;

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
            sessions.putIfAbsent(member.incarnation(), new Session(Revision.NONE));
        }
        lastOwner = null;
    }

    /** The sessions of those who do not belong to the cluster any more end, and their writes are refused. */
    void closeAllBut(Configuration configuration) {
        sessions.entrySet()
                .removeIf(
                        session -> !session.getValue().isOfClient() && configuration.member(session.getKey()) == null);
        lastOwner = null;
    }

    /** A client that has a session keeps it. */
    void open(Incarnation client, Revision ticket) {
        if (sessions.putIfAbsent(client, new Session(ticket)) == null) {
            clients++;
            lastOwner = null;
        }
    }

    void close(Incarnation client) {
        Session session = sessions.get(client);
        if (session != null && session.isOfClient()) {
            sessions.remove(client);
            clients--;
            lastOwner = null;
        }
    }

    /** An entry that ends a client's session was executed, or is taken back. */
    void closing(Incarnation client, boolean ends) {
        Session session = sessions.get(client);
        if (session != null && session.isOfClient()) {
            session.closing(ends);
        }
    }

    /** How many of them are of clients. */
    public int clients() {
        return clients;
    }

    /** The clients that have a session. */
    public List<Incarnation> ofClients() {
        return clients == 0
                ? List.of()
                : sessions.entrySet().stream()
                        .filter(session -> session.getValue().isOfClient())
                        .map(Map.Entry::getKey)
                        .toList();
    }

    void clear() {
        sessions.clear();
        clients = 0;
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
        for (SessionState state : states) {
            Session session = Session.of(state);
            sessions.put(state.owner(), session);
            clients += session.isOfClient() ? 1 : 0;
        }
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
