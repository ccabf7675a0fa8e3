package io.memdi.sim;

import io.memdi.Ack;
import io.memdi.Incarnation;
import io.memdi.ReadLevel;
import io.memdi.Revision;
import io.memdi.node.ClientProbe;
import io.memdi.sim.Operation.Kind;
import io.memdi.store.Session;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * As {@link Rehearsal}, for clients: stories that need several steps in a row.
 *
 * <ul>
 *   <li>A client is cut off right after a write has left, for so long that its session ends; when it has another one, what had left
 *       arrives once more.
 *   <li>A client that was silent writes just when its leader has appended the end of its session, and nobody else has heard of that.
 *   <li>A client that has read at the leader is left with a follower that is behind.
 *   <li>More clients come at once than there may be sessions.
 *   <li>A leader's answer is on its way while another is elected, and takes what the first had answered for.
 * </ul>
 */
final class ClientRehearsal {
    private static final Duration LONG = Duration.ofSeconds(15);
    private static final int CROWD = 5;
    private static final String KEY = "hot0";

    private enum Story {
        LOSE_SESSION,
        WRITE_AT_THE_END,
        LEAVE_BEHIND,
        DELAY_ANSWER,
        CROWD
    }

    private static final List<Story> STORIES = List.of(
            Story.LOSE_SESSION,
            Story.WRITE_AT_THE_END,
            Story.LEAVE_BEHIND,
            Story.LEAVE_BEHIND,
            Story.LEAVE_BEHIND,
            Story.DELAY_ANSWER,
            Story.DELAY_ANSWER,
            Story.DELAY_ANSWER);

    private final World world;
    private final Plan plan;
    private final Callers callers;
    private final SplittableRandom random;

    ClientRehearsal(World world, Callers callers) {
        this.world = world;
        this.plan = world.plan;
        this.callers = callers;
        this.random = new SplittableRandom(plan.seed ^ 0x636c7265686561L);
    }

    void play() {
        if (plan.clients.isNone()) {
            return;
        }
        // What is harder to see is played more often.
        if (!plan.isRicher()) {
            play(STORIES.get(random.nextInt(STORIES.size())));
            return;
        }
        List<Story> all = new ArrayList<>(List.of(Story.values()));
        play(all.remove(Story.LEAVE_BEHIND.ordinal()));
        play(all.remove(random.nextInt(all.size())));
        play(all.remove(random.nextInt(all.size())));
    }

    private void play(Story story) {
        if (!waits(() -> world.isOpen() && world.leader() != null)) {
            return;
        }
        world.clients.up().forEach(world::close);
        String client = world.clients.connect(List.copyOf(world.members()));
        // Sessions of those that are gone may have to end first.
        if (!waits(() -> isWritten(client))) {
            return;
        }
        switch (story) {
            case LOSE_SESSION -> loseSession(client);
            case WRITE_AT_THE_END -> writeAtTheEnd(client);
            case LEAVE_BEHIND -> leaveBehind(client);
            case CROWD -> crowd();
            case DELAY_ANSWER -> delayAnswer(client);
        }
        world.network.heal();
        world.clients.cutOff(client, Set.of());
    }

    /** Whether it has a session at the one that leads; tries to write until it has. */
    private boolean isWritten(String client) {
        CompletableFuture<?> write = callers.write(client, Kind.PUT, KEY, Ack.QUORUM_MEMORY, Duration.ofMillis(500));
        waits(write::isDone);
        return !write.isCompletedExceptionally() && session(client) != null;
    }

    private @Nullable Session session(String client) {
        String leader = world.leader();
        return leader == null || !world.isUp(client)
                ? null
                : world.node(leader).replica().state().sessions().get(incarnation(client));
    }

    private Incarnation incarnation(String client) {
        return ClientProbe.incarnation(world.clients.client(client));
    }

    private Set<String> nodes() {
        return new HashSet<>(world.network.names().stream()
                .filter(name -> !world.clients.isClient(name))
                .toList());
    }

    private void loseSession(String client) {
        Revision before = world.clients.session(client);
        world.clients.whenWritesLeave(client, () -> world.clients.cutOff(client, nodes()));
        callers.write(client, Kind.PUT, KEY, Ack.QUORUM_MEMORY, LONG);
        if (waits(() -> session(client) == null)) {
            world.clients.cutOff(client, Set.of());
            waits(() -> !world.clients.session(client).equals(before));
            callers.write(client, Kind.PUT, KEY, Ack.QUORUM_MEMORY, LONG);
            waits(() -> session(client) != null);
            world.clients.sendAgain(client);
            advance(4);
        }
    }

    /** More come at once than there may be sessions. */
    private void crowd() {
        world.clients.up().forEach(world::close);
        advance(2); // until the sessions of those are over
        List<String> crowd = new ArrayList<>();
        for (int i = 0; i < Math.min(CROWD, plan.clients.allowed().sessions() + 1); i++) {
            crowd.add(world.clients.connect(List.copyOf(world.members())));
        }
        List<CompletableFuture<?>> writes = new ArrayList<>();
        crowd.forEach(
                client -> writes.add(callers.write(client, Kind.PUT, KEY, Ack.QUORUM_MEMORY, Duration.ofSeconds(1))));
        waits(() -> writes.stream().allMatch(CompletableFuture::isDone));
        crowd.forEach(world::close);
    }

    private void writeAtTheEnd(String client) {
        world.clients.cutOff(client, nodes());
        if (waits(() -> ends(client))) {
            String leader = world.leader();
            world.network.partition(Set.of(leader, client));
            world.clients.cutOff(client, Set.of());
            callers.write(client, Kind.PUT, KEY, Ack.LEADER_MEMORY, LONG);
            advance(1);
        }
    }

    private boolean ends(String client) {
        Session session = session(client);
        return session != null && session.isClosing();
    }

    private void leaveBehind(String client) {
        String leader = world.leader();
        List<String> followers = world.members().stream()
                .filter(name -> !name.equals(leader) && world.store(name) != null)
                .toList();
        if (followers.size() < 2 || leader == null) {
            return;
        }
        String behind = followers.get(random.nextInt(followers.size()));
        nodes().forEach(name -> {
            if (!name.equals(behind)) {
                world.network.block(name, behind);
                world.network.block(behind, name);
            }
        });
        for (int i = 0; i < 8; i++) {
            callers.write(leader, Kind.PUT, i == 0 ? KEY : "cold" + i, Ack.QUORUM_MEMORY, Duration.ofSeconds(1));
        }
        advance(1);
        Set<String> others = nodes();
        others.removeAll(Set.of(leader, behind));
        world.clients.cutOff(client, others);
        callers.walker().walk(client, world.store(client), ReadLevel.LINEARIZABLE);
        CompletableFuture<?> read = callers.read(client, KEY, ReadLevel.LINEARIZABLE, Duration.ofSeconds(2));
        waits(read::isDone);
        others.add(leader);
        world.clients.cutOff(client, others);
        for (int i = 0; i < 8; i++) {
            callers.read(client, i == 0 ? KEY : "cold" + i, ReadLevel.SESSION, Duration.ofSeconds(2));
        }
        world.network.advance(Duration.ofSeconds(3));
    }

    private void delayAnswer(String client) {
        String leader = world.leader();
        if (leader == null || world.members().size() < 3) {
            return;
        }
        long timeout = plan.settings.electionMaxNanos();
        for (String name : nodes()) {
            if (!name.equals(leader)) {
                world.network.block(name, leader);
                world.network.block(leader, name);
                world.network.slow(client, name, Duration.ofNanos(8 * timeout));
            }
        }
        world.network.slow(leader, client, Duration.ofNanos(6 * timeout));
        callers.write(client, Kind.PUT, KEY, Ack.LEADER_MEMORY, LONG);
        advance(20);
    }

    /** So many of the longest election timeouts pass. */
    private void advance(int timeouts) {
        world.network.advance(Duration.ofNanos(timeouts * plan.settings.electionMaxNanos()));
    }

    /** Looks after each event, since the moments that matter are short. */
    private boolean waits(BooleanSupplier condition) {
        long until = world.now() + 3 * plan.clients.allowed().idleNanos();
        while (!condition.getAsBoolean() && world.now() < until) {
            world.network.step();
        }
        return condition.getAsBoolean();
    }
}
