package io.memdi.machine;

import io.memdi.log.Mistake;
import io.memdi.transport.ClientMessage.Order;
import io.memdi.transport.ClientMessage.OrderReply;
import io.memdi.transport.ClientMessage.SessionWrites;
import io.memdi.transport.Configuration;
import io.memdi.transport.Entry;
import io.memdi.transport.Member;
import io.memdi.transport.Message;
import io.memdi.transport.Message.Change;
import io.memdi.transport.Write;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a leader does in a turn, in this order: heartbeat; is a quorum still there; open the cluster; begin a round for reads; commit;
 * go on with a change of members; hand over; replicate; answer. Answers come last, so that nothing is acknowledged by a leader that
 * knows that it may have been deposed.
 */
final class Leading {
    private final Core core;
    private final Door door;
    private final Quorum quorum;
    private final Heartbeat heartbeat;
    private final Replication replication;
    private final Healer healer;
    private final Proposals proposals;
    private final ReadIndex reads;
    private final Transfer transfer;
    private final Membership membership;
    private final ClientSessions sessions;
    private long firstOwn;
    private boolean opening;

    Leading(Core core, Door door) {
        this.core = core;
        this.door = door;
        quorum = new Quorum(core);
        heartbeat = new Heartbeat(core, quorum);
        healer = new Healer(core);
        proposals = new Proposals(core);
        replication = new Replication(core, quorum, heartbeat, healer, proposals::isMemoryAwaited);
        reads = new ReadIndex(core, heartbeat);
        transfer = new Transfer(core, quorum);
        membership = new Membership(core, quorum, proposals, transfer);
        sessions = new ClientSessions(core, proposals, transfer);
    }

    /** Executes the rest of the log, and appends an entry of the own term at once. */
    void begin() {
        opening = core.open;
        for (long i = core.committed + 1; i <= core.log.lastIndex(); i++) {
            Entry entry = core.log.get(i);
            core.state.execute(entry);
            opening |= entry instanceof Entry.Opened;
        }
        quorum.begin();
        proposals.begin();
        firstOwn = core.log.lastIndex() + 1;
        proposals.append(new Entry.Blank(core.term, firstOwn));
        heartbeat.begin();
        sessions.begin();
    }

    /**
     * Takes back, in the table and never in the log, what is not known to be committed. Readers learn first that they are behind,
     * and then find the older versions.
     */
    void end() {
        core.positions.publish(core.committedPosition(), core.committedPosition());
        core.state.rollback();
        if (core.plants(Mistake.DROPS_LOG)) {
            core.truncate(core.committed + 1);
        }
        quorum.end();
        heartbeat.end();
        proposals.end();
        reads.end();
        transfer.end();
        membership.end();
        sessions.end();
        healer.end();
    }

    void turn() {
        heartbeat.tick();
        if (heartbeat.hasLostQuorum()) {
            door.follow(core.term, null, "a quorum was silent for the minimum election timeout");
            return;
        }
        if (core.disk != null && core.disk.hangs() && core.committed > core.disk.synced()) {
            // Commits go on by the disks of others, which could lead; LEADER_DISK waits in vain, and in the end every
            // write.
            door.follow(core.term, null, core.disk.hanging() + ", and a majority goes on without it");
            return;
        }
        openOnFullHouse();
        reads.beginRound();
        long committable = Math.max(replication.committable(), healer.known());
        while (core.committed < committable) {
            Entry entry = core.commitNext();
            proposals.onCommitted(entry);
            sessions.onCommitted(entry);
        }
        membership.tick();
        sessions.tick();
        transfer.tick();
        replication.replicate();
        healer.turn();
        if (core.disk != null) {
            // What it inherited another leader may take back, until an entry of its own term is there, too.
            long synced = core.disk.synced() >= firstOwn ? core.disk.synced() : 0;
            proposals.settle(synced, proposals.isMemoryAwaited() ? replication.heldByMajority() : 0);
        }
        proposals.answer(transfer.isUnderWay());
        reads.answer();
    }

    /** The first write waits until every founder holds an entry of this leader's term. */
    private void openOnFullHouse() {
        if (!opening
                && (quorum.reachedByAll(this::there) >= firstOwn || core.plants(Mistake.WRITES_BEFORE_FULL_HOUSE))) {
            opening = true;
            proposals.append(new Entry.Opened(core.term, core.log.lastIndex() + 1));
        }
    }

    private long there(Progress follower) {
        return core.disk == null ? follower.match() : follower.synced();
    }

    /** Whether nothing has been committed for an election timeout, though there is something to commit. */
    boolean isStalled() {
        return proposals.isStalled();
    }

    /** Whom the first write waits for. */
    List<String> missing() {
        return quorum.followers().stream()
                .filter(follower -> there(follower) < firstOwn)
                .map(follower -> follower.member.name())
                .sorted()
                .toList();
    }

    /**
     * Begins a change of members.
     *
     * @return why it was refused; null if it has begun
     */
    @Nullable
    Refusal change(Configuration after) {
        return membership.change(after);
    }

    /** Whether a member has given a sign of life within the minimum election timeout. */
    boolean wasHeard(Member member) {
        return quorum.wasHeard(member);
    }

    /** Whether a member lives, by an answer to what this leader has sent of late: not by one that was on its way for long. */
    boolean hasAnsweredOfLate(Member member) {
        Progress follower = quorum.follower(member.incarnation());
        return core.isSelf(member) || (follower != null && heartbeat.isRecent(follower.answeredRound()));
    }

    /**
     * As {@link #hasAnsweredOfLate}, of a process other than that one, with its identity. Processes are told apart by where they say they
     * are: under the address that is listed this leader may reach the very process that has a new one.
     */
    boolean isDoubled(Member member) {
        Progress follower = quorum.follower(member.incarnation());
        return core.isSelf(member)
                || (follower != null && heartbeat.isRecent(follower.answeredElsewhere(member.address())));
    }

    /** Whether a learner holds everything, and keeps up. */
    boolean hasCaughtUp(Member learner) {
        Progress follower = quorum.follower(learner.incarnation());
        return follower != null
                && (core.disk == null
                        || follower.synced()
                                >= core.configurations.inForcePosition().index())
                && follower.hasCaughtUp(core.log.lastIndex(), core.now, core.settings.electionMinNanos());
    }

    private void change(Member from, Message.ChangeRequest request) {
        Refusal refusal = refusalOf(request.change(), request.name());
        Message.ChangeReply reply = new Message.ChangeReply(
                request.request(), refusal == null ? "" : refusal.reason(), refusal != null && refusal.later());
        if (core.isSelf(from)) {
            core.effects.change(reply);
        } else {
            core.send(from, reply);
        }
    }

    /** The sessions of clients. */
    ClientSessions sessions() {
        return sessions;
    }

    void onClientWrites(Member client, SessionWrites writes) {
        proposals.onClientWrites(client, writes, transfer.isUnderWay());
    }

    /** A client wants a change. */
    void order(Member client, Order order) {
        Change change = order.act().change();
        Refusal refusal = null;
        if (change == null) {
            transfer.begin(order.name());
        } else {
            refusal = refusalOf(change, order.name());
        }
        core.send(
                client,
                new OrderReply(
                        order.number(), refusal == null ? "" : refusal.reason(), refusal != null && refusal.later()));
    }

    private @Nullable Refusal refusalOf(Change change, String name) {
        return opening ? membership.change(change, name) : Refusal.forNow("the cluster has not opened yet");
    }

    boolean submit(long firstOpen, List<Write> writes) {
        if (transfer.isUnderWay()) {
            return false;
        }
        proposals.onWrites(core.self, firstOpen, writes, false);
        return true;
    }

    void onMessage(Member from, Message message) {
        if (message instanceof Message.Writes writes) {
            proposals.onWrites(from, writes.firstOpen(), writes.writes(), transfer.isUnderWay());
        } else if (message instanceof Message.ReadRequest request) {
            reads.onRequest(from, request.request());
        } else if (message instanceof Message.TransferRequest request) {
            transfer.begin(request.name());
        } else if (message instanceof Message.ChangeRequest request) {
            change(from, request);
        } else {
            onReply(from, message);
        }
    }

    /** What a follower says counts only if its incarnation is listed. */
    private void onReply(Member from, Message message) {
        Progress follower = core.plants(Mistake.COUNTS_WRONG_INCARNATION)
                ? quorum.followerNamed(from.name())
                : quorum.follower(from.incarnation());
        if (follower == null) {
            return;
        }
        if (message instanceof Message.AppendReply reply) {
            follower.heard(core.now, from.address(), reply.round());
            replication.onReply(follower, reply);
        } else if (message instanceof Message.HeartbeatReply reply) {
            follower.heard(core.now, from.address(), reply.round());
        } else {
            healer.onMessage(from, message);
        }
    }

    /** Somebody has asked for votes. If this server leads all the same, those who believe that it is gone hear it at once. */
    void reassure() {
        if (core.leads()) {
            heartbeat.beat();
        }
    }

    void onPeerDown(String name) {
        // Two incarnations of a name are at one address.
        for (Progress follower : quorum.followers()) {
            if (follower.member.name().equals(name)) {
                replication.onPeerDown(follower);
            }
        }
    }

    long deadline() {
        return healer.hasMore()
                ? core.now
                : Math.min(
                        Math.min(heartbeat.deadline(), replication.deadline()),
                        Math.min(transfer.deadline(), sessions.deadline()));
    }
}
