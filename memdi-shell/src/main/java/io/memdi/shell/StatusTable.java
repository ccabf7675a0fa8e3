package io.memdi.shell;

import io.memdi.Role;
import io.memdi.Status;
import io.memdi.shell.TextTable.Cell;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What every node is, and how far it is, as a table. */
final class StatusTable {
    private static final int DIGEST_CHARS = 12;
    private static final String NOTHING = "-";

    private StatusTable() {}

    static List<String> lines(Shell shell) {
        LocalNodes nodes = shell.nodes();
        Map<String, Status> statuses = nodes.statuses();
        long newest = newest(statuses);
        TextTable table = new TextTable("node", "role", "term", "revision", "committed", "lag", "keys", "digest");
        for (String name : nodes.names()) {
            Style style = name.equals(shell.current()) ? Style.STRONG : Style.PLAIN;
            @Nullable Status status = statuses.get(name);
            if (status == null) {
                Cell none = new Cell(NOTHING, Style.FAINT);
                Cell condition = new Cell(Kind.word(nodes.condition(name)), Style.BAD);
                table.row(new Cell(name, style), condition, none, none, none, none, none, none);
            } else {
                table.row(row(new Cell(name, style), status, newest));
            }
        }
        List<String> lines = new ArrayList<>(table.lines(shell.screen()));
        for (Status status : statuses.values()) {
            if (!status.waitingFor().isEmpty()) {
                lines.add(status.name() + " waits for: " + status.waitingFor());
            }
        }
        if (!nodes.partition().isEmpty()) {
            lines.add("the network is split: " + groups(nodes.partition()) + " (heal joins it again)");
        }
        return lines;
    }

    private static Cell[] row(Cell name, Status status, long newest) {
        Status.@Nullable StoreStatus store = store(status);
        return new Cell[] {
            name,
            new Cell(Kind.word(status.role()), status.role() == Role.LEADER ? Style.LEADER : Style.PLAIN),
            new Cell(String.valueOf(status.term()), Style.PLAIN),
            new Cell(status.last().toString(), Style.PLAIN),
            new Cell(status.committed().toString(), Style.PLAIN),
            new Cell(Times.count(Math.max(0, newest - status.committed().index())), Style.PLAIN),
            new Cell(store == null ? NOTHING : Times.count(store.entries()), Style.PLAIN),
            new Cell(store == null ? NOTHING : store.digest().substring(0, DIGEST_CHARS), Style.FAINT)
        };
    }

    /** Where the log ends: at the leader's last entry, or, while nobody leads, at the last one that anybody holds. */
    private static long newest(Map<String, Status> statuses) {
        @Nullable Status leader = LocalNodes.leader(statuses);
        return leader != null
                ? leader.last().index()
                : statuses.values().stream()
                        .mapToLong(status -> status.last().index())
                        .max()
                        .orElse(0);
    }

    static Status.@Nullable StoreStatus store(Status status) {
        return status.stores().stream()
                .filter(store -> store.name().equals(Shell.STORE))
                .findFirst()
                .orElse(null);
    }

    /** As in {@code a | b, c}. */
    static String groups(List<Set<String>> groups) {
        return groups.stream().map(group -> String.join(", ", group)).collect(Collectors.joining(" | "));
    }
}
