package io.memdi.shell;

import io.memdi.MemdiException;
import io.memdi.Status;
import io.memdi.shell.Shell.Reader;
import io.memdi.shell.TextTable.Cell;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What every node does, a table a second. What the nodes themselves measure is not seen from here, and not shown. */
final class Top {
    /** Until somebody has seen enough. */
    static final int NO_END = Integer.MAX_VALUE;

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Shell shell;
    private final Screen screen;

    /** By name, of the nodes that were there the last time. */
    private Map<String, Trace> traces = new LinkedHashMap<>();

    Top(Shell shell) {
        this.shell = shell;
        this.screen = shell.screen();
    }

    Answer run(int rounds) {
        shell.connection().look(); // Whoever was not asked yet is dialed first, which is no part of a round trip.
        long due = System.nanoTime();
        for (int round = 1; round <= rounds; round++) {
            List<Sight> sights;
            try {
                sights = shell.connection().look();
            } catch (MemdiException | PlainFailure e) {
                if (Thread.currentThread().isInterrupted()) {
                    break; // by whoever has seen enough
                }
                throw e;
            }
            show(round, sights, System.nanoTime());
            due += SECOND;
            boolean last = round == rounds || screen.hasFailed();
            if (last || !shell.pace().goesOn(Math.max(0, due - System.nanoTime()))) {
                break;
            }
            due = Math.max(
                    due, System.nanoTime() - SECOND); // what was missed, as on a machine that slept, is not made up for
        }
        return Answer.told();
    }

    private void show(int round, List<Sight> sights, long now) {
        Map<String, Trace> present = new LinkedHashMap<>();
        for (Sight sight : sights) {
            Trace trace = traces.getOrDefault(sight.name(), new Trace());
            trace.answered(sight, now);
            present.put(sight.name(), trace);
        }
        traces = present;
        long newest = Sight.newest(sights);
        if (shell.printer().reader() == Reader.JSON) {
            shell.printer().json(data(round, sights, newest));
        } else {
            screen.redraw(lines(round, sights, newest));
        }
    }

    private Trace trace(Sight sight) {
        return traces.getOrDefault(sight.name(), new Trace());
    }

    private List<String> lines(int round, List<Sight> sights, long newest) {
        TextTable table = new TextTable("node", "role", "term", "revision", "lag", "writes/s", "p99 rtt");
        for (Sight sight : sights) {
            Trace trace = trace(sight);
            @Nullable Status status = sight.status();
            Cell none = new Cell(StatusTable.NOTHING, Style.FAINT);
            if (status == null) {
                Cell absence = new Cell(sight.absence(), Style.BAD);
                table.row(new Cell(sight.name(), Style.PLAIN), absence, none, none, none, none, none);
            } else {
                table.row(
                        new Cell(sight.name(), Style.PLAIN),
                        StatusTable.role(status),
                        new Cell(String.valueOf(status.term()), Style.PLAIN),
                        new Cell(status.last().toString(), Style.PLAIN),
                        new Cell(Times.count(sight.lag(newest)), Style.PLAIN),
                        cell(trace.perSecond().stream()
                                .mapToObj(Times::count)
                                .findFirst()
                                .orElse(null)),
                        cell(trace.p99Nanos().stream()
                                .mapToObj(Times::of)
                                .findFirst()
                                .orElse(null)));
            }
        }
        List<String> lines = new ArrayList<>(table.lines(screen));
        lines.addAll(shell.connection().notes());
        if (screen.abilities().terminal()) {
            String hint = round + (round == 1 ? " second" : " seconds") + "; "
                    + shell.pace().hint();
            lines.add(screen.paint(Style.FAINT, hint));
        } else {
            lines.add("");
        }
        return lines;
    }

    private static Cell cell(@Nullable String text) {
        return text == null ? new Cell(StatusTable.NOTHING, Style.FAINT) : new Cell(text, Style.PLAIN);
    }

    private Map<String, @Nullable Object> data(int round, List<Sight> sights, long newest) {
        List<Map<String, @Nullable Object>> members = new ArrayList<>();
        for (Sight sight : sights) {
            Map<String, @Nullable Object> data = StatusTable.data(sight, newest);
            if (sight.status() != null) {
                data.put("writesPerSecond", orNull(trace(sight).perSecond()));
                OptionalLong p99 = trace(sight).p99Nanos();
                data.put("p99RttMicros", p99.isEmpty() ? null : p99.getAsLong() / 1000);
            }
            members.add(data);
        }
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("command", "top");
        object.put("result", "ok");
        object.put("round", round);
        object.put("members", members);
        return object;
    }

    private static @Nullable Long orNull(OptionalLong number) {
        return number.isEmpty() ? null : number.getAsLong();
    }
}
