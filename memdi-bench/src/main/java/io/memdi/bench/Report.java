package io.memdi.bench;

import io.memdi.bench.ReadBenchmark.Asked;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.util.Statistics;

/** Rows of tables, from what JMH has measured: the mean, its spread over all iterations of all forks, and what it is held against. */
final class Report {
    static final String READS_HEADER =
            "| threads | asked | node | read | ns per read | min | max | to `ConcurrentHashMap` | by round | allocated, bytes |";
    static final String READS_RULE = "|---|---|---|---|---|---|---|---|---|---|";
    static final String WRITES_HEADER =
            "| outstanding | what | writes per second | min | max | to the hand-off | allocated, bytes |";
    static final String WRITES_RULE = "|---|---|---|---|---|---|---|";

    static final String YARDSTICK = "concurrentHashMap";
    private static final String ALLOCATED = "gc.alloc.rate.norm";

    private Report() {}

    /** Rows for reads, from rounds that have measured the same: what is held against the map, in each round against that of the round. */
    static List<String> reads(List<Collection<RunResult>> rounds, int threads) {
        List<String> rows = new ArrayList<>();
        for (Asked asked : Asked.values()) {
            for (Position at : Position.values()) {
                rows.addAll(reads(rounds, threads, asked, at));
            }
        }
        return rows;
    }

    private static List<String> reads(List<Collection<RunResult>> rounds, int threads, Asked asked, Position at) {
        Predicate<RunResult> alike =
                result -> at.name().equals(param(result, "at")) && asked.name().equals(param(result, "asked"));
        return rounds.get(0).stream()
                .filter(alike)
                .map(Report::method)
                .map(method -> String.format(
                        Locale.ROOT,
                        "| %d | %s | %s | `%s` | %s |",
                        threads,
                        asked == Asked.AHEAD ? "ahead" : "in turn",
                        lower(at),
                        method,
                        read(ofEach(rounds, alike, method), ofEach(rounds, alike, YARDSTICK))))
                .toList();
    }

    private static String read(List<RunResult> results, List<RunResult> yardsticks) {
        double[] ratios = IntStream.range(0, results.size())
                .mapToDouble(round -> statistics(results.get(round)).getMean()
                        / statistics(yardsticks.get(round)).getMean())
                .sorted()
                .toArray();
        return String.format(
                Locale.ROOT,
                "%.1f | %.1f | %.1f | %.2f | %.2f to %.2f | %.2f",
                each(results, Statistics::getMean).average().orElseThrow(),
                each(results, Statistics::getMin).min().orElseThrow(),
                each(results, Statistics::getMax).max().orElseThrow(),
                each(results, Statistics::getMean).sum()
                        / each(yardsticks, Statistics::getMean).sum(),
                ratios[0],
                ratios[ratios.length - 1],
                results.stream().mapToDouble(Report::allocated).average().orElseThrow());
    }

    private static List<RunResult> ofEach(
            List<Collection<RunResult>> rounds, Predicate<RunResult> alike, String method) {
        return rounds.stream()
                .map(round -> round.stream()
                        .filter(alike.and(result -> method.equals(method(result))))
                        .findFirst()
                        .orElseThrow())
                .toList();
    }

    private static DoubleStream each(List<RunResult> results, ToDoubleFunction<Statistics> figure) {
        return results.stream().mapToDouble(result -> figure.applyAsDouble(statistics(result)));
    }

    /** Rows for writes and hand-offs; the yardsticks are among the second results. */
    static List<String> writes(Collection<RunResult> results, Collection<RunResult> yardsticks) {
        return results.stream().map(result -> write(result, yardsticks)).toList();
    }

    private static String write(RunResult result, Collection<RunResult> yardsticks) {
        String window = Objects.requireNonNullElse(param(result, "window"), "1");
        double yardstick = mean(yardsticks, other -> isHandOff(other) && window.equals(param(other, "window")));
        return String.format(
                Locale.ROOT,
                "| %s | %s | %,.0f | %,.0f | %,.0f | %.3f | %.0f |",
                window,
                what(result),
                statistics(result).getMean(),
                statistics(result).getMin(),
                statistics(result).getMax(),
                statistics(result).getMean() / yardstick,
                allocated(result));
    }

    private static String what(RunResult result) {
        if (isHandOff(result)) {
            return "hand-off";
        }
        boolean blocks = result.getParams().getBenchmark().contains(BlockingWriteBenchmark.class.getName());
        return "`" + param(result, "ack") + "` at the " + lower(param(result, "at")) + ", "
                + lower(param(result, "loops")) + " loop" + (blocks ? ", blocking" : "");
    }

    private static boolean isHandOff(RunResult result) {
        return result.getParams().getBenchmark().startsWith(HandOffBenchmark.class.getName() + ".");
    }

    static String method(RunResult result) {
        String name = result.getParams().getBenchmark();
        return name.substring(name.lastIndexOf('.') + 1);
    }

    private static String param(RunResult result, String name) {
        return result.getParams().getParam(name);
    }

    private static String lower(Object word) {
        return word.toString().toLowerCase(Locale.ROOT);
    }

    private static Statistics statistics(RunResult result) {
        return result.getPrimaryResult().getStatistics();
    }

    private static double mean(Collection<RunResult> results, Predicate<RunResult> which) {
        return results.stream()
                .filter(which)
                .mapToDouble(result -> statistics(result).getMean())
                .findFirst()
                .orElse(Double.NaN);
    }

    @SuppressWarnings("rawtypes") // as JMH hands it out
    private static double allocated(RunResult result) {
        for (Map.Entry<String, Result> secondary : result.getSecondaryResults().entrySet()) {
            if (secondary.getKey().endsWith(ALLOCATED)) {
                return secondary.getValue().getScore();
            }
        }
        return Double.NaN;
    }
}
