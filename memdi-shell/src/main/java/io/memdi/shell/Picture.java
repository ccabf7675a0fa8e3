package io.memdi.shell;

import io.memdi.Role;
import io.memdi.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Draws a cluster as boxes side by side:
 *
 * <pre>
 *   ┌ a ────────────┐   ┌ b ────────────┐
 *   │ LEADER term 1 │   │ follower      │
 *   │ revision 1.42 │   │ revision 1.42 │
 *   └───────────────┘   └───────────────┘
 * </pre>
 */
final class Picture {
    private static final int WIDTH = 20;
    private static final String GAP = "  ";

    private final Screen screen;
    private final boolean symbols;

    Picture(Screen screen) {
        this.screen = screen;
        this.symbols = screen.abilities().symbols();
    }

    List<String> draw(LocalNodes nodes, Map<String, Status> statuses) {
        List<List<String>> boxes = nodes.names().stream()
                .map(name -> box(name, statuses.get(name), nodes.condition(name)))
                .toList();
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < boxes.get(0).size(); i++) {
            int line = i;
            lines.add(String.join(GAP, boxes.stream().map(box -> box.get(line)).toList()));
        }
        return lines;
    }

    private List<String> box(String name, @Nullable Status status, LocalNodes.Condition condition) {
        if (status == null) {
            return frame(name, Kind.word(condition), "", Style.BAD);
        }
        boolean leads = status.role() == Role.LEADER;
        String role = leads ? "LEADER of term " + status.term() : Kind.word(status.role());
        return frame(name, role, "revision " + status.committed(), leads ? Style.LEADER : Style.PLAIN);
    }

    private List<String> frame(String name, String first, String second, Style style) {
        String bar = symbols ? "│" : "|";
        String line = symbols ? "─" : "-";
        String top =
                (symbols ? "┌ " : "+ ") + name + " " + line.repeat(WIDTH - 3 - name.length()) + (symbols ? "┐" : "+");
        String bottom = (symbols ? "└" : "+") + line.repeat(WIDTH - 1) + (symbols ? "┘" : "+");
        return List.of(
                screen.paint(style, top),
                screen.paint(style, bar + inside(first) + bar),
                screen.paint(style, bar + inside(second) + bar),
                screen.paint(style, bottom));
    }

    private static String inside(String text) {
        return String.format(Locale.ROOT, " %-" + (WIDTH - 2) + "s", text);
    }
}
