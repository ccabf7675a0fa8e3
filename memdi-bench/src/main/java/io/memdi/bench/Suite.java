package io.memdi.bench;

import io.memdi.bench.ReadBenchmark.Asked;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Runs all that {@code docs/benchmarks.md} shows, and writes what JMH has measured as JSON, and all of it as tables, to a directory.
 * What is compared with each other is measured by one JMH run; reads by runs of one fork each, in turn,
 * so that each fork of the map has forks of memdi just before or after it: what else the machine does changes from minute to minute.
 */
public final class Suite {
    private static final int UNSAFE_WARNS_FROM = 24;

    private static final int ROUNDS_OF_READS = 5;
    private static final List<String> READS = List.of(Report.YARDSTICK, "local", "session");

    private final Path directory;
    private final boolean smoke;

    private Suite(Path directory, boolean smoke) {
        this.directory = directory;
        this.smoke = smoke;
    }

    /**
     * Measures, writes and prints.
     *
     * @param args the directory to write to; then {@code smoke} for a short run that only shows that everything works
     */
    public static void main(String[] args) throws IOException, RunnerException {
        Path directory = Path.of(args[0]);
        Files.createDirectories(directory);
        new Suite(directory, args.length > 1 && args[1].equals("smoke")).run();
    }

    private void run() throws IOException, RunnerException {
        long begun = System.nanoTime();
        List<String> report = new ArrayList<>(
                List.of("# Figures", "", environment(), "", "## Reads", "", Report.READS_HEADER, Report.READS_RULE));
        for (int threads = 1; threads <= 2; threads++) {
            report.addAll(Report.reads(reads(threads), threads));
        }

        report.addAll(List.of("", "## Writes", "", Report.WRITES_HEADER, Report.WRITES_RULE));
        Collection<RunResult> main = jmh("writes", writes(Position.LEADER, Loops.OWN));
        report.addAll(Report.writes(main, main));
        report.addAll(Report.writes(jmh("writes-at-follower", atFullWindow(Position.FOLLOWER, Loops.OWN)), main));
        report.addAll(Report.writes(jmh("writes-on-shared-loop", atFullWindow(Position.LEADER, Loops.SHARED)), main));

        report.addAll(List.of("", "## Heap per entry", ""));
        report.addAll(HeapPerEntry.table(smoke ? 100_000 : 1_000_000));

        report.addAll(List.of("", "## Healing", "", "| what | time | |", "|---|---|---|"));
        report.addAll(HealCost.table(smoke ? 50_000 : 1_000_000));

        report.addAll(List.of("", "## A start with a large directory", ""));
        report.addAll(RecoveryCost.table(smoke ? 50_000 : RecoveryCost.ENTRIES, RecoveryCost.STARTS));

        report.addAll(List.of("", "## Cold start", "", "| | min | median | max |", "|---|---|---|---|"));
        report.addAll(ColdStart.measure(smoke ? 3 : 20).lines());

        report.addAll(List.of(
                "", "Took " + Duration.ofNanos(System.nanoTime() - begun).toSeconds() + " s."));
        Files.write(directory.resolve("figures.md"), report);
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        out.println();
        report.forEach(out::println);
    }

    private List<Collection<RunResult>> reads(int threads) throws RunnerException {
        List<Collection<RunResult>> rounds = new ArrayList<>();
        for (int round = 1; round <= (smoke ? 1 : ROUNDS_OF_READS); round++) {
            List<RunResult> results = new ArrayList<>();
            for (Asked asked : Asked.values()) {
                for (Position at : Position.values()) {
                    results.addAll(reads(threads, round, asked, at));
                }
            }
            rounds.add(results);
        }
        return rounds;
    }

    /** The map, and memdi at both levels; in each round another one is the first. */
    private List<RunResult> reads(int threads, int round, Asked asked, Position at) throws RunnerException {
        List<RunResult> results = new ArrayList<>();
        for (int i = 0; i < READS.size(); i++) {
            String method = READS.get((round + i) % READS.size());
            String name = String.format(Locale.ROOT, "reads-t%d-%d-%s-%s-%s", threads, round, asked, at, method);
            results.addAll(jmh(
                    name.toLowerCase(Locale.ROOT),
                    new OptionsBuilder()
                            .include(only(ReadBenchmark.class) + method + '$')
                            .param("asked", asked.name())
                            .param("at", at.name())
                            .threads(threads)
                            .forks(1)));
        }
        results.sort(Comparator.comparing(result -> READS.indexOf(Report.method(result))));
        return results;
    }

    private static ChainedOptionsBuilder writes(Position at, Loops loops) {
        return placed(at, loops)
                .include(only(HandOffBenchmark.class))
                .include(only(WriteBenchmark.class))
                .include(only(BlockingWriteBenchmark.class));
    }

    private static ChainedOptionsBuilder atFullWindow(Position at, Loops loops) {
        return placed(at, loops).include(only(WriteBenchmark.class)).param("window", "256");
    }

    private static ChainedOptionsBuilder placed(Position at, Loops loops) {
        return new OptionsBuilder().param("at", at.name()).param("loops", loops.name());
    }

    private static String only(Class<?> benchmark) {
        return "^" + benchmark.getName().replace(".", "[.]") + "[.]";
    }

    private Collection<RunResult> jmh(String name, ChainedOptionsBuilder options) throws RunnerException {
        options.shouldFailOnError(true)
                .addProfiler(GCProfiler.class)
                .resultFormat(ResultFormatType.JSON)
                .result(directory.resolve(name + ".json").toString());
        if (Runtime.version().feature() >= UNSAFE_WARNS_FROM) {
            options.jvmArgsPrepend("--sun-misc-unsafe-memory-access=allow");
        }
        if (smoke) {
            options.forks(1)
                    .warmupIterations(1)
                    .measurementIterations(1)
                    .warmupTime(TimeValue.milliseconds(500))
                    .measurementTime(TimeValue.milliseconds(500));
        }
        return new Runner(options.build()).run();
    }

    private static String environment() {
        return String.format(
                Locale.ROOT,
                "%s %s, %s %s, %d processors",
                System.getProperty("java.vm.name"),
                System.getProperty("java.vm.version"),
                System.getProperty("os.name"),
                System.getProperty("os.arch"),
                Runtime.getRuntime().availableProcessors());
    }
}
