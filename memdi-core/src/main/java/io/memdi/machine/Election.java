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
 */
final class Election {
    private final Core core;
    private final Door door;
    private final Countdown timeout = new Countdown("election timeout");
    private final Set<Incarnation> granted = new LinkedHashSet<>();
    private long leaderHeardAt;
    private boolean leaderHeard;
    private boolean everHeard;

    /** The leader of this term, if the connection to it was lost, and it was not heard since. */
    private @Nullable String lost;

    Election(Core core, Door door) {
        this.core = core;
        this.door = door;
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
        timeout.start(core.now, core.electionTimeout());
    }

    void heardLeader() {
        leaderHeardAt = core.now;
        leaderHeard = true;
        everHeard = true;
        lost = null;
        postpone();
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
     * at about the same time, so each waits its turn by its place in the configuration; else they would split the vote, and
     * wait for a timeout after all.
     */
    void lostLeader(Member leader) {
        lost = leader.name();
        awaitTurn();
    }

    /** Stands within milliseconds, those who are listed first before the others. */
    void awaitTurn() {
        leaderHeard = false;
        if (core.configurations.inForce() == null) {
            postpone();
            return;
        }
        long turn = Math.max(2, core.settings.heartbeatNanos() / 10);
        int place = 0;
        for (Member voter : core.inForce().voters()) {
            if (core.isSelf(voter)) {
                break;
            }
            place++;
        }
        timeout.hasten(core.now, place * turn + core.random.nextLong(turn / 2));
    }

    void stop() {
        timeout.stop();
        leaderHeard = false;
        lost = null;
        granted.clear();
    }

    long deadline() {
        return timeout.deadline();
    }

    void tick() {
        if (timeout.isOver(core.now) && !core.leads()) {
            String cause = switch (core.role) {
                case FOLLOWER ->
                    leaderHeard
                            ? "heard nothing from leader " + core.leaderName() + " for an election timeout"
                            : lost == null ? "there is no leader" : "the connection to leader " + lost + " was lost";
                default -> "no majority answered in time";
            };
            door.askAround(cause);
        }
    }

    /** Begins a round of questions, real or not; the own vote is the first. */
    void begin(boolean pre) {
        granted.clear();
        timeout.start(core.now, core.electionTimeout());
        long term = pre ? core.term + 1 : core.term;
        if (!pre) {
            core.votedFor = core.self.incarnation();
        }
        count(core.self.incarnation(), pre);
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
        boolean grant = request.pre() ? wouldVote(request) : votes(candidate, request);
        core.heldMore |= !grant && !isUpToDate(request.last());
        core.send(candidate, new VoteReply(request.pre(), request.term(), grant));
    }

    private boolean wouldVote(VoteRequest request) {
        boolean leaderless =
                !core.leads() && (!leaderHeard || core.now - leaderHeardAt >= core.settings.electionMinNanos());
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
