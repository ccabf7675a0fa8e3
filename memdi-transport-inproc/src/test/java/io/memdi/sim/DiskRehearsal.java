package io.memdi.sim;

import io.memdi.Ack;
import io.memdi.sim.Operation.Kind;
import io.memdi.transport.Message.AppendReply;
import io.memdi.transport.inproc.SimEvent;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * As {@link Rehearsal}, for nodes with disks: whatever has to be told from what a crash has left is told many times.
 *
 * <ul>
 *   <li>A follower has acknowledged from memory, and its leader has heard that, when it loses its memory, and is back before anybody
 *       else leads.
 *   <li>A follower dies again and again within what it writes, or as it starts; or a sync fails, and those that follow do not.
 * </ul>
 */
final class DiskRehearsal {
    private final World world;
    private final Plan plan;
    private final Callers callers;
    private final SplittableRandom random;

    /** Who leads and has heard more of a follower than that has on its disk; null if nobody does. */
    private @Nullable String hasHeard;

    private @Nullable String follower;

    DiskRehearsal(World world, Callers callers) {
        this.world = world;
        this.plan = world.plan;
        this.callers = callers;
        this.random = new SplittableRandom(plan.seed ^ 0x6469736b7265L);
    }

    void play() {
        if (!plan.durable || plan.disks.wear() == 0 || !isLed()) {
            return;
        }
        wear();
        world.network.onEvent(this::heard);
        for (int i = 0; i < 4 && loseMemory(); i++) {
            advance(4);
        }
        follower = null;
    }

    private boolean isLed() {
        long until = world.now() + 6 * plan.settings.electionMaxNanos();
        while (world.now() < until && (!world.isOpen() || world.leader() == null)) {
            advance(1);
        }
        return world.isOpen() && world.leader() != null;
    }

    private @Nullable String draw() {
        String leader = world.leader();
        List<String> followers = world.members().stream()
                .filter(name -> !name.equals(leader) && plan.names.contains(name) && world.mayFail(name))
                .toList();
        return followers.isEmpty() ? null : followers.get(random.nextInt(followers.size()));
    }

    // --- memory ---

    private void heard(SimEvent event) {
        if (event.kind() == SimEvent.Kind.DELIVERED
                && event.from().equals(follower)
                && event.envelope() != null
                && event.envelope().message() instanceof AppendReply reply
                && reply.success()
                && reply.match() > world.disks.of(follower).log().size()) {
            hasHeard = event.to();
        }
    }

    /** Whether it came to pass. */
    private boolean loseMemory() {
        String name = draw();
        String leader = world.leader();
        if (name == null || leader == null) {
            return false;
        }
        hasHeard = null;
        follower = name;
        callers.write(leader, Kind.PUT, "memory", Ack.QUORUM_MEMORY, Duration.ofSeconds(1));
        long until = world.now() + plan.settings.electionMinNanos();
        while (hasHeard == null && world.now() < until) {
            world.network.step();
        }
        if (hasHeard == null || !hasHeard.equals(world.leader()) || !world.mayFail(name)) {
            return false;
        }
        world.crash(name, random.nextBoolean());
        world.start(name);
        return true;
    }

    // --- wear ---

    private void wear() {
        String name = draw();
        for (int i = 0; name != null && i < plan.disks.wear(); i++) {
            String leader = world.leader();
            if (leader == null || leader.equals(name) || !world.mayFail(name)) {
                break;
            }
            write(leader);
            switch (random.nextInt(5)) {
                case 0 -> world.disks.failNextSync(name);
                case 1 -> {}
                default -> world.disks.crashSoon(name, 6);
            }
            advance(1);
            write(leader);
            advance(1);
            if (world.isUp(name)) {
                world.crash(name, random.nextBoolean());
            }
            if (random.nextInt(3) == 0) {
                world.disks.crashSoon(name, 6);
                world.start(name);
                advance(1);
            }
            if (world.node(name) == null) {
                world.start(name);
            }
            advance(3);
        }
        if (name != null) {
            world.disks.of(name).bytes.calm();
            if (world.node(name) == null) {
                world.start(name);
            }
        }
    }

    private void write(String leader) {
        for (int i = 0; i < 4 && world.isUp(leader); i++) {
            callers.write(leader, Kind.PUT, "worn" + i, Ack.LEADER_MEMORY, Duration.ofMillis(500));
        }
    }

    /** So many heartbeats pass. */
    private void advance(int heartbeats) {
        world.network.advance(Duration.ofNanos(heartbeats * plan.settings.heartbeatNanos()));
    }
}
