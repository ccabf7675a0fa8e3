package io.memdi.sim;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * What happens to clients besides what happens to nodes and to the network: they come, are closed, crash, mostly without a word, stand
 * still, and are cut off from some nodes or from all, often for so long that their sessions end.
 */
final class ClientTrouble {
    private final World world;
    private final Plan plan;
    private final Callers callers;
    private final SplittableRandom random;
    private final Set<String> paused = new LinkedHashSet<>();
    private boolean stopped;

    ClientTrouble(World world, Callers callers) {
        this.world = world;
        this.plan = world.plan;
        this.callers = callers;
        this.random = new SplittableRandom(plan.seed ^ 0x74726f75626c6573L);
    }

    void start() {
        if (plan.clients.isNone()) {
            return;
        }
        for (int i = 0; i < plan.clients.most(); i++) {
            after(random.nextLong(plan.chaos.toNanos() / 4), this::connect);
        }
        plan();
    }

    /** Ends all of it: whoever is there goes on, and reaches all nodes. */
    void stop() {
        stopped = true;
        for (String name : world.clients.up()) {
            world.network.resume(name);
            world.network.slow(name, Duration.ZERO);
            world.clients.cutOff(name, Set.of());
        }
        paused.clear();
    }

    private void plan() {
        after(1 + random.nextLong(2 * plan.clients.mischiefNanos()), () -> {
            plan();
            doOne();
        });
    }

    private void after(long nanos, Runnable action) {
        world.network.after(Duration.ofNanos(nanos), () -> {
            if (!stopped) {
                action.run();
            }
        });
    }

    private void connect() {
        if (world.clients.up().size() < plan.clients.most()) {
            String name = world.clients.connect(contacts());
            callers.join(name, plan.clients.callers());
        }
    }

    private List<String> contacts() {
        if (plan.clients.narrow() && random.nextBoolean()) {
            return List.of(plan.names.get(random.nextInt(plan.names.size())));
        }
        List<String> all = new ArrayList<>(plan.names);
        all.addAll(plan.guests);
        return all;
    }

    private void doOne() {
        List<String> up = world.clients.up();
        int dice = random.nextInt(100);
        if (up.isEmpty() || dice < 25) {
            connect();
            return;
        }
        String one = up.get(random.nextInt(up.size()));
        if (dice < 33) {
            world.crash(one, random.nextInt(4) > 0);
        } else if (dice < 40) {
            world.close(one);
        } else if (dice < 55) {
            pause(one);
        } else if (dice < 85) {
            cutOff(one, dice < 65);
        } else if (dice < 92) {
            world.network.slow(one, Duration.ofNanos(random.nextLong(20_000_000)));
        } else {
            world.network.drift(one, 1 + (2 * random.nextDouble() - 1) * plan.drift);
        }
    }

    /** Half of the times for so long that its session ends. */
    private long nanos() {
        long idle = plan.clients.allowed().idleNanos();
        return random.nextLong(random.nextBoolean() ? idle / 2 : 2 * idle);
    }

    private void pause(String name) {
        if (paused.add(name)) {
            world.network.pause(name);
            after(nanos(), () -> {
                if (paused.remove(name) && world.isUp(name)) {
                    world.network.resume(name);
                }
            });
        }
    }

    private void cutOff(String name, boolean fromAll) {
        Set<String> nodes = new HashSet<>(plan.names);
        nodes.addAll(plan.guests);
        if (!fromAll) {
            nodes.removeIf(node -> random.nextBoolean());
        }
        world.clients.cutOff(name, nodes);
        after(nanos(), () -> world.clients.cutOff(name, Set.of()));
    }
}
