package io.memdi.machine;

import io.memdi.ClusterId;
import io.memdi.Incarnation;
import io.memdi.Revision;
import io.memdi.Role;
import io.memdi.log.ReplicatedLog;
import io.memdi.store.Positions;
import io.memdi.store.State;
import io.memdi.transport.Configuration;
import io.memdi.transport.Contact;
import io.memdi.transport.Envelope;
import io.memdi.transport.Member;
import io.memdi.transport.Message;
import io.memdi.transport.Message.Mode;
import io.memdi.transport.Write;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One server of a cluster, as a pure machine: it is told the time, messages and requests, and says what is to be done.
 *
 * <pre>
 *   begin(now)  onMessage* onPeerDown* submit* read* transfer*  end() -> Effects
 *               \________________ one turn of the loop _______________/
 * </pre>
 *
 * <p>The consensus is Raft's (Ongaro's dissertation; sections are named where a rule protects safety). Here are the one dispatch and
 * the one door through which roles change; {@link Bootstrap}, {@link Election}, {@link Following} and {@link Leading} work. Loop only.
 */
public final class Replica implements Door {
    private final Core core;
    private final Bootstrap bootstrap;
    private final Admission admission;
    private final Election election;
    private final Following following;
    private final Leading leading;
    private final Waiting waiting;
    private boolean stopped;

    /**
     * A server that holds nothing yet.
     *
     * @param settings times and sizes
     * @param self name and address of this node
     * @param founders the static list, the same on every node; its first name coordinates
     * @param random for the incarnation, cluster ids and election timeouts
     */
    public Replica(Settings settings, Contact self, List<Contact> founders, RandomGenerator random) {
        core = new Core(settings, self, founders, random);
        bootstrap = new Bootstrap(core);
        admission = new Admission(core, bootstrap, this);
        election = new Election(core, this);
        following = new Following(core);
        leading = new Leading(core, this);
        waiting = new Waiting(core, bootstrap, leading);
    }

    /** Begins a turn at this time. Everything below, up to {@link #end()}, is called within a turn. */
    public void begin(long now) {
        core.now = now;
        core.effects.clear();
    }

    /** An envelope has arrived. It is refused here unless it is meant for this incarnation, in this cluster. */
    public void onMessage(Envelope envelope) {
        if (stopped || envelope.group() != 0) {
            return;
        }
        if (envelope.message() instanceof Message.Founding) {
            if (envelope.target() == null || envelope.target().equals(core.self.incarnation())) {
                bootstrap.onMessage(envelope);
                followBootstrap();
            }
        } else {
            boolean admitted = admission.admits(envelope);
            followBootstrap();
            if (admitted && admission.isInTerm(envelope)) {
                dispatch(envelope.sender(), envelope.message());
            }
        }
    }

    private void dispatch(Member from, Message message) {
        if (message instanceof Message.Append append) {
            heardLeader(from);
            following.onAppend(from, append);
        } else if (message instanceof Message.Heartbeat heartbeat) {
            heardLeader(from);
            following.onHeartbeat(from, heartbeat);
        } else if (message instanceof Message.VoteRequest request) {
            election.onRequest(from, request);
        } else if (message instanceof Message.VoteReply reply) {
            election.onReply(from, reply);
        } else if (message instanceof Message.WriteReplies replies && isLeader(from)) {
            replies.replies().forEach(core.effects::reply);
            core.effects.expect(replies.expected());
        } else if (message instanceof Message.ReadReply reply && isLeader(from)) {
            core.effects.read(reply);
        } else if (message instanceof Message.StandNow && isLeader(from)) {
            stand("the leader handed over");
        } else if (message instanceof Message.Evicted evicted) {
            admission.onEvicted(from, evicted);
        } else if (core.leads()) {
            leading.onMessage(from, message);
        }
    }

    private boolean isLeader(Member member) {
        return core.leader != null && core.leader.incarnation().equals(member.incarnation());
    }

    private void heardLeader(Member from) {
        if (core.leads()) {
            throw new IllegalStateException("two leaders in term " + core.term + ": " + core.self + " and " + from);
        }
        if (core.role != Role.FOLLOWER || !isLeader(from)) {
            follow(core.term, from, "leader " + from.name() + " was heard");
        }
        election.heardLeader();
    }

    /** The transport has lost the connection to a node. */
    public void onPeerDown(String name) {
        if (stopped || bootstrap.mode() != Mode.MEMBER) {
            return;
        }
        if (core.leads()) {
            leading.onPeerDown(name);
        } else if (core.leader != null && core.leader.name().equals(name)) {
            election.lostLeader(core.leader);
            core.leader = null;
        }
    }

    /**
     * Hands writes of this node's own session to the leader, itself or another.
     *
     * @param firstOpen the lowest number whose caller still waits
     * @param writes the writes, in the order of their numbers
     * @return false if they were not sent: the cluster takes no writes yet, no leader is known, or it is about to change
     */
    public boolean submit(long firstOpen, List<Write> writes) {
        if (!core.open || core.leader == null || stopped) {
            return false;
        }
        if (core.leads()) {
            return leading.submit(firstOpen, writes);
        }
        core.send(core.leader, new Message.Writes(firstOpen, writes));
        return true;
    }

    /**
     * Asks the leader for a read index.
     *
     * @param request a number of the caller's; the answer, if there is one, names it
     * @return false if no leader is known, so that nothing was sent
     */
    public boolean read(long request) {
        return askLeader(new Message.ReadRequest(request));
    }

    /**
     * Asks the leader to hand over.
     *
     * @param name the voter that is to lead, or null for the fittest
     * @return false if no leader is known, so that nothing was sent
     */
    public boolean transfer(@Nullable String name) {
        return askLeader(new Message.TransferRequest(name));
    }

    private boolean askLeader(Message message) {
        if (core.leader == null || stopped) {
            return false;
        }
        if (core.leads()) {
            leading.onMessage(core.self, message);
        } else {
            core.send(core.leader, message);
        }
        return true;
    }

    /**
     * Begins a change of members, on the leader: one change at a time, that of voters in a joint step and a final one.
     *
     * @param voters who votes afterwards, at least one
     * @param learners who gets the log afterwards without a vote
     * @return why it was refused; null if it has begun
     */
    public @Nullable String change(List<Member> voters, List<Member> learners) {
        return core.leads() && !stopped ? leading.change(voters, learners) : "this node does not lead";
    }

    /** Ends the turn: deadlines, commit, one round of appends. The effects are valid until the next turn begins. */
    public Effects end() {
        if (!stopped) {
            work();
            checkInvariants();
        }
        return core.effects;
    }

    private void work() {
        bootstrap.tick();
        followBootstrap();
        if (bootstrap.mode() == Mode.MEMBER) {
            election.tick();
            if (core.leads()) {
                leading.turn();
            }
            core.trim();
            core.publish();
        }
        if (core.effects.stopped() != null) {
            stopped = true;
            core.role = Role.STOPPED;
            core.leader = null;
        } else {
            waiting.tick();
        }
    }

    /** When the next turn is due at the latest; {@link Long#MAX_VALUE} if nothing is to be waited for. */
    public long deadline() {
        if (stopped) {
            return Long.MAX_VALUE;
        }
        return Math.min(bootstrap.deadline(), core.leads() ? leading.deadline() : election.deadline());
    }

    private void followBootstrap() {
        if (bootstrap.mode() == Mode.MEMBER && core.role == Role.FOUNDING) {
            core.role = Role.FOLLOWER;
            election.postpone();
            if (core.contact.name().equals(core.founders.get(0).name())) {
                election.awaitTurn();
            }
        } else if (bootstrap.mode() == Mode.EMPTY && core.role != Role.FOUNDING) {
            core.role = Role.FOUNDING;
            election.stop();
        }
    }

    @Override
    public void follow(long term, @Nullable Member leader, String cause) {
        boolean raised = term > core.term;
        if (raised) {
            core.term = term;
            core.votedFor = null;
        }
        if (core.leads()) {
            leading.end();
        }
        if (core.role != Role.FOLLOWER || leader != null) {
            move(Role.FOLLOWER, leader, cause);
        }
        core.leader = leader;
        if (leader == null) {
            election.newTerm();
        }
    }

    @Override
    public void askAround(String cause) {
        Configuration inForce = core.configurations.inForce();
        if (inForce == null || inForce.voter(core.self.incarnation()) == null) {
            election.postpone();
            return;
        }
        if (core.role != Role.PRE_CANDIDATE) {
            move(Role.PRE_CANDIDATE, null, cause);
        }
        election.begin(true);
    }

    @Override
    public void stand(String cause) {
        core.term++;
        move(Role.CANDIDATE, null, cause);
        election.begin(false);
    }

    @Override
    public void lead(String cause) {
        move(Role.LEADER, core.self, cause);
        election.stop();
        leading.begin();
    }

    private void move(Role next, @Nullable Member leader, String cause) {
        boolean legal = switch (next) {
            case FOLLOWER -> true;
            case PRE_CANDIDATE -> core.role == Role.FOLLOWER || core.role == Role.CANDIDATE;
            case CANDIDATE -> core.role == Role.PRE_CANDIDATE || core.role == Role.FOLLOWER;
            case LEADER -> core.role == Role.CANDIDATE;
            default -> false;
        };
        if (!legal) {
            throw new IllegalStateException(core.role + " cannot become " + next);
        }
        core.effects.note(core.role + " -> " + next + " in term " + core.term
                + (leader == null || next == Role.LEADER ? "" : " under " + leader.name()) + ": " + cause);
        core.role = next;
        core.leader = leader;
    }

    /** What must hold after every turn; cheap, and always on. */
    public void checkInvariants() {
        core.checkInvariants();
    }

    /** What this server is. */
    public Role role() {
        return core.role;
    }

    /** Its term. */
    public long term() {
        return core.term;
    }

    /** This server in its present incarnation, which changes if a bootstrap is given up. */
    public Member self() {
        return core.self;
    }

    /** The leader that it follows, itself if it leads; null if it knows none. */
    public @Nullable Member leader() {
        return core.leader;
    }

    /** Its cluster; null while it has none. */
    public @Nullable ClusterId cluster() {
        return core.cluster;
    }

    /** The configuration in force here; null before the founding. */
    public @Nullable Configuration configuration() {
        return core.configurations.inForce();
    }

    /** What it remembers of the founding. */
    public Mode mode() {
        return bootstrap.mode();
    }

    /** Its log, to be read within a turn or while the loop rests. */
    public ReplicatedLog log() {
        return core.log;
    }

    /** Position of its last entry. */
    public Revision last() {
        return core.log.last();
    }

    /** Index up to which it knows entries to be committed. */
    public long committed() {
        return core.committed;
    }

    /** Whom it voted for in its term; null if nobody. */
    public @Nullable Incarnation votedFor() {
        return core.votedFor;
    }

    /** Whether its log holds the entry that opens the cluster: from then on it never gives the cluster up. */
    boolean isBound() {
        return core.isBound();
    }

    /** Whether the cluster takes writes, as far as it knows. */
    public boolean isOpen() {
        return core.open;
    }

    /** The tables, sessions and registry of this node. */
    public State state() {
        return core.state;
    }

    /** How far readers of this node may go. */
    public Positions positions() {
        return core.positions;
    }

    /** Whether it is a voter in a cluster that takes writes, and knows who leads. */
    public boolean isReady() {
        return !stopped && waiting.isOver();
    }

    /** Why it is not ready, in plain words; empty if it is. */
    public String waitingFor() {
        return stopped ? String.valueOf(core.effects.stopped()) : waiting.reason();
    }
}
