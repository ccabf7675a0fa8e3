package io.memdi.machine;

import io.memdi.transport.Message.StandNow;
import org.jspecify.annotations.Nullable;

/**
 * Hands the leadership over (Raft dissertation, 3.10): the leader takes no new writes, which wait where they were issued, until all
 * it took is committed and the target holds its last entry; then it tells the target to stand at once. It gives up after one
 * election timeout.
 */
final class Transfer {
    private final Core core;
    private final Quorum quorum;
    private final Countdown giveUp = new Countdown("transfer");
    private @Nullable String target;
    private boolean told;

    Transfer(Core core, Quorum quorum) {
        this.core = core;
        this.quorum = quorum;
    }

    boolean isUnderWay() {
        return giveUp.isRunning();
    }

    /** Begins, unless one is under way; without a name, the follower that holds most. */
    void begin(@Nullable String name) {
        Progress to = name == null ? fittest() : quorum.followerNamed(name);
        if (!isUnderWay() && to != null) {
            target = to.member.name();
            told = false;
            giveUp.start(core.now, core.settings.electionMinNanos());
            core.effects.note("hands its leadership over to " + target);
        }
    }

    private @Nullable Progress fittest() {
        Progress best = null;
        for (Progress each : quorum.followers()) {
            if (!core.inForce().voters().contains(each.member)) {
                continue;
            }
            if (best == null
                    || held(each) > held(best)
                    || (held(each) == held(best) && each.heardAt() - best.heardAt() > 0)) {
                best = each;
            }
        }
        return best;
    }

    /** Whoever leads a durable cluster had better have a disk that keeps up. */
    private long held(Progress follower) {
        return core.disk == null ? follower.match() : follower.synced();
    }

    void tick() {
        if (!isUnderWay()) {
            return;
        }
        Progress to = target == null ? null : quorum.followerNamed(target);
        if (giveUp.isOver(core.now) || to == null) {
            core.effects.note("gave up to hand its leadership over to " + target);
            end();
        } else if (!told && core.committed == core.log.lastIndex() && to.match() == core.log.lastIndex()) {
            told = true;
            core.send(to.member, new StandNow());
        }
    }

    void end() {
        giveUp.stop();
        target = null;
    }

    long deadline() {
        return giveUp.deadline();
    }
}
