package io.memdi.machine;

import io.memdi.Incarnation;
import io.memdi.Revision;
import io.memdi.log.Mistake;
import io.memdi.store.Session;
import io.memdi.transport.ClientMessage.Hail;
import io.memdi.transport.ClientMessage.HailReply;
import io.memdi.transport.ClientMessage.Verdict;
import io.memdi.transport.Entry;
import io.memdi.transport.Member;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * How a leader opens and ends the sessions of clients: by entries of the log, so that every node, and the next leader, knows the same
 * of them (Raft dissertation, 6.3).
 *
 * <p>A session is opened when a client first asks for one, and is there once that is committed; its ticket is the position of the entry.
 * It ends when the client says farewell, or was silent for long by the clock of one leader. Writes that carry the ticket of a session that
 * has ended are refused, even if the client has another one by now, so that they never take effect twice.
 */
final class ClientSessions {
    private final Core core;
    private final Proposals proposals;
    private final Transfer transfer;

    /** When this leader last heard of them. */
    private final Map<Incarnation, Long> heard = new HashMap<>();

    /** Whose session is appended, and not committed. */
    private final Set<Incarnation> opening = new HashSet<>();

    private long checkedAt;

    ClientSessions(Core core, Proposals proposals, Transfer transfer) {
        this.core = core;
        this.proposals = proposals;
        this.transfer = transfer;
    }

    /** A new leader does not know how long they have been silent, and has patience with all. */
    void begin() {
        end();
        checkedAt = core.now;
    }

    void end() {
        heard.clear();
        opening.clear();
    }

    /** A client is there, and perhaps wants a session; what it is to be told. */
    HailReply onHail(Member client, Hail hail) {
        Incarnation who = client.incarnation();
        Session session = core.state.sessions().get(who);
        Revision ticket = session == null || session.isClosing() ? Revision.NONE : session.ticket();
        boolean open = !ticket.equals(Revision.NONE);
        if (open) {
            heard.put(who, core.now);
        }
        boolean has = !hail.session().equals(Revision.NONE);
        if (!core.hasCommittedOwnTerm()) {
            // What this leader has inherited may open or end the session.
            return reply(hail, Verdict.LEADS, Revision.NONE, "");
        }
        if (has && !hail.session().equals(ticket)) {
            return reply(hail, Verdict.EXPIRED, Revision.NONE, "");
        }
        if (open) {
            return reply(hail, Verdict.LEADS, ticket, "");
        }
        return hail.opens() && session == null ? open(client, hail) : reply(hail, Verdict.LEADS, Revision.NONE, "");
    }

    private HailReply open(Member client, Hail hail) {
        Incarnation who = client.incarnation();
        int most = core.settings.clients().sessions();
        if (!opening.contains(who) && core.state.sessions().clients() + underWay() >= most) {
            return reply(
                    hail,
                    Verdict.FULL,
                    Revision.NONE,
                    "the cluster keeps sessions of " + most
                            + " clients that write, as many as it may: close some, or raise maxClients of its nodes");
        }
        if (core.open && !transfer.isUnderWay() && opening.add(who)) {
            proposals.append(new Entry.SessionOpened(core.term, core.log.lastIndex() + 1, who));
        }
        return reply(hail, Verdict.LEADS, Revision.NONE, "");
    }

    private int underWay() {
        return core.plants(Mistake.OPENS_TOO_MANY_SESSIONS) ? 0 : opening.size();
    }

    /** A client does not need its session any more. */
    void onFarewell(Member client, Revision ticket) {
        Session session = core.state.sessions().get(client.incarnation());
        if (session != null && session.isOfClient() && session.ticket().equals(ticket)) {
            close(client.incarnation(), session);
        }
    }

    private boolean close(Incarnation client, Session session) {
        if (session.isClosing() || transfer.isUnderWay() || !core.hasCommittedOwnTerm()) {
            return false;
        }
        proposals.append(new Entry.SessionClosed(core.term, core.log.lastIndex() + 1, client));
        heard.remove(client);
        return true;
    }

    /** Whoever waits for its session is told that it is there. */
    void onCommitted(Entry entry) {
        if (entry instanceof Entry.SessionOpened opened) {
            opening.remove(opened.client());
            // It asked a moment ago. Whatever is noted of it is of another session.
            heard.put(opened.client(), core.now);
            Member client = core.clients.get(opened.client());
            Session session = core.state.sessions().get(opened.client());
            if (client != null && session != null && session.isOfClient()) {
                core.send(
                        client,
                        new HailReply(
                                0,
                                Verdict.LEADS,
                                core.self,
                                session.ticket(),
                                core.knownToClients(),
                                "",
                                core.disk != null));
            }
        } else if (entry instanceof Entry.SessionClosed closed) {
            heard.remove(closed.client());
        }
    }

    /** Ends the sessions of those who were silent for long. */
    void tick() {
        if (core.now < deadline()) {
            return;
        }
        checkedAt = core.now;
        long idle = core.settings.clients().idleNanos();
        for (Incarnation client : core.state.sessions().ofClients()) {
            long since = heard.computeIfAbsent(client, first -> core.now);
            Session session = core.state.sessions().get(client);
            if (core.now - since >= idle && session != null && close(client, session)) {
                core.effects.note("ends the session of client " + client + ": nothing was heard of it for "
                        + idle / 1_000_000_000 + " s");
            }
        }
    }

    long deadline() {
        return core.state.sessions().clients() == 0
                ? Long.MAX_VALUE
                : checkedAt + core.settings.clients().idleNanos() / 8;
    }

    private HailReply reply(Hail hail, Verdict verdict, Revision session, String reason) {
        return new HailReply(
                hail.number(), verdict, core.self, session, core.knownToClients(), reason, core.disk != null);
    }
}
