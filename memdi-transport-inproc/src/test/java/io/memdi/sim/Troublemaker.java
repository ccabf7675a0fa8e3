package io.memdi.sim;

import io.memdi.Cluster;
import io.memdi.MemdiException;
import io.memdi.node.LocalNode;
import io.memdi.sim.Plan.Mischief;
import io.memdi.transport.Configuration;
import io.memdi.transport.Entry;
import io.memdi.transport.Message;
import io.memdi.transport.inproc.SimEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Does mischief at random moments, within the fault budget: what has lost its memory, and was not replaced yet, is a minority at most
 * of every configuration in force. Nothing goes down before the cluster is open. A name that went down may be started again, and takes
 * the place of its former incarnation.
 */
final class Troublemaker {
    private final World world;
    private final Plan plan;
    private final SplittableRandom random;
    private final SplittableRandom moments;
    private final Set<String> paused = new LinkedHashSet<>();

    /** Whoever asks for a change waits while the world goes on, and the next trouble comes: one within the other would nest without end. */
    private boolean asking;

    private boolean stopped;

    Troublemaker(World world) {
        this.world = world;
        this.plan = world.plan;
        this.random = plan.random.split();
        this.moments = new SplittableRandom(plan.seed ^ 0x6d6f6d656e7473L);
    }

    void start() {
        plan();
        if (!plan.guests.isEmpty()) {
            world.network.onEvent(this::strike);
        }
    }

    /** The moment at which a change of members is in the log of its leader, and of hardly anyone else. */
    private void strike(SimEvent event) {
        if (!stopped
                && event.kind() == SimEvent.Kind.SENT
                && event.envelope() != null
                && event.envelope().message() instanceof Message.Append append
                && !append.entries().isEmpty()
                && append.entries().get(append.entries().size() - 1) instanceof Entry.Configured
                && moments.nextInt(12) == 0) {
            world.network.partition(Set.of(event.from()));
        }
    }

    /** Ends all mischief: the network works, and everybody who is up goes on. */
    void stop() {
        stopped = true;
        world.disarm();
        world.network.heal();
        world.network.options(plan.calm);
        for (String name : world.up()) {
            world.network.resume(name);
            world.network.slow(name, Duration.ZERO);
        }
        paused.clear();
    }

    private void plan() {
        long nanos = 1 + random.nextLong(2 * plan.mischiefNanos);
        world.network.after(Duration.ofNanos(nanos), () -> {
            if (!stopped) {
                plan();
                doOne(draw());
            }
        });
    }

    private Mischief draw() {
        double total =
                plan.mischief.values().stream().mapToDouble(weight -> weight).sum();
        double dice = random.nextDouble() * total;
        for (Map.Entry<Mischief, Double> each : plan.mischief.entrySet()) {
            dice -= each.getValue();
            if (dice < 0) {
                return each.getKey();
            }
        }
        return Mischief.HEAL;
    }

    private void doOne(Mischief mischief) {
        String one = any();
        String other = anyBut(one);
        String leader = world.leader();
        if (one == null) {
            return;
        }
        switch (mischief) {
            case SPLIT -> split();
            case ISOLATE -> isolate(one);
            case ISOLATE_LEADER -> isolate(leader);
            case DEAFEN_LEADER -> deafen(leader);
            case HEAL -> world.network.heal();
            case PAUSE -> pause(one);
            case PAUSE_LEADER -> pause(leader);
            case SLOW_NODE -> world.network.slow(one, Duration.ofNanos(random.nextLong(20_000_000)));
            case DRIFT -> world.network.drift(one, 1 + (2 * random.nextDouble() - 1) * plan.drift);
            case CRASH -> crash(one);
            case CRASH_LEADER -> crash(leader);
            case CRASH_AFTER_SEND -> crashAfterSend(random.nextBoolean() ? leader : one);
            case RESTART -> restart();
            case TRANSFER -> transfer(one, other);
            case CLOSE -> close(one);
            case JOIN -> join();
            case REMOVE -> remove(one);
            case TWIN -> twin(one);
            case RETIRE_LIST -> retireList(one);
            case BLOCK, CUT, SLOW_LINK, LOSSY_LINK -> trouble(mischief, one, other);
        }
    }

    private void trouble(Mischief mischief, String one, @Nullable String other) {
        if (other == null) {
            return;
        }
        switch (mischief) {
            case BLOCK -> world.network.block(one, other);
            case CUT -> world.network.cut(one, other);
            case SLOW_LINK -> world.network.slow(one, other, Duration.ofNanos(random.nextLong(100_000_000)));
            default -> world.network.drop(one, other, random.nextDouble());
        }
    }

    private @Nullable String any() {
        List<String> up = world.up();
        return up.isEmpty() ? null : up.get(random.nextInt(up.size()));
    }

    private @Nullable String anyBut(@Nullable String name) {
        List<String> others =
                world.up().stream().filter(each -> !each.equals(name)).toList();
        return others.isEmpty() ? null : others.get(random.nextInt(others.size()));
    }

    private void split() {
        Set<String> group = new LinkedHashSet<>();
        for (String name : world.network.names()) {
            if (random.nextBoolean()) {
                group.add(name);
            }
        }
        if (!group.isEmpty()) {
            world.network.partition(group);
        }
    }

    private void isolate(@Nullable String name) {
        if (name != null) {
            world.network.partition(Set.of(name));
        }
    }

    /** What others send does not reach it, or what it sends does not reach some. */
    private void deafen(@Nullable String name) {
        if (name == null) {
            return;
        }
        boolean mute = random.nextBoolean();
        for (String other : world.up()) {
            if (!other.equals(name) && random.nextInt(4) > 0) {
                world.network.block(mute ? name : other, mute ? other : name);
            }
        }
    }

    private void pause(@Nullable String name) {
        if (name == null || !paused.add(name)) {
            return;
        }
        world.network.pause(name);
        long nanos = random.nextLong(random.nextBoolean() ? 50_000_000 : 3 * plan.settings.electionMaxNanos());
        world.network.after(Duration.ofNanos(nanos), () -> {
            if (paused.remove(name) && world.isUp(name)) {
                world.network.resume(name);
            }
        });
    }

    private boolean mayLose(@Nullable String name) {
        return name != null && world.mayFail(name);
    }

    private void restart() {
        List<String> down = world.down();
        if (!down.isEmpty() && world.isOpen()) {
            world.start(down.get(random.nextInt(down.size())));
        }
    }

    private void crash(@Nullable String name) {
        if (mayLose(name)) {
            paused.remove(name);
            world.crash(name, random.nextBoolean());
        }
    }

    /** The classic moment: an answer or a vote has left, and nothing else will. */
    private void crashAfterSend(@Nullable String name) {
        if (!mayLose(name)) {
            return;
        }
        List<Class<? extends Message>> moments = new ArrayList<>(List.of(
                Message.Append.class,
                Message.AppendReply.class,
                Message.VoteReply.class,
                Message.WriteReplies.class,
                Message.Heartbeat.class,
                Message.StandNow.class));
        Class<? extends Message> moment = moments.get(random.nextInt(moments.size()));
        int[] countdown = {1 + random.nextInt(3)};
        paused.remove(name);
        world.crashWhen(name, event -> moment.isInstance(event.envelope().message()) && --countdown[0] == 0);
    }

    private void transfer(String at, @Nullable String to) {
        if (to != null) {
            ask(at, cluster -> cluster.transferLeadership(to));
        }
    }

    private void ask(String at, Consumer<Cluster> wish) {
        LocalNode node = world.node(at);
        if (node != null && !asking) {
            asking = true;
            try {
                wish.accept(node.cluster());
            } catch (MemdiException | IllegalArgumentException e) {
                // It may well not succeed; what matters is that nothing breaks.
            } finally {
                asking = false;
            }
        }
    }

    /**
     * Never down to one voter that forgets: that would append, commit and forget in one turn, where nobody sees it. A removal may take
     * effect late, and meet another.
     */
    private void remove(String at) {
        String name = anyName();
        View view = world.checker.view(at);
        Configuration configuration = view == null ? null : view.configuration();
        int fewest = plan.settings.retainedBytes() < 1 << 20 ? 3 : 1;
        if (configuration != null && configuration.voters().size() > fewest) {
            ask(at, cluster -> cluster.remove(name));
        }
    }

    private void retireList(String at) {
        if (world.isOpen()) {
            world.retireList();
            ask(at, Cluster::retireList);
        }
    }

    private String anyName() {
        List<String> names = new ArrayList<>(plan.names);
        names.addAll(plan.guests);
        return names.get(random.nextInt(names.size()));
    }

    private void join() {
        List<String> absent = world.absentGuests();
        if (!absent.isEmpty() && world.isOpen()) {
            world.start(absent.get(random.nextInt(absent.size())));
        }
    }

    private void twin(String name) {
        if (mayLose(name) && !paused.contains(name)) {
            world.startTwin(name);
        }
    }

    private void close(String name) {
        if (mayLose(name) && !paused.contains(name)) {
            world.close(name);
        }
    }
}
