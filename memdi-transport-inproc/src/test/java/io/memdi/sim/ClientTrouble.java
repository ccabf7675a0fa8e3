package io.memdi.sim;

import io.memdi.Revision;
import io.memdi.transport.ClientMessage.HailReply;
import io.memdi.transport.Entry;
import io.memdi.transport.Message;
import io.memdi.transport.Message.Append;
import io.memdi.transport.inproc.SimEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What happens to clients besides what happens to nodes and to the network: they come, are closed, crash, mostly without a word, stand
 * still, and are cut off from some nodes or from all, often for so long that their sessions end.
 *
 * <p>Moments that matter are not left to chance: a client is cut off right after its writes have left, and what it had sent arrives once
 * more when it gets another session; and one that was silent for long is heard again by its leader, and the leader by nobody else, just when
 * the end of its session is in the log of the leader alone.
 */
final class ClientTrouble {
    private final World world;
    private final Plan plan;
    private final Callers callers;
    private final SplittableRandom random;
    private final Set<String> paused = new LinkedHashSet<>();
    /** Whoever was cut off right after a write, and the session that it had. */
    private final Map<String, Revision> severed = new HashMap<>();

    /** How often each was cut off: the end of one does not end the next. */
    private final Map<String, Integer> cuts = new HashMap<>();

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
        world.network.onEvent(this::strike);
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

    private void strike(SimEvent event) {
        if (stopped || event.kind() != SimEvent.Kind.SENT || event.envelope() == null) {
            return;
        }
        Message message = event.envelope().message();
        if (message instanceof HailReply reply
                && !reply.session().equals(Revision.NONE)
                && !reply.session().equals(severed.getOrDefault(event.to(), reply.session()))) {
            severed.remove(event.to());
            after(0, () -> world.clients.sendAgain(event.to()));
        } else if (message instanceof Append append) {
            for (Entry entry : append.entries()) {
                if (entry instanceof Entry.SessionClosed closed && random.nextInt(3) == 0) {
                    ends(event.from(), world.clients.name(closed.client()));
                }
            }
        }
    }

    private void ends(String leader, @Nullable String client) {
        if (client != null) {
            world.network.partition(Set.of(leader, client));
            world.clients.cutOff(client, Set.of());
        }
    }

    private void sever(String name) {
        world.clients.whenWritesLeave(name, () -> {
            if (stopped) {
                return;
            }
            severed.put(name, world.clients.session(name));
            cutOff(name, all(), plan.clients.allowed().idleNanos() + nanos());
        });
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
        if (severed.containsKey(one)) {
            return; // until it has another session
        }
        if (dice < 33) {
            world.crash(one, random.nextInt(4) > 0);
        } else if (dice < 40) {
            world.close(one);
        } else if (dice < 55) {
            pause(one);
        } else if (dice < 75) {
            sever(one);
        } else if (dice < 87) {
            Set<String> nodes = all();
            nodes.removeIf(node -> dice > 80 && random.nextBoolean());
            cutOff(one, nodes, nanos());
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

    private Set<String> all() {
        Set<String> nodes = new TreeSet<>(plan.names);
        nodes.addAll(plan.guests);
        return nodes;
    }

    private void cutOff(String name, Set<String> nodes, long nanos) {
        int cut = cuts.merge(name, 1, Integer::sum);
        world.clients.cutOff(name, nodes);
        after(nanos, () -> {
            if (cuts.get(name) == cut) {
                world.clients.cutOff(name, Set.of());
            }
        });
    }
}
