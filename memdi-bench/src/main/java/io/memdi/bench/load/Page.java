package io.memdi.bench.load;

import io.memdi.bench.load.Result.Pauses;
import io.memdi.bench.load.Result.Point;
import java.util.List;

/** A page that shows a result by itself: throughput as bars, latencies as marks on a logarithmic line, pauses as dots. */
final class Page {
    private static final int LABEL = 420;
    private static final int WIDTH = 640;
    private static final int ROW = 22;
    private static final List<String> MARKS = List.of("median", "90 %", "99 %", "99.9 %", "highest");
    private static final List<String> COLOURS = List.of("#1b6ca8", "#2a9d8f", "#e9c46a", "#f4a261", "#c1121f");

    private final Result result;
    private final StringBuilder out = new StringBuilder();

    private Page(Result result) {
        this.result = result;
    }

    static String of(Result result) {
        return new Page(result).page();
    }

    private String page() {
        out.append("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>memdi under load</title><style>")
                .append("body{font:15px system-ui,sans-serif;margin:2em auto;max-width:1120px;color:#222}")
                .append(
                        "table{border-collapse:collapse}td,th{padding:.2em .8em;border-bottom:1px solid #ddd;text-align:right}")
                .append("td:first-child,th:first-child{text-align:left}text{font-size:12px}</style>")
                .append("<h1>memdi under load</h1><p>Three nodes on loopback, JVM ")
                .append(Runtime.version())
                .append(", ")
                .append(Runtime.getRuntime().availableProcessors())
                .append(" processors, keys of 16 characters, values of 100 bytes.</p>");
        figures();
        throughput();
        latencies();
        pauses();
        return out.append("</html>\n").toString();
    }

    private void figures() {
        out.append("<h2>What the machine allows</h2><table><tr><th>figure<th>value");
        result.figures.forEach(
                each -> out.append(Result.format("<tr><td>%s<td>%,.1f %s", each.what(), each.value(), each.unit())));
        out.append("</table>");
    }

    private void begin(String title, int rows) {
        out.append("<h2>").append(title).append("</h2>");
        out.append(Result.format("<svg width=\"%d\" height=\"%d\">", LABEL + WIDTH + 90, rows * ROW + 30));
    }

    private void label(int row, String text) {
        out.append(Result.format(
                "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>", LABEL - 8, row * ROW + 15, text));
    }

    private void throughput() {
        begin("Writes per second", result.points.size());
        double most = result.points.stream().mapToDouble(Point::perSecond).max().orElse(1);
        int row = 0;
        for (Point point : result.points) {
            double width = WIDTH * point.perSecond() / most;
            label(row, point.what());
            out.append(Result.format(
                    "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/><text x=\"%.1f\" y=\"%d\">%,.0f</text>",
                    LABEL,
                    row * ROW + 3,
                    width,
                    ROW - 6,
                    point.tls() ? "#7b8fa1" : "#1b6ca8",
                    LABEL + width + 6,
                    row * ROW + 15,
                    point.perSecond()));
            row++;
        }
        out.append("</svg>");
    }

    /** One microsecond to one second. */
    private static double x(double micros) {
        return LABEL + WIDTH * Math.log10(Math.max(1, micros)) / 6;
    }

    private void latencies() {
        begin("Latency, from 1 us to 1 s", result.points.size() + 1);
        for (int decade = 0; decade <= 6; decade++) {
            double at = x(Math.pow(10, decade));
            out.append(Result.format(
                    "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"0\" y2=\"%d\" stroke=\"#ddd\"/>",
                    at, at, result.points.size() * ROW));
        }
        int row = 0;
        for (Point point : result.points) {
            label(row, point.what());
            for (int i = 0; i < point.latency().size(); i++) {
                out.append(Result.format(
                        "<circle cx=\"%.1f\" cy=\"%d\" r=\"4\" fill=\"%s\"><title>%s: %,.0f us</title></circle>",
                        x(point.latency().get(i)),
                        row * ROW + 11,
                        COLOURS.get(i),
                        MARKS.get(i),
                        point.latency().get(i)));
            }
            row++;
        }
        for (int i = 0; i < MARKS.size(); i++) {
            out.append(Result.format(
                    "<circle cx=\"%d\" cy=\"%d\" r=\"4\" fill=\"%s\"/><text x=\"%d\" y=\"%d\">%s</text>",
                    LABEL + 110 * i,
                    row * ROW + 15,
                    COLOURS.get(i),
                    LABEL + 110 * i + 8,
                    row * ROW + 19,
                    MARKS.get(i)));
        }
        out.append("</svg>");
    }

    private void pauses() {
        begin("Pauses, each time", result.pauses.size());
        double most = result.pauses.stream().mapToDouble(Pauses::worst).max().orElse(1);
        int row = 0;
        for (Pauses pauses : result.pauses) {
            label(row, pauses.what());
            for (double millis : pauses.millis()) {
                out.append(Result.format(
                        "<circle cx=\"%.1f\" cy=\"%d\" r=\"4\" fill=\"#1b6ca8\" fill-opacity=\".5\"><title>%.0f ms</title></circle>",
                        LABEL + WIDTH * millis / most, row * ROW + 11, millis));
            }
            out.append(Result.format(
                    "<text x=\"%d\" y=\"%d\">median %.0f, worst %.0f ms</text>",
                    LABEL + WIDTH - 150, row * ROW + 15, pauses.median(), pauses.worst()));
            row++;
        }
        out.append("</svg>");
    }
}
