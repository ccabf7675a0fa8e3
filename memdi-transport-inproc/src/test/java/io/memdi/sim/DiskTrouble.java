package io.memdi.sim;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Mischief that only durable clusters have: all nodes crash at once, and come back; a node that is down loses its directory, which is a
 * failure for good; a disk fails.
 */
final class DiskTrouble {
    private final World world;
    private final Plan plan;
    private final SplittableRandom random;
    private final Set<String> toRestart = new LinkedHashSet<>();
    private boolean stopped;

    DiskTrouble(World world) {
        this.world = world;
        this.plan = world.plan;
        this.random = new SplittableRandom(plan.seed ^ 0x74726f75626cL);
    }

    void start() {
        if (plan.durable) {
            plan();
        }
    }

    private void plan() {
        long nanos = 1 + random.nextLong(Duration.ofSeconds(2).toNanos());
        world.network.after(Duration.ofNanos(nanos), () -> {
            if (!stopped) {
                plan();
                doOne();
            }
        });
    }

    private void doOne() {
        if (!world.isOpen()) {
            return;
        }
        int dice = random.nextInt(100);
        if (dice < 20 && plan.theme != Plan.Theme.MAJORITY_LOSS) {
            crashAll();
        } else if (dice < 60) {
            bounce();
        } else if (dice < 75) {
            restart(true);
        } else if (dice < 88) {
            restart(false);
        } else {
            failDisk();
        }
    }

    /** A follower crashes, and is back before anybody else leads: without what was in its memory alone. */
    private void bounce() {
        List<String> followers =
                world.up().stream().filter(name -> !name.equals(world.leader())).toList();
        String name = followers.isEmpty() ? null : followers.get(random.nextInt(followers.size()));
        if (name != null && world.mayFail(name)) {
            world.crash(name, random.nextBoolean());
            toRestart.add(name);
            world.network.after(Duration.ofNanos(random.nextLong(100_000_000)), () -> comeBack(name));
        }
    }

    /** A power loss: they are back a while later, one after the other, with what their disks have. */
    private void crashAll() {
        List<String> all = world.up();
        for (String name : all) {
            world.crash(name, random.nextBoolean());
            toRestart.add(name);
            world.network.after(Duration.ofNanos(random.nextLong(400_000_000)), () -> comeBack(name));
        }
    }

    private void comeBack(String name) {
        if (toRestart.remove(name) && world.node(name) == null) {
            world.start(name);
        }
    }

    private void restart(boolean wipes) {
        List<String> down =
                world.down().stream().filter(name -> !toRestart.contains(name)).toList();
        if (down.isEmpty()) {
            return;
        }
        String name = down.get(random.nextInt(down.size()));
        if (wipes && world.mayWipe(name)) {
            world.wipe(name);
        }
        world.start(name);
    }

    private void failDisk() {
        List<String> up = world.up();
        String name = up.isEmpty() ? null : up.get(random.nextInt(up.size()));
        if (name != null && world.mayFail(name)) {
            world.failDisk(name);
        }
    }

    /** Whoever went down with all the others is back. */
    void stop() {
        stopped = true;
        world.calmDisks();
        List.copyOf(toRestart).forEach(this::comeBack);
    }
}
