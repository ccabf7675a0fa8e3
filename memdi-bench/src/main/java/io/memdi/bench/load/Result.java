package io.memdi.bench.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What was measured, in the order in which it was. */
final class Result {
    /**
     * Writes of one kind.
     *
     * @param from the process that issues them: leader, follower or client
     * @param ack the level
     * @param outstanding at once
     * @param how beside the default: under TLS, with directories; empty for neither
     * @param perSecond writes that were acknowledged
     * @param latency in microseconds: median, 90, 99 and 99.9 percent, highest
     * @param failed writes that were not
     * @param cpuMicros of all processes, for one write
     */
    record Point(
            String from,
            String ack,
            int outstanding,
            String how,
            double perSecond,
            List<Double> latency,
            long failed,
            double cpuMicros) {
        String what() {
            return (how.isEmpty() ? "" : how + ", ") + ack + " from the " + from + ", " + outstanding + " outstanding";
        }
    }

    /**
     * A pause, or a time, that was measured several times.
     *
     * @param what it is
     * @param millis each time
     * @param failed writes that failed in all of them
     */
    record Pauses(String what, List<Double> millis, long failed) {
        double median() {
            List<Double> sorted = millis.stream().sorted().toList();
            return sorted.isEmpty() ? 0 : sorted.get(sorted.size() / 2);
        }

        double worst() {
            return millis.stream().mapToDouble(each -> each).max().orElse(0);
        }
    }

    /**
     * A limit or another figure.
     *
     * @param what it is
     * @param value the figure
     * @param unit of the figure
     */
    record Figure(String what, double value, String unit) {}

    final List<Figure> figures = new ArrayList<>();
    final List<Point> points = new ArrayList<>();
    final List<Pauses> pauses = new ArrayList<>();

    /** A table for people, in Markdown. */
    String table() {
        StringBuilder out = new StringBuilder();
        out.append("| figure | value |\n|---|---|\n");
        figures.forEach(each -> out.append(format("| %s | %,.1f %s |%n", each.what(), each.value(), each.unit())));
        out.append(
                "\n| writes | per second | median, us | 90 % | 99 % | 99.9 % | highest | failed | CPU, us per write |\n");
        out.append("|---|---|---|---|---|---|---|---|---|\n");
        for (Point point : points) {
            out.append(format("| %s | %,.0f |", point.what(), point.perSecond()));
            point.latency().forEach(each -> out.append(format(" %,.0f |", each)));
            out.append(format(" %d | %.1f |%n", point.failed(), point.cpuMicros()));
        }
        out.append("\n| pause | times | median, ms | worst, ms | failed writes |\n|---|---|---|---|---|\n");
        pauses.forEach(each -> out.append(format(
                "| %s | %d | %.0f | %.0f | %d |%n",
                each.what(), each.millis().size(), each.median(), each.worst(), each.failed())));
        return out.toString();
    }

    String json() {
        StringBuilder out =
                new StringBuilder("{\n  \"java\": \"").append(Runtime.version()).append("\",\n");
        out.append(format(
                "  \"processors\": %d,%n  \"figures\": [", Runtime.getRuntime().availableProcessors()));
        join(
                out,
                figures.stream()
                        .map(each -> format(
                                "{\"what\": \"%s\", \"value\": %.3f, \"unit\": \"%s\"}",
                                each.what(), each.value(), each.unit()))
                        .toList());
        out.append("],\n  \"writes\": [");
        join(
                out,
                points.stream()
                        .map(each -> format(
                                "{\"from\": \"%s\", \"ack\": \"%s\", \"outstanding\": %d, \"how\": \"%s\", \"perSecond\": %.1f,"
                                        + " \"latencyMicros\": %s, \"failed\": %d, \"cpuMicros\": %.2f}",
                                each.from(),
                                each.ack(),
                                each.outstanding(),
                                each.how(),
                                each.perSecond(),
                                each.latency(),
                                each.failed(),
                                each.cpuMicros()))
                        .toList());
        out.append("],\n  \"pauses\": [");
        join(
                out,
                pauses.stream()
                        .map(each -> format(
                                "{\"what\": \"%s\", \"millis\": %s, \"failed\": %d}",
                                each.what(), each.millis(), each.failed()))
                        .toList());
        return out.append("]\n}\n").toString();
    }

    private static void join(StringBuilder out, List<String> rows) {
        out.append(rows.isEmpty() ? "" : "\n    ")
                .append(String.join(",\n    ", rows))
                .append(rows.isEmpty() ? "" : "\n  ");
    }

    static String format(String pattern, Object... parts) {
        return String.format(Locale.ROOT, pattern, parts);
    }
}
