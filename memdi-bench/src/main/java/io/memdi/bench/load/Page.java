package io.memdi.bench.load;

/** A page that shows a result by itself: figures, and the {@link Charts}. */
final class Page {
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
                .append("td:first-child,th:first-child{text-align:left}</style>")
                .append("<h1>memdi under load</h1><p>Three nodes on loopback, JVM ")
                .append(Runtime.version())
                .append(", ")
                .append(Runtime.getRuntime().availableProcessors())
                .append(" processors, keys of 16 characters, values of 100 bytes.</p>");
        figures();
        drawing("Writes per second", Charts.throughput(result));
        drawing("Latency, from 1 us to 1 s", Charts.latencies(result));
        drawing("Pauses, each time", Charts.pauses(result));
        return out.append("</html>\n").toString();
    }

    private void figures() {
        out.append("<h2>What the machine allows</h2><table><tr><th>figure<th>value");
        result.figures.forEach(
                each -> out.append(Result.format("<tr><td>%s<td>%,.1f %s", each.what(), each.value(), each.unit())));
        out.append("</table>");
    }

    private void drawing(String title, String svg) {
        out.append("<h2>").append(title).append("</h2>").append(svg);
    }
}
