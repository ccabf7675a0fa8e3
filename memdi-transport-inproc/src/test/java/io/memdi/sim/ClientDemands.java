package io.memdi.sim;

import io.memdi.Ack;
import io.memdi.Incarnation;
import io.memdi.ReadLevel;
import io.memdi.node.ClientProbe;
import io.memdi.node.LocalNode;
import io.memdi.sim.Operation.Kind;
import io.memdi.sim.Operation.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** What is demanded of clients once the trouble of a run is over. */
final class ClientDemands {
    private final World world;
    private final Plan plan;
    private final Callers callers;
    private final Waiting waiting;

    /** Lets the world go on until something is so; fails if that takes too long. */
    @FunctionalInterface
    interface Waiting {
        void await(BooleanSupplier condition, String invariant);
    }

    ClientDemands(World world, Callers callers, Waiting waiting) {
        this.world = world;
        this.plan = world.plan;
        this.callers = callers;
        this.waiting = waiting;
    }

    /** Every client that was told of a node which is there takes a write at quorum level, as far as there may be sessions, and reads. */
    void requireProgress() {
        if (plan.clients.isNone()) {
            return;
        }
        // Whoever stood still, or was cut off, hears what has become of its session.
        world.network.advance(Duration.ofSeconds(4));
        closeOthers();
        if (world.clients.up().isEmpty()) {
            world.clients.connect(List.copyOf(world.members()));
        }
        waiting.await(this::isRoom, "sessions of those that are gone end");
        int before = world.history.size();
        List<CompletableFuture<?>> calls = new ArrayList<>();
        for (String name : world.clients.up()) {
            calls.add(callers.write(name, Kind.PUT, "end", world.plan.safest(), Swarm.PROGRESS));
            calls.add(callers.read(name, "end", ReadLevel.LINEARIZABLE, Swarm.PROGRESS));
            calls.add(callers.read(name, "end", ReadLevel.SESSION, Swarm.PROGRESS));
        }
        waiting.await(() -> calls.stream().allMatch(CompletableFuture::isDone), "every call ends in time");
        for (Operation operation : world.history.operations().subList(before, world.history.size())) {
            boolean refused = world.hasOtherCodecs(operation.node);
            Outcome wanted =
                    refused ? Outcome.NOT_APPLIED : operation.kind.writes() ? Outcome.APPLIED : Outcome.ANSWERED;
            Violation.unless(
                    operation.outcome == wanted,
                    "progress without faults",
                    "%s, leader %s, client with %s",
                    operation,
                    world.leader(),
                    ClientProbe.situation(world.clients.client(operation.node)));
        }
    }

    /** Those that can find nobody, and those for whom there is no session. */
    private void closeOthers() {
        List<String> members = world.members();
        int left = 0;
        for (String name : world.clients.up()) {
            boolean able = world.clients.contacts(name).stream().anyMatch(members::contains);
            if (able && left < plan.clients.allowed().sessions()) {
                left++;
            } else {
                world.close(name);
            }
        }
    }

    private boolean isRoom() {
        LocalNode leader = world.node(world.leader());
        if (leader == null) {
            return false;
        }
        Set<Incarnation> alive = world.clients.up().stream()
                .map(name -> ClientProbe.incarnation(world.clients.client(name)))
                .collect(Collectors.toSet());
        long others = leader.replica().state().sessions().ofClients().stream()
                .filter(client -> !alive.contains(client))
                .count();
        return others + alive.size() <= plan.clients.allowed().sessions();
    }

    /** Without a majority nobody's write is applied, whatever else becomes of it: a client may still follow a leader that is gone. */
    void requireNoWrites() {
        int before = world.history.size();
        List<CompletableFuture<?>> calls = new ArrayList<>();
        for (String name : world.clients.up()) {
            calls.add(callers.write(name, Kind.PUT, "end", Ack.LEADER_MEMORY, Duration.ofSeconds(2)));
            calls.add(callers.read(name, "end", ReadLevel.LINEARIZABLE, Duration.ofSeconds(2)));
        }
        waiting.await(() -> calls.stream().allMatch(CompletableFuture::isDone), "every call ends in time");
        for (Operation operation : world.history.operations().subList(before, world.history.size())) {
            Violation.unless(
                    operation.outcome != Outcome.APPLIED && operation.outcome != Outcome.ANSWERED,
                    "without a majority: local reads, no writes",
                    "%s",
                    operation);
        }
    }
}
