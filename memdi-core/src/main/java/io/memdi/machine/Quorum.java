package io.memdi.machine;

import io.memdi.Incarnation;
import io.memdi.transport.Configuration;
import io.memdi.transport.Member;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** The followers of a leader, by incarnation, and what a majority of the voters has reached. */
final class Quorum {
    private final Core core;
    private final Map<Incarnation, Progress> followers = new LinkedHashMap<>();

    Quorum(Core core) {
        this.core = core;
    }

    void begin() {
        followers.clear();
        for (Member voter : core.inForce().voters()) {
            if (!core.isSelf(voter)) {
                followers.put(voter.incarnation(), new Progress(voter, core.log.lastIndex() + 1, core.now));
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

    @Nullable
    Progress followerNamed(String name) {
        for (Progress follower : followers.values()) {
            if (follower.member.name().equals(name)) {
                return follower;
            }
        }
        return null;
    }

    /** What a majority of the voters has reached, this server among them. */
    long reached(long own, ToLongFunction<Progress> byFollower) {
        Configuration configuration = core.inForce();
        long[] values = new long[configuration.voters().size()];
        int i = 0;
        for (Member voter : configuration.voters()) {
            Progress follower = followers.get(voter.incarnation());
            values[i++] = follower == null ? own : byFollower.applyAsLong(follower);
        }
        return Commitment.reachedByMajority(values);
    }

    /** What the slowest voter has reached. */
    long reachedByAll(ToLongFunction<Progress> byFollower) {
        long least = Long.MAX_VALUE;
        for (Progress follower : followers.values()) {
            least = Math.min(least, byFollower.applyAsLong(follower));
        }
        return least;
    }
}
