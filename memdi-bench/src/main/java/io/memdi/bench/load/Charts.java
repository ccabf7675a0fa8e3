package io.memdi.bench.load;

import io.memdi.bench.load.Result.Pauses;
import io.memdi.bench.load.Result.Point;
import java.util.List;

/** Draws a result: throughput as bars, latencies as marks on a logarithmic line, pauses as dots. Each drawing stands alone. */
final class Charts {
    private static final int LABEL = 330;
    private static final int WIDTH = 640;
    private static final int ROW = 22;
    private static final List<String> MARKS = List.of("median", "90 %", "99 %", "99.9 %", "highest");
    private static final List<String> COLOURS = List.of("#1b6ca8", "#2a9d8f", "#e9c46a", "#f4a261", "#c1121f");

    private final Result result;
    private final StringBuilder out = new StringBuilder();

    private Charts(Result result) {
        this.result = result;
    }

    static String throughput(Result result) {
        return new Charts(result).throughput();
    }

    static String latencies(Result result) {
        return new Charts(result).latencies();
    }

    static String pauses(Result result) {
        return new Charts(result).pauses();
    }

    private void begin(int rows) {
        int width = LABEL + WIDTH + 90;
        int height = rows * ROW + 30;
        out.append(Result.format(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\""
                        + " font-family=\"system-ui,sans-serif\" font-size=\"12\">%n"
                        + "<rect width=\"%d\" height=\"%d\" fill=\"white\"/>%n",
                width, height, width, height, width, height));
    }

    private String end() {
        return out.append("</svg>\n").toString();
    }

    private void label(int row, String text) {
        out.append(Result.format(
                "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>%n", LABEL - 8, row * ROW + 15, text));
    }

    private String throughput() {
        begin(result.points.size());
        double most = result.points.stream().mapToDouble(Point::perSecond).max().orElse(1);
        int row = 0;
        for (Point point : result.points) {
            double width = WIDTH * point.perSecond() / most;
            label(row, point.what());
            out.append(Result.format(
                    "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/><text x=\"%.1f\" y=\"%d\">%,.0f</text>%n",
                    LABEL,
                    row * ROW + 3,
                    width,
                    ROW - 6,
                    !point.how().isEmpty() ? "#7b8fa1" : "#1b6ca8",
                    LABEL + width + 6,
                    row * ROW + 15,
                    point.perSecond()));
            row++;
        }
        return end();
    }

    /** One microsecond to one second. */
    private static double x(double micros) {
        return LABEL + WIDTH * Math.log10(Math.max(1, micros)) / 6;
    }

    private String latencies() {
        begin(result.points.size() + 1);
        for (int decade = 0; decade <= 6; decade++) {
            double at = x(Math.pow(10, decade));
            out.append(Result.format(
                    "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"0\" y2=\"%d\" stroke=\"#ddd\"/>%n",
                    at, at, result.points.size() * ROW));
        }
        int row = 0;
        for (Point point : result.points) {
            label(row, point.what());
            for (int i = 0; i < point.latency().size(); i++) {
                out.append(Result.format(
                        "<circle cx=\"%.1f\" cy=\"%d\" r=\"4\" fill=\"%s\"><title>%s: %,.0f us</title></circle>%n",
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
                    "<circle cx=\"%d\" cy=\"%d\" r=\"4\" fill=\"%s\"/><text x=\"%d\" y=\"%d\">%s</text>%n",
                    LABEL + 110 * i,
                    row * ROW + 15,
                    COLOURS.get(i),
                    LABEL + 110 * i + 8,
                    row * ROW + 19,
                    MARKS.get(i)));
        }
        return end();
    }

    private String pauses() {
        begin(result.pauses.size());
        double most = result.pauses.stream().mapToDouble(Pauses::worst).max().orElse(1);
        int row = 0;
        for (Pauses pauses : result.pauses) {
            label(row, pauses.what());
            for (double millis : pauses.millis()) {
                out.append(Result.format(
                        "<circle cx=\"%.1f\" cy=\"%d\" r=\"4\" fill=\"#1b6ca8\" fill-opacity=\".5\"><title>%.0f ms</title></circle>%n",
                        LABEL + WIDTH * millis / most, row * ROW + 11, millis));
            }
            out.append(Result.format(
                    "<text x=\"%d\" y=\"%d\">median %.0f, worst %.0f ms</text>%n",
                    LABEL + WIDTH - 150, row * ROW + 15, pauses.median(), pauses.worst()));
            row++;
        }
        return end();
    }
}
