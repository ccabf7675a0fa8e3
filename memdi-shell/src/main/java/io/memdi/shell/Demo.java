package io.memdi.shell;

import io.memdi.Ack;
import io.memdi.ClusterMember;
import io.memdi.MemdiException;
import io.memdi.MemdiNode;
import io.memdi.NodeBuilder;
import io.memdi.ReadOptions;
import io.memdi.Revision;
import io.memdi.Status;
import io.memdi.Versioned;
import io.memdi.WriteOptions;
import io.memdi.shell.SteadyWriter.Acknowledged;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What memdi does, in a few seconds: three nodes load a file, take writes, lose their leader, elect another one, and go on. Whatever
 * is printed has been checked; the first thing that does not hold ends the demo.
 */
final class Demo {
    private static final String WRITTEN = "demo/hello";
    private static final String STEADY = "demo/steady/";
    private static final String JOINING = "demo/joining/";
    private static final int WRITES_BEFORE = 200;
    private static final int WRITES_AFTER = 200;
    private static final long PATIENCE_NANOS = Duration.ofSeconds(10).toNanos();
    private static final long POLL_NANOS = 1_000_000;
    private static final WriteOptions QUORUM = WriteOptions.ack(Ack.QUORUM_MEMORY);

    private final Screen screen;
    private final Report report;
    private final CsvFile file;
    private final LocalNodes nodes;

    /** Every write that was acknowledged at a quorum; so what every node has to hold. */
    private final Map<String, String> acknowledged = new HashMap<>();

    private Demo(Screen screen, CsvFile file, LocalNodes nodes) {
        this.screen = screen;
        this.report = new Report(screen);
        this.file = file;
        this.nodes = nodes;
    }

    /**
     * Runs the demo.
     *
     * @return whether everything held; if not, a plain sentence has said what did not
     */
    static boolean run(Screen screen, CsvFile file) {
        Report report = new Report(screen);
        screen.line(screen.paint(
                Style.STRONG, "memdi demo: three nodes in this process share a map; one will be killed, and return"));
        long start = System.nanoTime();
        try (LocalNodes nodes = LocalNodes.start(3, Shell.STORE, Demo::forgetful)) {
            report.heading("A cluster");
            report.passed("a, b and c have found each other, and take writes", System.nanoTime() - start);
            new Demo(screen, file, nodes).steps();
            report.heading("Everything held, in " + Times.of(System.nanoTime() - start)
                    + ". Now try it yourself: ./memdi shell --local 3");
            return true;
        } catch (PlainFailure | MemdiException e) {
            report.failed("this did not hold: " + Wording.plain(e.getMessage()));
            return false;
        }
    }

    /** Logs that are too short for a newcomer, so that it has to heal: it asks for keys. */
    private static NodeBuilder forgetful(NodeBuilder node) {
        return node.batchBytes(8 << 10).windowBytes(16 << 10).retainedLogBytes(16 << 10);
    }

    private void steps() {
        long start = System.nanoTime();
        Status leader = leader();
        report.passed(leader.name() + " leads, in term " + leader.term(), System.nanoTime() - start);
        drawCluster();
        load(leader.name());
        // Asked for anew: where the machine is very busy, another node may lead by now.
        Revision written = writeAtFollower(follower(leader()));
        readEverywhere(written);
        killLeader();
        drawCluster();
        nothingIsMissing();
        digestsAreEqual();
        theDeadReturn();
        aFourthJoins();
        drawCluster();
        nothingIsMissing();
        digestsAreEqual();
    }

    private Status leader() {
        return await("leader that every node follows", this::agreedLeader);
    }

    /** The leader, if every running node follows it in its term. */
    private @Nullable Status agreedLeader() {
        Map<String, Status> statuses = nodes.statuses();
        @Nullable Status leader = LocalNodes.leader(statuses);
        boolean agreed = leader != null
                && statuses.values().stream()
                        .allMatch(status ->
                                status.term() == leader.term() && leader.name().equals(status.leader()));
        return agreed ? leader : null;
    }

    private String follower(Status leader) {
        return nodes.running().stream()
                .filter(name -> !name.equals(leader.name()))
                .findFirst()
                .orElseThrow();
    }

    private void drawCluster() {
        report.picture(new Picture(screen).draw(nodes, nodes.statuses()));
    }

    private void load(String leader) {
        report.heading("Writes, acknowledged by a majority (QUORUM_MEMORY)");
        long nanos = new Loader(nodes.store(leader), QUORUM, screen).load(file);
        file.rows().forEach(row -> acknowledged.put(row.key(), row.value()));
        long rows = file.rows().size();
        report.passed(
                Times.count(rows, "row", "rows") + " of " + file.name() + " loaded at " + leader + " ("
                        + Times.perSecond(rows, nanos) + ")",
                nanos);
        file.notes().forEach(report::note);
    }

    private Revision writeAtFollower(String follower) {
        String value = "written at " + follower;
        long start = System.nanoTime();
        Revision revision = nodes.store(follower).put(WRITTEN, value, QUORUM);
        report.passed("a write at " + follower + ", a follower: " + WRITTEN, System.nanoTime() - start);
        acknowledged.put(WRITTEN, value);
        return revision;
    }

    private void readEverywhere(Revision written) {
        report.heading("The same read at every node, each time revision " + written);
        for (String name : nodes.running()) {
            // First, so that this node holds the write; a session of its own knows nothing of one that was issued
            // elsewhere.
            read(name, "LOCAL, at least " + written, ReadOptions.local().atLeast(written), written);
            read(name, "SESSION", ReadOptions.session(), written);
            read(name, "LINEARIZABLE", ReadOptions.linearizable(), written);
        }
    }

    private void read(String node, String how, ReadOptions options, Revision written) {
        long start = System.nanoTime();
        @Nullable Versioned<String> found = nodes.store(node).getVersioned(WRITTEN, options);
        long nanos = System.nanoTime() - start;
        if (found == null || !found.revision().equals(written)) {
            throw new PlainFailure("a read at " + node + ", " + how + ", returned "
                    + (found == null ? "nothing" : "revision " + found.revision()) + ", not revision " + written);
        }
        report.passed("at " + node + ", " + how, nanos);
    }

    private void killLeader() {
        Status leader = leader();
        String follower = follower(leader);
        report.heading("The leader is killed, while " + follower + " takes one write after the other at QUORUM_MEMORY");
        SteadyWriter writer = new SteadyWriter(nodes.store(follower), STEADY);
        writer.start();
        writer.await(WRITES_BEFORE, write -> true, PATIENCE_NANOS);
        long killed = System.nanoTime();
        nodes.kill(leader.name());
        // A later term: what the dead leader had acknowledged may still arrive after its death.
        Predicate<Acknowledged> afterwards = write -> write.revision().term() > leader.term() && write.nanos() > killed;
        writer.await(WRITES_AFTER, afterwards, PATIENCE_NANOS);
        writer.stop();

        List<Acknowledged> writes = writer.acknowledged();
        writes.forEach(write -> acknowledged.put(write.key(), write.value()));
        Acknowledged next = writes.stream().filter(afterwards).findFirst().orElseThrow();
        report.passed(leader.name() + " is dead; the pause until the next acknowledged write", next.nanos() - killed);
        report.passed(
                Times.count(writes.size()) + " writes were acknowledged, none failed",
                writes.get(writes.size() - 1).nanos() - killed);
        Status successor = leader();
        if (successor.name().equals(leader.name()) || successor.term() <= leader.term()) {
            throw new PlainFailure(leader.name() + " is dead, and still leads");
        }
        report.passed(successor.name() + " leads now, in term " + successor.term(), System.nanoTime() - killed);
    }

    private void theDeadReturn() {
        String name = nodes.names().stream()
                .filter(each -> nodes.condition(each) == LocalNodes.Condition.KILLED)
                .findFirst()
                .orElseThrow();
        report.heading(name + " is started again, under its name, with nothing in its memory");
        String before = incarnation(name);
        long start = System.nanoTime();
        MemdiNode node = nodes.restart(name);
        new Readiness(nodes, screen).await(node);
        String after = MemberCommands.brief(node.status().incarnation());
        if (after.equals(before)) {
            throw new PlainFailure(name + " came back as the incarnation that it was");
        }
        report.passed(
                name + " was " + before + ", is " + after + ", holds everything, and votes again",
                System.nanoTime() - start);
    }

    /** As the others list it. */
    private String incarnation(String name) {
        return nodes.node(nodes.running().get(0)).cluster().members().stream()
                .filter(member -> member.name().equals(name))
                .map(member -> MemberCommands.brief(member.incarnation()))
                .findFirst()
                .orElseThrow();
    }

    private void aFourthJoins() {
        String follower = follower(leader());
        report.heading("A fourth node joins, while " + follower + " takes one write after the other");
        SteadyWriter writer = new SteadyWriter(nodes.store(follower), JOINING);
        writer.start();
        writer.await(WRITES_BEFORE, write -> true, PATIENCE_NANOS);
        long start = System.nanoTime();
        MemdiNode node = nodes.join("d", true);
        new Readiness(nodes, screen).await(node);
        long ready = System.nanoTime();
        writer.await(WRITES_AFTER, write -> write.nanos() > ready, PATIENCE_NANOS);
        writer.stop();
        List<Acknowledged> writes = writer.acknowledged();
        writes.forEach(write -> acknowledged.put(write.key(), write.value()));
        long voters =
                node.cluster().members().stream().filter(ClusterMember::voter).count();
        if (voters != 4) {
            throw new PlainFailure("d has joined, and " + voters + " nodes vote");
        }
        report.passed("d holds everything, and is the fourth that votes", ready - start);
        report.passed(
                Times.count(writes.size())
                        + " writes were acknowledged meanwhile, none failed; the longest wait between two",
                longestGap(writes));
    }

    private static long longestGap(List<Acknowledged> writes) {
        long longest = 0;
        for (int i = 1; i < writes.size(); i++) {
            longest =
                    Math.max(longest, writes.get(i).nanos() - writes.get(i - 1).nanos());
        }
        return longest;
    }

    private void nothingIsMissing() {
        report.heading("Nothing is lost");
        for (String name : nodes.running()) {
            long start = System.nanoTime();
            Map<String, String> held = new HashMap<>();
            nodes.store(name).forEach(held::put, ReadOptions.linearizable());
            check(name, acknowledged, held);
            report.passed(
                    "all " + Times.count(acknowledged.size(), "acknowledged write", "acknowledged writes") + " are at "
                            + name + ", and nothing else",
                    System.nanoTime() - start);
        }
    }

    /** Compares what a node holds with what was acknowledged; what was not acknowledged has not been written either. */
    static void check(String name, Map<String, String> acknowledged, Map<String, String> held) {
        List<String> missing = acknowledged.entrySet().stream()
                .filter(write -> !write.getValue().equals(held.get(write.getKey())))
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
        if (!missing.isEmpty()) {
            throw new PlainFailure(Times.count(missing.size()) + " of "
                    + Times.count(acknowledged.size(), "acknowledged write", "acknowledged writes")
                    + " are missing at " + name + ", such as " + missing.get(0));
        }
        if (held.size() > acknowledged.size()) {
            throw new PlainFailure(name + " holds " + (held.size() - acknowledged.size()) + " keys that nobody wrote");
        }
    }

    private void digestsAreEqual() {
        long start = System.nanoTime();
        String digest = await("common digest", this::commonDigest);
        report.passed(
                "the digests of " + String.join(", ", nodes.running()) + " are equal: " + digest,
                System.nanoTime() - start);
    }

    private @Nullable String commonDigest() {
        Set<String> digests = nodes.statuses().values().stream()
                .map(status -> Objects.requireNonNull(StatusTable.store(status, Shell.STORE))
                        .digest())
                .collect(Collectors.toSet());
        return digests.size() == 1 ? digests.iterator().next() : null;
    }

    /** Something that can be had, or cannot yet. */
    @FunctionalInterface
    private interface Attempt<T> {
        @Nullable
        T get();
    }

    private static <T> T await(String what, Attempt<T> attempt) {
        long start = System.nanoTime();
        while (System.nanoTime() - start < PATIENCE_NANOS) {
            @Nullable T found = attempt.get();
            if (found != null) {
                return found;
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
        throw new PlainFailure("there was no " + what + " within " + Times.of(PATIENCE_NANOS));
    }
}
