package io.memdi.machine;

import io.memdi.Incarnation;
import io.memdi.transport.Configuration;
import io.memdi.transport.Member;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** The followers of a leader, learners among them, by incarnation, and what a majority of the voters has reached. */
final class Quorum {
    private final Core core;
    private final Map<Incarnation, Progress> followers = new LinkedHashMap<>();

    Quorum(Core core) {
        this.core = core;
    }

    void begin() {
        followers.clear();
        refresh();
    }

    /** The configuration has changed: who is new is followed up from now on, who is gone no more. */
    void refresh() {
        Configuration inForce = core.inForce();
        followers.keySet().removeIf(incarnation -> inForce.member(incarnation) == null);
        for (Member member : inForce.members()) {
            if (!core.isSelf(member)) {
                followers.computeIfAbsent(
                        member.incarnation(), none -> new Progress(member, core.log.lastIndex() + 1, core.now));
            }
        }
    }

    void end() {
        followers.clear();
    }

    Collection<Progress> followers() {
        return followers.values();
    }

    /** The follower of that incarnation; null if it is not listed, so that what it says does not count. */
    @Nullable
    Progress follower(Incarnation incarnation) {
        return followers.get(incarnation);
    }

    /** The follower that votes, or will vote, under a name; null if there is none. */
    @Nullable
    Progress followerNamed(String name) {
        Member voter = core.inForce().voter(name);
        return voter == null ? null : followers.get(voter.incarnation());
    }

    /** Whether a member was heard within the minimum election timeout; one that is new here, or leader, counts as heard. */
    boolean wasHeard(Member member) {
        Progress follower = followers.get(member.incarnation());
        return core.isSelf(member)
                || (follower != null && core.now - follower.heardAt() < core.settings.electionMinNanos());
    }

    /** Whether a member answers: it has done so within two heartbeats. */
    boolean answers(Member member) {
        Progress follower = followers.get(member.incarnation());
        return core.isSelf(member)
                || (follower != null
                        && follower.hasAnswered()
                        && core.now - follower.heardAt() < 2 * core.settings.heartbeatNanos());
    }

    /** Whether a member heals: it answers, and counts for nothing yet. */
    boolean heals(Member member) {
        Progress follower = followers.get(member.incarnation());
        return follower != null && follower.heals();
    }

    /** What a majority of the voters has reached, this server among them if it votes; while voters change, both majorities. */
    long reached(long own, ToLongFunction<Progress> byFollower) {
        Configuration inForce = core.inForce();
        long reached = reached(inForce.voters(), own, byFollower);
        return inForce.isJoint() ? Math.min(reached, reached(inForce.outgoing(), own, byFollower)) : reached;
    }

    private long reached(List<Member> voters, long own, ToLongFunction<Progress> byFollower) {
        long[] values = new long[voters.size()];
        int i = 0;
        for (Member voter : voters) {
            values[i++] = core.isSelf(voter) ? own : byFollower.applyAsLong(listed(voter));
        }
        return Commitment.reachedByMajority(values);
    }

    private Progress listed(Member voter) {
        Progress follower = followers.get(voter.incarnation());
        if (follower == null) {
            throw new IllegalStateException(voter + " votes, and is not followed up");
        }
        return follower;
    }

    /** What the slowest voter has reached. */
    long reachedByAll(ToLongFunction<Progress> byFollower) {
        long least = Long.MAX_VALUE;
        for (Member voter : core.inForce().voters()) {
            if (!core.isSelf(voter)) {
                least = Math.min(least, byFollower.applyAsLong(listed(voter)));
            }
        }
        return least;
    }
}
