package io.memdi.machine;

import io.memdi.ClusterId;
import io.memdi.Incarnation;
import io.memdi.Revision;
import io.memdi.Role;
import io.memdi.log.ReplicatedLog;
import io.memdi.storage.Recovered;
import io.memdi.store.Positions;
import io.memdi.store.State;
import io.memdi.transport.ClientMessage;
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
 * <p>The consensus is Raft's (Ongaro's dissertation; sections are named where a rule protects safety). Here is what the
 * loop calls; {@link Dispatch} knows who handles which message, {@link Roles} is the door through which roles change, and {@link Bootstrap}, {@link Election}, {@link Following} and {@link Leading} work. Loop only.
 */
public final class Replica {
    private final Core core;
    private final Bootstrap bootstrap;
    private final Admission admission;
    private final Newcomers newcomers;
    private final Roles roles;
    private final Election election;
    private final Following following;
    private final Healing healing;
    private final Leading leading;
    private final Waiting waiting;
    private final Recovery recovery;
    private final Reception reception;
    private final Dispatch dispatch;
    private boolean stopped;

    /** A server that holds nothing yet; what is random about it is the incarnation, cluster ids and election timeouts. */
    public Replica(Settings settings, Contact self, Start start, RandomGenerator random) {
        this(settings, self, start, random, null, null);
    }

    /**
     * A server of a durable cluster, with what its directory has recovered, and what reads a snapshot; both null for one on memory.
     *
     * @throws io.memdi.StorageException if that contradicts itself
     */
    public Replica(
            Settings settings,
            Contact self,
            Start start,
            RandomGenerator random,
            @Nullable Recovered recovered,
            @Nullable Images images) {
        core = new Core(settings, self, start, random);
        bootstrap = new Bootstrap(core);
        roles = new Roles(core);
        admission = new Admission(core, bootstrap, roles);
        election = roles.election();
        following = new Following(core);
        healing = new Healing(core, following);
        leading = roles.leading();
        newcomers = new Newcomers(core, bootstrap, leading);
        waiting = new Waiting(core, bootstrap, leading, healing);
        recovery = new Recovery(core, bootstrap, roles);
        reception = new Reception(core, bootstrap, leading);
        dispatch = new Dispatch(core, roles, admission, following, healing);
        if (recovered != null) {
            core.disk = new Durability(core, bootstrap, following, recovered);
            new Restoration(core, bootstrap, core.disk).restore(recovered, images);
        }
    }

    /** What this server has on its disk, and hands to it; null on memory. */
    public @Nullable Durability disk() {
        return core.disk;
    }

    /** Begins a turn at this time. Everything below, up to {@link #end()}, is called within a turn. */
    public void begin(long now) {
        core.now = now;
        core.effects.clear();
    }

    /** An envelope has arrived. It is refused here unless it is meant for this incarnation, in this cluster. */
    public void onMessage(Envelope envelope) {
        boolean silent = core.effects.isStopping() || Damage.keepsSilent(core, envelope.message());
        if (silent || envelope.group() != 0) {
            return;
        }
        if (envelope.message() instanceof ClientMessage message) {
            reception.onMessage(envelope, message);
        } else if (envelope.message() instanceof Message.Founding) {
            if (envelope.target() == null || envelope.target().equals(core.self.incarnation())) {
                if (envelope.message() instanceof Message.JoinRequest request) {
                    newcomers.onRequest(envelope.sender(), request);
                } else {
                    bootstrap.onMessage(envelope);
                }
                followBootstrap();
            }
        } else {
            boolean admitted = admission.admits(envelope);
            followBootstrap();
            if (admitted && admission.isInTerm(envelope)) {
                dispatch.handle(envelope.sender(), envelope.message());
            }
        }
    }

    /** The transport has lost the connection to a node. */
    public void onPeerDown(String name) {
        if (core.effects.isStopping() || bootstrap.mode() != Mode.MEMBER) {
            return;
        }
        if (core.leads()) {
            leading.onPeerDown(name);
        } else if (core.leader != null && core.leader.name().equals(name) && election.lostLeader(core.leader)) {
            core.leader = null;
        }
    }

    /** A node says, before any message, that it never deals with this one, and why. Who asks to be taken in need not go on. */
    public void onRefused(String address, String reason) {
        waiting.onRefused(address, reason);
    }

    /** A node says that it is of another cluster. */
    public void onStranger(String reason) {
        core.strangers.heard(reason);
    }

    /**
     * Hands writes of this node's own session to the leader, itself or another.
     *
     * @param firstOpen the lowest number whose caller still waits
     * @param writes the writes, in the order of their numbers
     * @return false if they were not sent: the cluster takes no writes yet, no leader is known, or it is about to change
     */
    public boolean submit(long firstOpen, List<Write> writes) {
        if (!core.open || core.leader == null || core.effects.isStopping()) {
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
        if (core.leader == null || core.effects.isStopping()) {
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
     * Asks the leader for a change of members.
     *
     * @param request a number of the caller's; the answer, if there is one, names it
     * @param change what is to change
     * @param name the member that it is about; empty where it is about none
     * @return false if no leader is known, so that nothing was sent
     */
    public boolean change(long request, Message.Change change, String name) {
        return askLeader(new Message.ChangeRequest(request, change, name));
    }

    /** Begins a change of members, on the leader; for tests of changes that no operator can ask for. */
    @Nullable
    Refusal change(Configuration after) {
        return core.leads() ? leading.change(after) : Refusal.forNow("this node does not lead");
    }

    /** Founds a cluster of this server alone; returns why not, or null if it was founded. */
    public @Nullable Refusal foundAlone() {
        return core.effects.isStopping() ? Refusal.forGood("this node has stopped") : bootstrap.foundAlone();
    }

    /** Where a backup begins, and a cluster that begins with one. */
    public Seeding seeding() {
        return new Seeding(core, bootstrap);
    }

    /** Goes on alone with what it holds, as a new cluster, after the majority is lost; returns why not, or null if it has begun. */
    public @Nullable Refusal recover() {
        return core.effects.isStopping() ? Refusal.forGood("this node has stopped") : recovery.attempt();
    }

    /** Ends the turn: deadlines, commit, one round of appends. The effects are valid until the next turn begins. */
    public Effects end() {
        if (!stopped) {
            work();
            if (core.disk != null) {
                core.disk.turn();
                core.trim();
            }
            checkInvariants();
        }
        return core.effects;
    }

    private void work() {
        if (core.disk != null) {
            core.disk.tick();
        }
        if (core.effects.stopped() != null && core.leads()) {
            roles.follow(core.term, null, "it stops");
        }
        bootstrap.tick();
        followBootstrap();
        if (bootstrap.mode() == Mode.MEMBER) {
            election.tick();
            if (core.leads()) {
                leading.turn();
            }
            healing.turn();
            if (core.disk == null) {
                core.trim();
            }
            core.publish();
            reception.tellWhoLeads();
            admission.leaveIfLeftOut();
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
        long due = core.leads() ? leading.deadline() : Math.min(election.deadline(), healing.deadline());
        return Math.min(bootstrap.deadline(), due);
    }

    /** What clients have asked of this node itself in this turn, so far. */
    public List<Effects.Asked> asked() {
        return core.effects.asked();
    }

    private void followBootstrap() {
        if (bootstrap.mode() == Mode.MEMBER && core.role == Role.FOUNDING) {
            roles.begin("it is a member of a cluster");
            election.postpone();
            if (core.start.isFirst(core.contact.name()) && core.configurations.inForce() != null) {
                election.awaitTurn();
            }
        } else if (bootstrap.mode() == Mode.EMPTY && core.role != Role.FOUNDING) {
            roles.found("its cluster was given up");
            election.stop();
        }
    }

    /** What must hold after every turn; cheap, and always on. */
    public void checkInvariants() {
        Invariants.check(core);
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

    /** Where that configuration was appended; {@link Revision#NONE} before the founding. */
    Revision configuredAt() {
        return core.configurations.inForcePosition();
    }

    /** Whether that configuration is committed, and not joint. */
    public boolean isSettled() {
        return core.configurations.isSettled(core.committed);
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

    /** How far it is if it heals; else null. */
    public @Nullable HealProgress healing() {
        return healing.progress();
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

    /** Whether it is what it wants to be in a cluster that takes writes, knows who leads, and shows what it holds. */
    public boolean isReady() {
        return !stopped && waiting.isOver();
    }

    /** Why it is not ready, in plain words; empty if it is. */
    public String waitingFor() {
        return stopped ? String.valueOf(core.effects.stopped()) : waiting.reason();
    }
}
