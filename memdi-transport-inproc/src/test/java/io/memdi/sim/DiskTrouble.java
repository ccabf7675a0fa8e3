package io.memdi.sim;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Mischief that only durable clusters have: all nodes crash at once, and come back; a node that is down loses its directory, or finds it
 * damaged, which is a failure for good; a disk fails; or one disk after another is worn out.
 */
final class DiskTrouble {
    private final World world;
    private final Plan plan;
    private final SplittableRandom random;

    private final Set<String> toRestart = new LinkedHashSet<>();

    /** Who dies between two operations on files, perhaps only after it was to be restarted. */
    private final Set<String> dying = new LinkedHashSet<>();

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
        if (plan.durable && plan.disks.wear() > 0) {
            after(random.nextLong(300_000_000), this::wear);
        }
    }

    private void after(long nanos, Runnable action) {
        world.network.after(Duration.ofNanos(1 + nanos), () -> {
            if (!stopped) {
                action.run();
            }
        });
    }

    private void plan() {
        long nanos = 1 + random.nextLong(Duration.ofMillis(1_000).toNanos());
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
        } else if (dice < 45) {
            bounce(follower());
        } else if (dice < 57) {
            restart(true);
        } else if (dice < 65) {
            restart(false);
        } else {
            failDisk();
        }
    }

    private @Nullable String follower() {
        List<String> followers =
                world.up().stream().filter(name -> !name.equals(world.leader())).toList();
        return followers.isEmpty() ? null : followers.get(random.nextInt(followers.size()));
    }

    /** A node crashes, and is back before anybody else leads: without what was in its memory alone. */
    private void bounce(@Nullable String name) {
        if (name != null && world.isUp(name) && world.mayFail(name)) {
            world.crash(name, random.nextBoolean());
            comeBackLater(name, 100_000_000);
        }
    }

    /** A power loss: they are back a while later, one after the other, with what their disks have. */
    private void crashAll() {
        List<String> all = world.up();
        for (String name : all) {
            world.crash(name, random.nextBoolean());
            comeBackLater(name, 400_000_000);
        }
    }

    /** Now and then its disk was damaged meanwhile, or it dies again on the way. */
    private void comeBack(String name) {
        if (!toRestart.remove(name) || world.node(name) != null) {
            return;
        }
        if (!stopped && random.nextInt(3) == 0 && world.disks.mayWipe(name)) {
            world.disks.damage(name);
        } else if (!stopped && random.nextInt(4) == 0) {
            world.disks.crashSoon(name, random.nextBoolean() ? 5 : 30);
            dying.add(name);
            comeBackLater(name, 200_000_000);
        }
        world.start(name);
    }

    private void comeBackLater(String name, long nanos) {
        toRestart.add(name);
        world.network.after(Duration.ofNanos(random.nextLong(nanos)), () -> comeBack(name));
    }

    private void restart(boolean wipes) {
        List<String> down =
                world.down().stream().filter(name -> !toRestart.contains(name)).toList();
        if (down.isEmpty()) {
            return;
        }
        String name = down.get(random.nextInt(down.size()));
        if (wipes && world.disks.mayWipe(name)) {
            if (random.nextBoolean()) {
                world.disks.wipe(name);
            } else {
                world.disks.damage(name);
            }
        }
        world.start(name);
    }

    /**
     * A disk fails, or is full, or the process dies between two operations; some time later the node is started again. Soon after it crashes once
     * more: that tells whether it was right about what its disk has.
     */
    private void failDisk() {
        List<String> up = world.up();
        String name = up.isEmpty() ? null : up.get(random.nextInt(up.size()));
        if (name == null || !world.mayFail(name)) {
            return;
        }
        switch (random.nextInt(6)) {
            case 0 -> world.disks.crashSoon(name, 60);
            case 1 -> world.disks.fillUp(name, 4_000);
            case 2 -> world.disks.failSoon(name, 30);
            default -> world.disks.failNextSync(name);
        }
        comeBackLater(name, 300_000_000);
        world.network.after(Duration.ofNanos(300_000_000 + random.nextLong(300_000_000)), () -> {
            if (!stopped) {
                bounce(name);
            }
        });
    }

    // --- the disk that is worst of all ---

    /** One follower after another crashes and comes back, many times in a row: each time its disk has done something else to it. */
    private void wear() {
        // Who is down has used up what may be down.
        List<String> down =
                world.down().stream().filter(name -> !toRestart.contains(name)).toList();
        String name = down.isEmpty() ? follower() : down.get(random.nextInt(down.size()));
        if (name == null || !world.isOpen()) {
            after(random.nextLong(100_000_000), this::wear);
        } else {
            wear(name, plan.disks.wear());
        }
    }

    private void wear(String name, int rounds) {
        if (rounds == 0 || (world.node(name) == null && toRestart.contains(name))) {
            after(random.nextLong(200_000_000), this::wear);
            return;
        }
        if (world.isUp(name) && world.mayFail(name)) {
            switch (random.nextInt(8)) {
                case 0, 1 -> world.crash(name, random.nextBoolean());
                case 2, 3, 4 -> world.disks.crashSoon(name, random.nextBoolean() ? 6 : 25);
                case 5 -> world.disks.failSoon(name, 12);
                default -> world.disks.failNextSync(name);
            }
        }
        after(random.nextLong(40_000_000), () -> {
            returnWorn(name);
            after(random.nextLong(60_000_000), () -> wear(name, rounds - 1));
        });
    }

    /** Now and then its disk was damaged meanwhile, and often it dies again on the way. */
    private void returnWorn(String name) {
        if (world.node(name) != null || toRestart.contains(name)) {
            return;
        }
        if (random.nextInt(6) == 0 && world.disks.mayWipe(name)) {
            world.disks.damage(name);
        } else if (random.nextInt(3) == 0) {
            world.disks.crashSoon(name, random.nextBoolean() ? 4 : 16);
            dying.add(name);
        }
        world.start(name);
    }

    /** Whoever went down with all the others is back. */
    void stop() {
        stopped = true;
        world.disks.calm();
        List.copyOf(toRestart).forEach(this::comeBack);
        if (plan.theme != Plan.Theme.MAJORITY_LOSS) {
            dying.stream().filter(name -> world.node(name) == null).forEach(world::start);
        }
    }
}
