package io.memdi.client;

import io.memdi.ClusterId;
import io.memdi.Incarnation;
import io.memdi.Revision;
import io.memdi.log.Mistake;
import io.memdi.transport.ClientMessage;
import io.memdi.transport.ClientMessage.Answers;
import io.memdi.transport.ClientMessage.Farewell;
import io.memdi.transport.ClientMessage.Hail;
import io.memdi.transport.ClientMessage.HailReply;
import io.memdi.transport.ClientMessage.Order;
import io.memdi.transport.ClientMessage.OrderReply;
import io.memdi.transport.ClientMessage.Queries;
import io.memdi.transport.ClientMessage.SessionWrites;
import io.memdi.transport.ClientMessage.StatusReply;
import io.memdi.transport.ClientMessage.StatusRequest;
import io.memdi.transport.ClientMessage.Verdict;
import io.memdi.transport.Configuration;
import io.memdi.transport.Contact;
import io.memdi.transport.Envelope;
import io.memdi.transport.Member;
import io.memdi.transport.Message.WriteReplies;
import io.memdi.transport.Message.Writes;
import io.memdi.transport.Query;
import io.memdi.transport.Write;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A client of one cluster, as a pure machine: it is told the time, messages and requests, and says what is to be done. It has no term and
 * no vote.
 *
 * <pre>
 *   client                                   any node                          leader
 *     |------- hail, at first, and each second -->|                               |
 *     |<------ who leads, who belongs to it ------|                               |
 *     |------- hail: opens a session ------------------------------------------->| log
 *     |<------ its ticket ------------------------------------------------------- |
 *     |------- ticket, writes -------------------------------------------------->|
 *     |------- queries -------------------------->|                               |
 *     |                                           | (another leads)
 *     |<------ unasked: who leads ----------------|
 * </pre>
 *
 * <p>As long as it does not know who leads, or has no session and wants one, it hails all nodes that it knows, more and more slowly, down to
 * once a second. Of two nodes that name different leaders, the one in the higher term is right. Loop only.
 */
public final class ClientMachine {
    private final ClientTimes times;
    private final Member self;
    private final @Nullable Mistake planted;
    private final Acquaintances nodes;
    private final Strangers strangers = new Strangers();
    private final ClientEffects effects = new ClientEffects();

    private long now;
    private final Hails hails;
    private @Nullable ClusterId cluster;

    /** The term that {@link #leader} leads, or of which no leader is known yet. */
    private long term;

    private @Nullable Member leader;
    private final ClientSession session = new ClientSession();
    private boolean wantsSession;

    /** Somebody waits for what the nodes have to tell. */
    private boolean wantsNews;

    private String refusal = "";

    /** What was hailed up to this one may still be answered from the cluster that a recovery has left. */
    private long hailsBefore;

    /** The cluster of the node that has done last what it was asked for. */
    private @Nullable ClusterId obeyedIn;

    /**
     * A client that knows nobody yet.
     *
     * @param times how often it hails
     * @param self who it is, which stays
     * @param given where nodes are to be found
     * @param random which of them it asks what any can answer
     * @param planted a mistake to make, in tests; else null
     */
    public ClientMachine(
            ClientTimes times, Member self, List<Contact> given, RandomGenerator random, @Nullable Mistake planted) {
        this.times = times;
        this.self = self;
        this.planted = planted;
        this.nodes = new Acquaintances(given, random);
        this.hails = new Hails(times);
    }

    /** Begins a turn at this time. Everything below, up to {@link #end()}, is called within a turn. */
    public void begin(long time) {
        now = time;
        effects.clear();
    }

    /** An envelope has arrived. */
    public void onMessage(Envelope envelope) {
        if (envelope.group() != 0 || !self.incarnation().equals(envelope.target())) {
            return;
        }
        Member from = envelope.sender();
        if (envelope.message() instanceof HailReply reply) {
            onHailReply(envelope, reply);
        } else if (envelope.message() instanceof StatusReply reply) {
            effects.status(reply);
        } else if (cluster == null || !cluster.equals(envelope.cluster())) {
            if (envelope.message() instanceof OrderReply reply) {
                onOrderReply(envelope, reply); // what founds or recovers a cluster is answered from another one
            }
        } else if (envelope.message() instanceof WriteReplies replies) {
            boolean current = isLeader(from) && envelope.term() == term;
            if (current || planted == Mistake.CLIENT_TAKES_OLD_LEADERS_ANSWER) {
                effects.replies(replies.replies(), replies.expected());
            }
        } else if (envelope.message() instanceof Answers answers) {
            effects.answers(answers.answers());
        } else if (envelope.message() instanceof OrderReply reply) {
            onOrderReply(envelope, reply);
        }
    }

    private void onOrderReply(Envelope envelope, OrderReply reply) {
        if (reply.refusal().isEmpty()) {
            obeyedIn = envelope.cluster();
        }
        effects.order(reply);
    }

    private boolean isLeader(Member member) {
        return leader != null && leader.incarnation().equals(member.incarnation());
    }

    private void onHailReply(Envelope envelope, HailReply reply) {
        Member from = envelope.sender();
        boolean other = reply.verdict() == Verdict.OTHER_CLUSTER
                || (cluster != null && envelope.cluster() != null && !cluster.equals(envelope.cluster()));
        if (other) {
            String news = reply.number() > hailsBefore ? strangers.meet(from, envelope.cluster(), cluster, now) : "";
            if (!news.isEmpty()) {
                effects.warn(news);
            }
            return;
        }
        if (reply.verdict() == Verdict.NO_CLUSTER || envelope.cluster() == null) {
            return;
        }
        cluster = envelope.cluster();
        nodes.learn(reply.listed());
        if (envelope.term() >= term) {
            learn(envelope.term(), reply);
        }
        strangers.isNone(from);
        Acquaintance known = nodes.of(from);
        if (known != null) {
            known.heard(from, now);
        }
        if (isLeader(from) && envelope.term() == term) {
            onLeader(reply);
        }
    }

    private void learn(long replyTerm, HailReply reply) {
        effects.storage(reply.durable());
        boolean news = replyTerm > term || (leader == null && reply.leader() != null);
        if (replyTerm > term) {
            leader = null;
        }
        term = replyTerm;
        if (news && reply.leader() != null) {
            leader = reply.leader();
            effects.note("follows leader " + leader.name() + " of term " + term);
            hailSoon();
        }
    }

    private void onLeader(HailReply reply) {
        refusal = reply.verdict() == Verdict.FULL ? reply.reason() : "";
        if (reply.verdict() != Verdict.EXPIRED) {
            session.opened(reply.session(), hails.count());
        } else if (session.ended(reply.number())) {
            effects.note(
                    "its session has ended, because the leader had not heard of it for long; it opens another one");
            effects.loseSession("the leader had not heard of this client for long, and its session had ended");
            hailSoon();
        }
    }

    /** The leader is to hear of this client at once; and if something is missing, all are. */
    private void hailSoon() {
        hails.hurry();
        for (Acquaintance each : nodes.all()) {
            if (!isSettled() || isLeaderAt(each)) {
                each.hailed = false;
            }
        }
    }

    private boolean isLeaderAt(Acquaintance node) {
        return leader != null && leader.address().equals(node.contact.address());
    }

    /** The transport has lost the connection to a node. */
    public void onPeerDown(String name) {
        nodes.lost(name);
        if (leader != null && (leader.name().equals(name) || leader.address().equals(name))) {
            leader = null;
            effects.note("has lost the connection to leader " + name);
            hailSoon();
        }
    }

    // --- what callers want ---

    /** Whether there are writes: for those, a session is opened. What a leader has refused it may give to those that come later. */
    public void wantSession(boolean wants) {
        boolean anew = wants && !wantsSession;
        wantsSession = wants;
        if (anew && !session.isOpen()) {
            refusal = "";
            hailSoon();
        }
    }

    /** Whether somebody waits for news of the cluster: then nodes are hailed more often. */
    public void wantNews(boolean wants) {
        wantsNews = wants;
    }

    /**
     * Hands writes to the leader.
     *
     * @return false if nothing was sent: no leader is known, or there is no session
     */
    public boolean submit(long firstOpen, List<Write> writes) {
        if (leader == null || !session.isOpen()) {
            return false;
        }
        send(leader, new SessionWrites(session.ticket(), new Writes(firstOpen, writes)));
        return true;
    }

    /** Whom to ask what any node can answer; null if nobody is known who can. */
    public @Nullable Member usualNode() {
        return nodes.usual(now, times.silentNanos());
    }

    /** A node has not answered in time: others are asked, for a while. */
    public void slow(Member node) {
        nodes.slow(node.incarnation(), now);
    }

    /** Asks a node what is in stores. */
    public void ask(Member node, List<Query> queries) {
        send(node, new Queries(queries));
    }

    /** Asks whatever node lives at an address how it is. */
    public void ask(Contact node, StatusRequest request) {
        effects.send(node, new Envelope(0, cluster, self, null, 0, request));
    }

    /** Asks for a change. */
    public void order(Member node, Order order) {
        send(node, order);
    }

    /** Asks whatever node is at an address that this client was given. */
    public void order(Contact given, Order order) {
        effects.send(given, new Envelope(0, cluster, self, null, 0, order));
    }

    /** The cluster is that of the node which has done what it was asked for, as after a recovery. What was on its way in the old one ends as unknown. */
    public void startOver() {
        cluster =
                obeyedIn; // a reply to a hail from before may still arrive, and has to be known for that of another one
        nodes.startOver();
        leader = null;
        term = 0;
        hailsBefore = hails.count();
        session.startOver();
        effects.loseSession(
                "this client went on to the cluster of the node that it had asked to found or to recover one");
        hailSoon();
    }

    /** Says that it is gone. */
    public void leave() {
        if (leader != null && session.isOpen()) {
            send(leader, new Farewell(session.ticket()));
        }
    }

    /** Sends to a node, wherever that is. */
    private void send(Member to, ClientMessage message) {
        effects.send(
                new Contact(to.name(), to.address()), new Envelope(0, cluster, self, to.incarnation(), 0, message));
    }

    /** Ends the turn. The effects are valid until the next one begins. */
    public ClientEffects end() {
        boolean settled = isSettled();
        hails.begin(settled, wantsNews);
        for (Acquaintance each : nodes.all()) {
            if (hails.isDue(each, now)) {
                Hail hail = new Hail(hails.next(each, now), session.ticket(), wantsSession);
                effects.send(each.contact, new Envelope(0, cluster, self, null, 0, hail));
            }
        }
        hails.end(settled);
        return effects;
    }

    /** Whether nothing is missing. */
    private boolean isSettled() {
        return leader != null && (!wantsSession || session.isOpen());
    }

    /** When the next turn is due at the latest. */
    public long deadline() {
        hails.begin(isSettled(), wantsNews);
        return hails.deadline(nodes.all(), now);
    }

    // --- what it knows ---

    /** The leader to whom writes can go; null if none is known, or there is no session yet. */
    public @Nullable Member writesTo() {
        return !session.isOpen() ? null : leader;
    }

    /** The leader; null if none is known. */
    public @Nullable Member leader() {
        return leader;
    }

    public long term() {
        return term;
    }

    /** The ticket of the session; {@link Revision#NONE} if there is none. */
    public Revision session() {
        return session.ticket();
    }

    public @Nullable ClusterId cluster() {
        return cluster;
    }

    /** Who belongs to the cluster; null as long as no node has told. */
    public @Nullable Configuration configuration() {
        return nodes.configuration();
    }

    public Incarnation incarnation() {
        return self.incarnation();
    }

    /** Why the leader gives it no session; empty if it does not refuse. */
    public String refusal() {
        return refusal;
    }

    /** What it waits for, and which addresses lead elsewhere, in plain words; empty if nothing is missing or wrong. */
    public String waitingFor() {
        boolean anybody = nodes.isAnybodyAwake(now, times.silentNanos());
        String missing = missing(anybody);
        String wrong = strangers.words(now, times.silentNanos());
        if (wrong.isEmpty()) {
            return missing;
        }
        if (!anybody) {
            return wrong + ": close this client, and connect another one";
        }
        return (missing.isEmpty() ? "" : missing + "; and ") + wrong + ": connect clients to addresses of one cluster";
    }

    private String missing(boolean anybody) {
        if (isSettled()) {
            return "";
        }
        if (!refusal.isEmpty()) {
            return refusal;
        }
        if (!anybody) {
            return "no node of a cluster answers at " + nodes.addresses();
        }
        return leader == null
                ? "the nodes that answer know no leader; an election needs a majority of the voters"
                : "leader " + leader.name() + " has not opened a session for this client yet";
    }
}
