package io.memdi.sim;

import io.memdi.Ack;
import io.memdi.MemdiException;
import io.memdi.ReadLevel;
import io.memdi.Revision;
import io.memdi.log.Mistake;
import io.memdi.sim.Operation.Kind;
import io.memdi.sim.Operation.Outcome;
import io.memdi.sim.Plan.Theme;
import io.memdi.transport.Configuration;
import io.memdi.transport.Entry;
import io.memdi.transport.Member;
import io.memdi.transport.Message;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One run from one seed: a cluster is founded, used and troubled; then the trouble ends, the cluster must make progress, and what
 * callers saw is judged.
 */
final class Swarm {
    static final Duration PROGRESS = Duration.ofSeconds(20);

    /** Longer than the calls that have to show progress, also by a clock that is slow: they end by their own timeout, and how is judged. */
    private static final Duration PATIENCE = PROGRESS.multipliedBy(5).dividedBy(4);

    private static final Duration FOUNDED = Duration.ofSeconds(30);

    private static final String HANDOVER = "a healthy cluster hands over";

    private static final List<Class<? extends Message>> MOMENTS = List.of(
            Message.HelloReply.class, Message.Propose.class, Message.ProposeReply.class, Message.VoteReply.class);

    private final Plan plan;
    private final World world;
    private final Standing standing;
    private final Callers callers;
    private final Troublemaker trouble;
    private final Ambush ambush;
    private final ClientTrouble clientTrouble;
    private final DiskTrouble diskTrouble;
    private final DirectoryStories directories;
    private final ClientDemands demands;
    private final SplittableRandom random;

    /** For what was added since: the other draws stay what they were. */
    private final SplittableRandom later;

    private boolean handedOver;
    private boolean recovered;
    private int checked;

    /** Whether a run had to make progress in the end, and if not, why. */
    enum Progress {
        /** It had to, and did. */
        SHOWN,
        /** The majority is lost, and refusal was demanded instead. */
        REFUSED,
        /** The founding ended in a dead end that is accepted. */
        DEAD_END,
        /** Too few keep up with the leader. */
        TOO_FEW
    }

    /** What a run was. */
    record Report(
            long seed,
            Theme theme,
            Progress progress,
            boolean handedOver,
            boolean recovered,
            Comings comings,
            int clients,
            long sessions,
            Stored stored,
            long fingerprint,
            long virtualNanos,
            long events,
            long elections,
            long heals,
            int operations,
            int checked,
            int walks,
            long lost) {}

    /**
     * What became of directories.
     *
     * @param durable whether there are any
     * @param openings how often a node was started in one
     * @param snapshots how many took their place
     * @param damaged how often one was found to be damaged
     * @param setAside how often what was damaged was set aside
     */
    record Stored(boolean durable, int openings, int snapshots, int damaged, int setAside) {}

    /**
     * Who came and went, by what is committed.
     *
     * @param swaps incarnations that took the place of another of their name
     * @param joins voters and learners that were new
     * @param removals names that were taken out
     * @param twins names that were started twice
     */
    record Comings(long swaps, long joins, long removals, long twins) {
        static Comings of(World world) {
            long[] counts = new long[3];
            for (Ledger ledger : world.checker.ledgers().values()) {
                Set<String> before = null;
                for (Entry entry : ledger.committed) {
                    if (entry instanceof Entry.Configured configured) {
                        Configuration now = configured.configuration();
                        counts[0] += now.voters().stream()
                                .filter(voter -> now.outgoing().stream()
                                        .anyMatch(old -> old.name().equals(voter.name())
                                                && !old.incarnation().equals(voter.incarnation())))
                                .count();
                        Set<String> names =
                                now.members().stream().map(Member::name).collect(Collectors.toSet());
                        if (before != null) {
                            Set<String> was = before;
                            counts[1] += names.stream()
                                    .filter(name -> !was.contains(name))
                                    .count();
                            counts[2] += was.stream()
                                    .filter(name -> !names.contains(name))
                                    .count();
                        }
                        before = names;
                    }
                }
            }
            return new Comings(counts[0], counts[1], counts[2], world.twins());
        }
    }

    private Swarm(Plan plan, @Nullable PrintStream trace) {
        this.plan = plan;
        world = new World(plan);
        standing = new Standing(plan, world);
        if (trace != null) {
            new Trace(world, trace).start();
        }
        callers = new Callers(world);
        trouble = new Troublemaker(world);
        ambush = new Ambush(world, callers);
        clientTrouble = new ClientTrouble(world, callers);
        diskTrouble = new DiskTrouble(world);
        directories = new DirectoryStories(world, callers);
        demands = new ClientDemands(world, callers, this::await);
        random = plan.random.split();
        later = new SplittableRandom(plan.seed ^ 0x68616e64L);
    }

    /**
     * Runs a seed.
     *
     * @param seed what everything follows from
     * @param planted a mistake to make; else null
     * @param trace where to tell what happens; else null
     * @throws SeedFailure if an invariant is broken
     */
    static Report run(long seed, @Nullable Mistake planted, @Nullable PrintStream trace) {
        return run(new Plan(seed, planted), trace);
    }

    /** Runs a plan. */
    static Report run(Plan plan, @Nullable PrintStream trace) {
        if (trace != null) {
            trace.println(plan);
        }
        Swarm swarm = new Swarm(plan, trace);
        try {
            return swarm.run();
        } catch (Throwable e) {
            throw new SeedFailure(plan, swarm.world.now(), e);
        } finally {
            swarm.world.close();
        }
    }

    private Report run() {
        world.network.options(plan.troubled);
        callers.start();
        trouble.start();
        ambush.start();
        clientTrouble.start();
        diskTrouble.start();
        if (plan.theme == Theme.FOUNDING) {
            foundInTrouble();
        } else {
            plan.names.forEach(world::start);
            world.network.advance(plan.chaos);
        }
        if (plan.theme == Theme.MAJORITY_LOSS) {
            loseMajority();
        }
        callers.stop();
        ambush.stop();
        trouble.stop();
        clientTrouble.stop();
        diskTrouble.stop();
        if (plan.theme == Theme.SERVICE) {
            new Rehearsal(world, callers).play();
            new ClientRehearsal(world, callers).play();
            new DiskRehearsal(world, callers).play();
            directories.restoreOld();
        }
        requireEnds();
        Progress progress = requireGoodEnd();
        requireEnds();
        judge();
        if (progress == Progress.REFUSED && plan.recovers) {
            recover();
        }
        if (progress == Progress.SHOWN) {
            directories.damageAll();
        }
        return new Report(
                plan.seed,
                plan.theme,
                progress,
                handedOver,
                recovered,
                Comings.of(world),
                world.clients.started(),
                sessions(),
                world.disks.stored(),
                world.network.fingerprint(),
                world.now(),
                world.eventCount(),
                world.checker.elections(),
                world.checker.heals(),
                world.history.size(),
                checked,
                callers.walker().walks(),
                world.checker.answers().acknowledgedAndLost());
    }

    /** How many sessions of clients were opened. */
    private long sessions() {
        return world.checker.ledgers().values().stream()
                .flatMap(ledger -> ledger.committed.stream())
                .filter(Entry.SessionOpened.class::isInstance)
                .count();
    }

    // --- the founding ---

    /** Nodes start one after another, crash and start again, while they look for each other. */
    private void foundInTrouble() {
        int restarts = 1 + random.nextInt(6);
        List<String> late = new ArrayList<>(plan.names);
        long until = random.nextLong(plan.chaos.toNanos());
        while (!late.isEmpty()) {
            world.start(late.remove(random.nextInt(late.size())));
            world.network.advance(draw(until / 8));
        }
        for (int i = 0; i < restarts; i++) {
            world.network.advance(draw(until / 4));
            String name = plan.names.get(random.nextInt(plan.names.size()));
            if (world.isOpen()) {
                break;
            }
            if (world.isUp(name)) {
                crashWhileFounding(name);
                world.network.advance(draw(until / 8));
            }
            restart(name);
        }
        world.network.advance(plan.chaos);
    }

    /** At once, or right after it has said something that others may rely on. */
    private void crashWhileFounding(String name) {
        if (random.nextBoolean()) {
            world.crash(name, random.nextBoolean());
            return;
        }
        Class<? extends Message> moment = MOMENTS.get(random.nextInt(MOMENTS.size()));
        int[] countdown = {1 + random.nextInt(plan.names.size())};
        world.crashWhen(
                name,
                event -> !world.isOpen() && moment.isInstance(event.envelope().message()) && --countdown[0] == 0);
    }

    private Duration draw(long atMostNanos) {
        // Most moments matter shortly after each other.
        long most = random.nextInt(3) > 0 ? Math.min(atMostNanos, 20_000_000) : atMostNanos;
        return Duration.ofNanos(random.nextLong(Math.max(1, most)));
    }

    private void restart(String name) {
        if (world.node(name) == null) {
            if (plan.durable && !world.isOpen() && later.nextInt(3) == 0) {
                world.disks.wipe(name);
            }
            world.start(name);
        }
    }

    /**
     * With everybody there, a cluster opens; unless somebody who is bound to one has lost, with the others, its majority: that is its
     * operator's.
     */
    private boolean isFounded() {
        long end = world.now() + FOUNDED.toNanos();
        while (!world.isOpen() && world.now() < end) {
            plan.names.forEach(this::restart);
            world.network.advance(Duration.ofMillis(500));
        }
        boolean bound = world.checker.current().values().stream().anyMatch(View::isBound);
        Violation.unless(
                world.isOpen() || (bound && standing.isLost()),
                "no dead end",
                "no cluster opened within %s, with everybody up:%s",
                FOUNDED,
                standing.situation());
        return world.isOpen();
    }

    // --- the end ---

    private Progress requireGoodEnd() {
        // Where members were taken out before, those who are left may be a majority after all.
        if (plan.theme == Theme.MAJORITY_LOSS && plan.names.size() >= 3 && standing.hasNoMajority()) {
            requireRefusal();
            return Progress.REFUSED;
        } else if (plan.theme == Theme.FOUNDING && !isFounded()) {
            return Progress.DEAD_END;
        }
        return requireProgress();
    }

    private void loseMajority() {
        if (plan.names.size() < 3) {
            return;
        }
        int keep = 1 + random.nextInt(plan.minority());
        while (world.up().size() > keep) {
            List<String> up = world.up();
            world.crash(up.get(random.nextInt(up.size())), random.nextBoolean());
            world.network.advance(Duration.ofNanos(random.nextLong(3_000_000)));
        }
    }

    /** What survives of a cluster without its majority takes no writes, and says so; it goes on reading. */
    private void requireRefusal() {
        // A late heartbeat of a crashed leader is a heartbeat: who hears it hands its writes to that leader, and cannot
        // know what became of them. So wait until nothing that the dead have sent is under way.
        world.network.advance(plan.troubled.maxLateness().plusSeconds(10));
        demands.requireNoWrites();
        int before = world.history.size();
        List<CompletableFuture<?>> calls = new ArrayList<>();
        for (String name : standing.members()) {
            calls.add(callers.write(name, Kind.PUT, "end", Ack.LEADER_MEMORY, Duration.ofSeconds(2)));
            calls.add(callers.write(name, Kind.PUT, "end", Ack.QUORUM_MEMORY, Duration.ofSeconds(2)));
            calls.add(callers.read(name, "end", ReadLevel.LINEARIZABLE, Duration.ofSeconds(2)));
            calls.add(callers.read(name, "end", ReadLevel.LOCAL, Duration.ofSeconds(2)));
        }
        await(() -> calls.stream().allMatch(CompletableFuture::isDone), "every call ends in time");
        for (Operation operation : world.history.operations().subList(before, world.history.size())) {
            boolean local = operation.kind == Kind.READ && operation.level == ReadLevel.LOCAL;
            View view = world.checker.view(operation.node);
            boolean open = world.node(operation.node).replica().isOpen();
            boolean whole = open && !view.heals;
            Outcome wanted = local && whole ? Outcome.ANSWERED : Outcome.NOT_APPLIED;
            // Who was never ready may not hold yet what was committed when it came.
            boolean mayRefuse = world.hasOtherCodecs(operation.node) || !view.wasReady;
            boolean refused = operation.outcome == Outcome.NOT_APPLIED && mayRefuse;
            Violation.unless(
                    operation.outcome == wanted || refused,
                    "without a majority: local reads, no writes",
                    "%s, at a node that waits for: %s",
                    operation,
                    world.node(operation.node).replica().waitingFor());
        }
    }

    /** The operator's part: of those that are left, whoever holds most goes on alone; the others start anew, and join it. */
    private void recover() {
        List<String> survivors = world.members().stream()
                .filter(name -> world.node(name).replica().isOpen() && !world.checker.view(name).heals)
                .toList();
        if (survivors.isEmpty()) {
            return;
        }
        String one = survivors.stream()
                .max(Comparator.comparing(name -> world.checker.view(name).last()))
                .orElseThrow();
        for (String other : world.up()) {
            if (!other.equals(one)) {
                world.crash(other, later.nextBoolean());
            }
        }
        world.checker.recovering(one);
        world.node(one).cluster().recover();
        await(() -> one.equals(world.leader()), "who recovers leads");
        for (String name : plan.names) {
            if (!name.equals(one)) {
                world.disks.wipe(name); // it belongs to the cluster that is gone
                world.join(name, List.of(one));
            }
        }
        await(
                () -> plan.names.stream().allMatch(name -> world.isUp(name) && standing.isSettled(name)),
                "those who were lost join the one that recovers");
        requireWrites("recovered", standing.members(), () -> {});
        world.checker.finish();
        recovered = true;
    }

    /** Faults are off: every node takes a write at quorum level, and they come to hold the same. */
    private Progress requireProgress() {
        if (!plan.guests.isEmpty()) {
            // A change that was asked for in trouble may meet a crash even now, and take the majority with it.
            world.network.advance(Duration.ofSeconds(3));
        }
        BooleanSupplier lost = () -> standing.isLost() || standing.isLeftBehind();
        await(() -> (world.isOpen() && world.leader() != null) || lost.getAsBoolean(), "a leader is found");
        if (lost.getAsBoolean()) {
            return Progress.DEAD_END;
        }
        if (!standing.mayCommit()) {
            return Progress.TOO_FEW;
        }
        requireWrites("end", standing.members(), () -> {});
        demands.requireProgress();
        List<CompletableFuture<?>> reads = new ArrayList<>();
        for (String name : standing.members()) {
            world.history
                    .byKey()
                    .keySet()
                    .forEach(key -> reads.add(callers.read(name, key, ReadLevel.LINEARIZABLE, PROGRESS)));
        }
        await(() -> reads.stream().allMatch(CompletableFuture::isDone), "every call ends in time");
        await(() -> world.up().stream().allMatch(standing::isSettled), "whoever is up belongs to the cluster");
        if (later.nextBoolean()) {
            requireHandover();
        }
        return Progress.SHOWN;
    }

    /** Every one of these nodes takes a write at quorum level, also if something happens while it is under way. */
    private void requireWrites(String key, List<String> nodes, Runnable meanwhile) {
        List<CompletableFuture<?>> writes = new ArrayList<>();
        int before = world.history.size();
        for (String name : nodes) {
            writes.add(callers.write(name, Kind.PUT, key, plan.safest(), PROGRESS));
        }
        int after = world.history.size();
        meanwhile.run();
        await(() -> writes.stream().allMatch(CompletableFuture::isDone), "every call ends in time");
        await(standing::haveConverged, "nodes converge");
        for (Operation operation : world.history.operations().subList(before, after)) {
            if (!world.isUp(operation)) {
                continue; // it has learnt since then that it was taken out
            }
            // Where codecs are disputed, those who lost are refused; by now they know that they have lost.
            Outcome wanted = world.hasOtherCodecs(operation.node) ? Outcome.NOT_APPLIED : Outcome.APPLIED;
            Violation.unless(
                    operation.outcome == wanted, "progress without faults", "%s, leader %s", operation, world.leader());
        }
    }

    /** Whoever keeps up leads when that is asked for, in the time of a call; writes go on meanwhile, and afterwards. */
    private void requireHandover() {
        if (plan.troubled.lateShare() > 0) {
            // A request to hand over, or a vote, that was sent in trouble and comes late may move the leadership once
            // more.
            world.network.advance(plan.troubled.maxLateness());
            await(() -> world.leader() != null && standing.haveConverged(), "a leader is found");
        }
        List<String> nodes = standing.members();
        List<String> followers = nodes.stream()
                .filter(name -> !name.equals(world.leader()) && standing.isVoter(name))
                .toList();
        if (followers.isEmpty()) {
            return;
        }
        String to = followers.get(later.nextInt(followers.size()));
        String at = nodes.get(later.nextInt(nodes.size()));
        List<String> writers = new ArrayList<>(nodes);
        writers.addAll(world.clients.up());
        if (later.nextBoolean()) {
            requireWrites("meanwhile", writers, () -> handOver(at, to));
        } else {
            handOver(at, to);
        }
        requireWrites("handed", writers, () -> {});
        Violation.unless(to.equals(world.leader()), HANDOVER, "%s led, but now %s does", to, world.leader());
        handedOver = true;
    }

    private void handOver(String at, String to) {
        String from = world.leader();
        try {
            world.node(at).cluster().transferLeadership(to);
        } catch (MemdiException e) {
            throw new Violation(
                    HANDOVER, String.format("from %s to %s, asked at %s: %s%s", from, to, at, e, standing.situation()));
        }
        Violation.unless(to.equals(world.leader()), HANDOVER, "%s said that %s leads:%s", at, to, standing.situation());
    }

    /** No call is left open at a node that is up. */
    private void requireEnds() {
        await(
                () -> world.history.operations().stream()
                        .allMatch(operation -> operation.ended() || !world.isUp(operation)),
                "every call ends in time");
    }

    private void await(BooleanSupplier condition, String invariant) {
        long end = world.now() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            Violation.unless(world.now() < end, invariant, "not within %s: %s", PATIENCE, standing.situation());
            world.network.advance(Duration.ofMillis(10));
        }
    }

    private void judge() {
        world.checker.finish();
        callers.walker().check();
        new ReadChecker(world.history, world.checker.ledgers()).check();
        checked = LinearizabilityChecker.check(world.history, this::fate, LinearizabilityChecker.STEPS);
    }

    private Revision fate(String value) {
        for (Ledger ledger : world.checker.ledgers().values()) {
            Revision revision = ledger.committedAt(value);
            if (revision != null) {
                return revision;
            }
        }
        return Revision.NONE;
    }
}
