package io.memdi.sim;

import io.memdi.Ack;
import io.memdi.machine.Start;
import io.memdi.sim.Operation.Kind;
import io.memdi.transport.Configuration;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What befalls directories while their nodes are down, and takes several steps in a row. Played where it can be told how it has to end:
 * once the trouble of a run is over.
 *
 * <ul>
 *   <li>A follower is started with a copy of its directory from before it has acknowledged what is committed: its leader says so, and it
 *       stops. With an empty directory it comes back as a new one.
 *   <li>All directories are damaged, or all but one: nobody founds anything, and each damaged node ends by itself, in time.
 * </ul>
 */
final class DirectoryStories {
    static final String STALE = "a stale copy is refused";
    static final String DAMAGED = "from damaged directories nothing is founded";

    private final World world;
    private final Plan plan;
    private final Callers callers;
    private final SplittableRandom random;

    DirectoryStories(World world, Callers callers) {
        this.world = world;
        this.plan = world.plan;
        this.callers = callers;
        this.random = new SplittableRandom(plan.seed ^ 0x64697273L);
    }

    private boolean isPlayed() {
        return plan.durable && plan.names.size() >= 3 && random.nextInt(3) > 0;
    }

    /** Before the good end is demanded: who was refused is part of that. */
    void restoreOld() {
        if (!isPlayed() || !waits(() -> world.isOpen() && world.leader() != null, 6)) {
            return;
        }
        advance(2);
        String leader = world.leader();
        String follower = leader == null ? null : follower(leader);
        if (follower == null) {
            return;
        }
        DiskModel now = world.disks.of(follower);
        if (!waits(now::isAtRest, 6)) {
            return;
        }
        DiskModel copy = world.disks.copy(follower);
        long end = now.log().size();
        callers.write(leader, Kind.PUT, "old", Ack.QUORUM_DISK, Duration.ofSeconds(2));
        boolean more =
                waits(() -> isCommitted(leader, now.log().size()) && now.log().size() > end, 6);
        advance(1);
        View view = world.checker.view(leader);
        boolean asItWas = leader.equals(world.leader()) && view != null && world.isUp(follower);
        if (!more || !asItWas || !world.mayFail(follower)) {
            return;
        }
        world.crash(follower, random.nextBoolean());
        world.disks.put(follower, copy);
        world.start(follower);
        boolean refused = waits(() -> !world.isUp(follower), 6);
        Violation.unless(refused, STALE, "%s goes on with a log up to %d, and had acknowledged more", follower, end);
        world.disks.wipe(follower);
        world.start(follower);
    }

    private @Nullable String follower(String leader) {
        List<String> followers = world.members().stream()
                .filter(name -> !name.equals(leader) && plan.names.contains(name) && isSound(name))
                .toList();
        return followers.isEmpty() ? null : followers.get(random.nextInt(followers.size()));
    }

    /** Whether it is the member that it was before, and its log is on its disk: after a heal only a part of it is. */
    private boolean isSound(String name) {
        View view = world.checker.view(name);
        DiskModel disk = world.disks.of(name);
        View leader = world.checker.view(String.valueOf(world.leader()));
        return view != null
                && leader != null
                && !disk.isDamaged()
                && disk.isAtRest()
                && !view.heals
                && view.configuration() != null
                && view.configuration().voter(view.incarnation) != null
                && view.cluster != null
                && view.cluster.equals(leader.cluster)
                && world.mayFail(name);
    }

    private boolean isCommitted(String leader, long index) {
        View view = world.checker.view(leader);
        return view != null && view.committed >= index;
    }

    /** At the very end: nothing is left to be demanded of this cluster. */
    void damageAll() {
        boolean keepsOne = random.nextBoolean();
        if (!isPlayed() || plan.names.stream().anyMatch(this::isAlone)) {
            return;
        }
        int clusters = world.checker.ledgers().size();
        List<String> alone = plan.names.stream().filter(this::isMajorityAlone).toList();
        for (String name : List.copyOf(world.up())) {
            world.crash(name, random.nextBoolean());
        }
        if (!plan.names.stream().allMatch(world.disks::losesPowerAndCanBeRuined)) {
            return;
        }
        String drawn = keepsOne ? plan.names.get(random.nextInt(plan.names.size())) : "";
        String kept = alone.contains(drawn) ? "" : drawn;
        for (String name : plan.names) {
            if (!name.equals(kept)) {
                world.disks.ruin(name);
            }
        }
        plan.names.forEach(world::start);
        boolean over =
                waits(() -> plan.names.stream().allMatch(name -> name.equals(kept) || world.node(name) == null), 70);
        Violation.unless(over, DAMAGED, "%s are still there", world.up());
        Violation.unless(world.checker.ledgers().size() == clusters, DAMAGED, "a cluster was founded");
        for (String name : plan.names) {
            Violation.unless(
                    name.equals(kept) || world.disks.of(name).isDamaged(),
                    DAMAGED,
                    "the directory of %s was changed",
                    name);
        }
    }

    /** Whether it is all that is left of its cluster: then it leads, and takes the others in. */
    private boolean isMajorityAlone(String name) {
        View view = world.checker.view(name);
        Configuration inForce = view == null ? null : view.configuration();
        return view != null && inForce != null && inForce.agrees(voter -> voter.equals(view.incarnation));
    }

    private boolean isAlone(String name) {
        Start start = plan.node(name).start();
        return start.founders().size() + start.contacts().size() < 2;
    }

    /** So many of the longest election timeouts pass. */
    private void advance(int timeouts) {
        world.network.advance(Duration.ofNanos(timeouts * plan.settings.electionMaxNanos()));
    }

    private boolean waits(BooleanSupplier condition, int timeouts) {
        // Clocks drift.
        long until = world.now() + (timeouts + timeouts / 4) * plan.settings.electionMaxNanos();
        while (!condition.getAsBoolean() && world.now() < until) {
            world.network.advance(Duration.ofNanos(plan.settings.heartbeatNanos()));
        }
        return condition.getAsBoolean();
    }
}
