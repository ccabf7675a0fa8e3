package io.memdi.machine;

import io.memdi.Incarnation;
import io.memdi.Revision;
import io.memdi.Role;
import io.memdi.log.Mistake;
import io.memdi.transport.Configuration;
import io.memdi.transport.Member;
import io.memdi.transport.Message.VoteReply;
import io.memdi.transport.Message.VoteRequest;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a follower notices that its leader is gone, and how a new one is chosen (Raft dissertation, 3.4), with a pre-vote that keeps
 * a node that cannot win from raising terms (9.6).
 *
 * <p>A vote is given because it was asked of this incarnation, whatever this node believes about the configuration; it counts
 * only if the candidate's configuration lists it.
 *
 * <p>What is not in the dissertation is about when to ask, and never about whether to vote: a lost connection brings the question
 * forward; who has a lesser claim gives way to one that asks for the same term; and who cannot win any more asks again soon. Each
 * of these draws on a small budget ({@link Haste}), and when that is spent, only election timeouts are left.
 */
final class Election {
    private final Core core;
    private final Door door;
    private final Countdown timeout = new Countdown("election timeout");
    private final Set<Incarnation> granted = new LinkedHashSet<>();
    private final Set<Incarnation> refused = new LinkedHashSet<>();
    private final Haste haste;

    /** Whether so many have refused, in this round of questions, that those who are left are no majority. */
    private boolean hopeless;

    /** Whether its own vote was counted in this round: a vote counts once it is on disk, the own one too. */
    private boolean ownVote;

    /** Whether the vote of this server is on its way to the disk: nobody was asked, or told, before it is there. */
    private boolean unsaid;

    private long votedAt;

    private long leaderHeardAt;
    private boolean leaderHeard;
    private boolean everHeard;

    /** The leader of this term, if the connection to it was lost, and it was not heard since. */
    private @Nullable String lost;

    /** The leader that was given up last, until one is heard: no answer is expected from it. */
    private @Nullable Member gone;

    Election(Core core, Door door) {
        this.core = core;
        this.door = door;
        this.haste = new Haste(core);
    }

    /** Whether no leader was heard for the longest election timeout. */
    boolean isLeaderless() {
        return !everHeard || core.now - leaderHeardAt >= core.settings.electionMaxNanos();
    }

    /** A new cluster: what was heard in the one before does not count. */
    void restart() {
        stop();
        everHeard = false;
    }

    /** The leader of this term was heard, or a vote was given: wait for a whole timeout again. */
    void postpone() {
        timeout.start(core.now, electionTimeout());
    }

    /** Drawn anew each time. */
    private long electionTimeout() {
        long min = core.settings.electionMinNanos();
        return min + core.random.nextLong(core.settings.electionMaxNanos() - min + 1);
    }

    void heardLeader() {
        leaderHeardAt = core.now;
        leaderHeard = true;
        everHeard = true;
        lost = null;
        gone = null;
        haste.refill();
        postpone();
    }

    /** Whether the leader of this term was heard within the minimum election timeout. */
    boolean hearsLeader() {
        return leaderHeard && core.now - leaderHeardAt < core.settings.electionMinNanos();
    }

    /** A term began whose leader is not known yet. */
    void newTerm() {
        leaderHeard = false;
        lost = null;
        if (!timeout.isRunning()) {
            postpone();
        }
    }

    /**
     * The connection to the leader was lost: look for another within milliseconds, not after a timeout. All who lost it learn of it
     * at about the same time, so each waits its turn by its place in the configuration; else they would ask at the same time.
     *
     * @return whether the leader is given up; false if there were so many such hints of late that they tell of the network
     */
    boolean lostLeader(Member leader) {
        if (!haste.heedsHint()) {
            return false;
        }
        lost = leader.name();
        gone = leader;
        awaitTurn();
        return true;
    }

    /** Asks within milliseconds, those who are listed first before the others; a leader that is gone takes no turn. */
    void awaitTurn() {
        leaderHeard = false;
        if (core.configurations.inForce() == null) {
            postpone();
            return;
        }
        int before = 0;
        for (Member each : core.inForce().voters()) {
            if (core.isSelf(each)) {
                break;
            }
            before += isGone(each.incarnation()) ? 0 : 1;
        }
        timeout.hasten(core.now, haste.turn(before));
    }

    private boolean isGone(Incarnation voter) {
        return gone != null && gone.incarnation().equals(voter);
    }

    void stop() {
        timeout.stop();
        leaderHeard = false;
        lost = null;
        gone = null;
        haste.refill();
        granted.clear();
        refused.clear();
    }

    long deadline() {
        return timeout.deadline();
    }

    void tick() {
        if (unsaid && core.disk != null && !core.leads()) {
            awaitDisk(core.disk);
        }
        if (timeout.isOver(core.now) && !core.leads() && !mayVote()) {
            timeout.start(core.now, core.settings.heartbeatNanos() / 10);
        } else if (timeout.isOver(core.now) && !core.leads()) {
            String cause = switch (core.role) {
                case FOLLOWER ->
                    leaderHeard
                            ? "heard nothing from leader " + core.leaderName() + " for an election timeout"
                            : lost == null ? "there is no leader" : "the connection to leader " + lost + " was lost";
                default -> hopeless ? "too many refused" : "no majority answered in time";
            };
            gone = core.leader == null ? gone : core.leader;
            door.askAround(cause);
        }
    }

    /**
     * An election timeout is for others to answer, so it begins once they are asked, or told; and it is longer by what that has taken,
     * because their disks may be as slow. Else no election would ever end where two syncs take longer than a timeout. A disk that hangs is
     * not waited for: somebody else is to be elected then.
     */
    private void awaitDisk(Durability disk) {
        if (disk.isStateSynced()) {
            unsaid = false;
            long took = Math.min(core.now - votedAt, 2 * core.settings.electionMaxNanos());
            timeout.start(core.now, electionTimeout() + took);
            if (!ownVote && core.role == Role.CANDIDATE) {
                ownVote = true;
                count(core.self.incarnation(), false);
            }
        } else if (timeout.isOver(core.now) && !disk.hangs()) {
            postpone();
        }
    }

    private void voted() {
        unsaid = core.disk != null;
        votedAt = core.now;
    }

    /** Begins a round of questions, real or not; the own vote is the first. */
    void begin(boolean pre) {
        granted.clear();
        refused.clear();
        hopeless = false;
        timeout.start(core.now, electionTimeout());
        long term = pre ? core.term + 1 : core.term;
        if (!pre) {
            core.votedFor = core.self.incarnation();
            voted();
        }
        ownVote = pre || core.disk == null || core.disk.isStateSynced();
        if (ownVote) {
            count(core.self.incarnation(), pre);
        }
        if (core.role == (pre ? Role.PRE_CANDIDATE : Role.CANDIDATE)) {
            core.broadcast(new VoteRequest(pre, term, core.log.last()));
        }
    }

    /**
     * Whoever does not vote cannot win, and does not stand: it asks all the same, because those who know that it does not belong to
     * them any more say so then; and those who know a later term tell that.
     */
    void askIfLeftOut() {
        postpone();
        core.broadcast(new VoteRequest(true, core.term + 1, core.log.last()));
    }

    void onRequest(Member candidate, VoteRequest request) {
        if (!mayVote()) {
            return;
        }
        boolean grant = request.pre() ? wouldVote(request) : votes(candidate, request);
        core.heldMore |= !grant && !isUpToDate(request.last());
        core.send(candidate, new VoteReply(request.pre(), request.term(), grant));
        if (grant && request.pre()) {
            giveWay(candidate, request.last());
        }
    }

    /**
     * Somebody is about to stand, with the consent of this node, which therefore does not stand itself for a moment: else the two would
     * split the vote. Where both have asked for the same term, one goes on: whose log is longer, or who is listed first. The answer of
     * the other follows its question, on the same connection; so of two survivors it has given way before it can count that answer.
     */
    private void giveWay(Member candidate, Revision last) {
        boolean asks = core.role == Role.PRE_CANDIDATE;
        long wait = haste.courtesy();
        boolean heedless = asks ? !goesFirst(candidate, last) : timeout.deadline() - core.now >= wait;
        if (heedless || !isVoter(candidate) || !haste.spend()) {
            return;
        }
        if (asks) {
            door.follow(core.term, null, "gives way to " + candidate.name() + ", which asks for the same term");
        }
        timeout.start(core.now, wait);
    }

    /** Of somebody whose log is at least as long as the own one. */
    private boolean goesFirst(Member candidate, Revision last) {
        if (!core.votingPosition().isAtLeast(last)) {
            return true;
        }
        for (Member each : core.inForce().members()) {
            if (core.isSelf(each) || each.incarnation().equals(candidate.incarnation())) {
                return !core.isSelf(each);
            }
        }
        return false;
    }

    /** Whether it is listed, as far as this node knows: nobody gives way to one that cannot win. */
    private boolean isVoter(Member candidate) {
        Configuration configuration = core.configurations.inForce();
        return configuration != null && configuration.voter(candidate.incarnation()) != null;
    }

    /** Whoever was here before with a directory first lets others say whether that is what it used last. */
    private boolean mayVote() {
        return core.disk == null || core.disk.openings().mayVote();
    }

    private boolean wouldVote(VoteRequest request) {
        boolean leaderless = !core.leads() && !hearsLeader();
        return request.term() > core.term && leaderless && isUpToDate(request.last());
    }

    private boolean votes(Member candidate, VoteRequest request) {
        if (request.term() != core.term) {
            return false;
        }
        boolean free = core.votedFor == null
                || core.votedFor.equals(candidate.incarnation())
                || core.plants(Mistake.VOTES_TWICE);
        boolean ignored = core.plants(Mistake.REFUSES_UNLISTED_CANDIDATE)
                && core.inForce().voter(candidate.incarnation()) == null;
        boolean grant = free && !core.leads() && isUpToDate(request.last()) && !ignored;
        if (grant) {
            core.votedFor = candidate.incarnation();
            voted();
            postpone();
        }
        return grant;
    }

    /** The election restriction (Raft dissertation, 3.6.1): positions are compared by term, then by index. */
    private boolean isUpToDate(Revision candidateLast) {
        Revision last = core.votingPosition();
        if (core.plants(Mistake.VOTES_FOR_SHORTER_LOG)) {
            return candidateLast.term() >= last.term();
        }
        return candidateLast.isAtLeast(last);
    }

    void onReply(Member voter, VoteReply reply) {
        boolean awaited = reply.pre()
                ? core.role == Role.PRE_CANDIDATE && reply.term() == core.term + 1
                : core.role == Role.CANDIDATE
                        && (reply.term() == core.term || core.plants(Mistake.COUNTS_OLD_TERM_REPLIES));
        if (awaited && reply.granted()) {
            Member listed = core.inForce().voter(voter.name());
            if (listed != null && core.plants(Mistake.COUNTS_WRONG_INCARNATION)) {
                count(listed.incarnation(), reply.pre());
            } else {
                count(voter.incarnation(), reply.pre());
            }
        } else if (awaited) {
            refuse(voter.incarnation());
        }
    }

    /** Whoever cannot win any more need not wait for the end of the timeout; by chance, so that two that have split the vote part. */
    private void refuse(Incarnation voter) {
        refused.add(voter);
        if (!hopeless && !core.inForce().agrees(each -> !refused.contains(each) && !isGone(each))) {
            hopeless = true;
            if (haste.spend()) {
                timeout.hasten(core.now, haste.retry());
            }
        }
    }

    private void count(Incarnation voter, boolean pre) {
        granted.add(voter);
        Configuration configuration = core.inForce();
        if (configuration.agrees(granted::contains)) {
            long votes = granted.stream()
                    .filter(each -> configuration.voter(each) != null)
                    .count();
            long voters = configuration.members().stream()
                    .filter(each -> configuration.voter(each.incarnation()) != null)
                    .count();
            String cause = votes + " of " + voters + (pre ? " would vote for it" : " voted for it");
            if (pre) {
                door.stand(cause);
            } else {
                door.lead(cause);
            }
        }
    }
}
