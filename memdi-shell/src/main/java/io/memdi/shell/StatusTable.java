package io.memdi.shell;

import io.memdi.Role;
import io.memdi.Status;
import io.memdi.shell.TextTable.Cell;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What every node is, and how far it is, as a table. */
final class StatusTable {
    private static final int DIGEST_CHARS = 12;
    static final String NOTHING = "-";

    private StatusTable() {}

    static Answer answer(Shell shell) {
        List<Sight> sights = shell.connection().look();
        long newest = Sight.newest(sights);
        TextTable table = new TextTable("node", "role", "term", "revision", "committed", "lag", "keys", "digest");
        List<Map<String, @Nullable Object>> data = new ArrayList<>();
        boolean local = shell.connection().scope() == Scope.LOCAL;
        for (Sight sight : sights) {
            Style style = local && sight.name().equals(shell.current()) ? Style.STRONG : Style.PLAIN;
            Cell name = new Cell(sight.name(), style);
            @Nullable Status status = sight.status();
            if (status == null) {
                Cell none = new Cell(NOTHING, Style.FAINT);
                Cell absence = new Cell(sight.absence(), Style.BAD);
                table.row(name, absence, none, none, none, none, none, none);
            } else {
                table.row(row(name, status, sight.lag(newest), store(status, shell.store())));
            }
            data.add(data(sight, newest, shell.store()));
        }
        List<String> lines = new ArrayList<>(table.lines(shell.screen()));
        for (Status status : Sight.statuses(sights)) {
            if (!status.waitingFor().isEmpty()) {
                lines.add(status.name() + " waits for: " + Wording.plain(status.waitingFor()));
            }
        }
        if (NoCluster.isSo(sights)) {
            lines.add("None of these belongs to a cluster. " + NoCluster.advice(sights));
        }
        lines.addAll(shell.connection().notes());
        return Answer.lines(lines).with("members", data);
    }

    private static Cell[] row(Cell name, Status status, long lag, Status.@Nullable StoreStatus store) {
        return new Cell[] {
            name,
            role(status),
            new Cell(String.valueOf(status.term()), Style.PLAIN),
            new Cell(status.last().toString(), Style.PLAIN),
            new Cell(status.committed().toString(), Style.PLAIN),
            new Cell(Times.count(lag), Style.PLAIN),
            new Cell(store == null ? NOTHING : Times.count(store.entries()), Style.PLAIN),
            new Cell(store == null ? NOTHING : store.digest().substring(0, DIGEST_CHARS), Style.FAINT)
        };
    }

    static Cell role(Status status) {
        String heals = status.healing() == null ? "" : ", healing" + percent(status.healing());
        return new Cell(Kind.word(status.role()) + heals, status.role() == Role.LEADER ? Style.LEADER : Style.PLAIN);
    }

    private static String percent(Status.Healing healing) {
        return healing.segments() == 0 ? "" : " " + 100L * healing.done() / healing.segments() + " %";
    }

    /** The same for programs. */
    private static Map<String, @Nullable Object> data(Sight sight, long newest, String storeName) {
        Map<String, @Nullable Object> data = data(sight, newest);
        @Nullable Status status = sight.status();
        if (status != null) {
            Status.@Nullable StoreStatus store = store(status, storeName);
            data.put("keys", store == null ? null : store.entries());
            data.put("digest", store == null ? null : store.digest());
            data.put("waitingFor", status.waitingFor());
        }
        return data;
    }

    /** What is known of a node, for programs. */
    static Map<String, @Nullable Object> data(Sight sight, long newest) {
        Map<String, @Nullable Object> data = new LinkedHashMap<>();
        @Nullable Status status = sight.status();
        data.put("name", sight.name());
        data.put("role", status == null ? null : Kind.word(status.role()));
        if (status == null) {
            data.put("absence", sight.absence());
        } else {
            data.put("term", status.term());
            data.put("revision", status.last().toString());
            data.put("committed", status.committed().toString());
            if (status.synced() != null) {
                data.put("synced", status.synced().toString());
            }
            data.put("lag", sight.lag(newest));
            data.put("healing", healing(status.healing()));
        }
        return data;
    }

    private static @Nullable Map<String, Object> healing(Status.@Nullable Healing healing) {
        if (healing == null) {
            return null;
        }
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("done", healing.done());
        data.put("segments", healing.segments());
        data.put("keys", healing.keys());
        data.put("bytes", healing.bytes());
        return data;
    }

    static Status.@Nullable StoreStatus store(Status status, String name) {
        return status.stores().stream()
                .filter(store -> store.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    /** As in {@code a | b, c}. */
    static String groups(List<Set<String>> groups) {
        return groups.stream()
                .map(group -> group.stream().sorted().collect(Collectors.joining(", ")))
                .collect(Collectors.joining(" | "));
    }
}
