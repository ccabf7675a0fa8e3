package io.memdi.shell;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** A table in plain text: a line of headings, and columns as wide as what they hold. */
final class TextTable {
    private static final String GAP = "   ";

    /** A piece of text in a table, and how it is painted. */
    record Cell(String text, Style style) {
        int width() {
            return text.codePointCount(0, text.length());
        }
    }

    private final List<List<Cell>> rows = new ArrayList<>();
    private final int columns;

    TextTable(String... headings) {
        columns = headings.length;
        rows.add(Arrays.stream(headings)
                .map(heading -> new Cell(heading, Style.FAINT))
                .toList());
    }

    void row(Cell... cells) {
        rows.add(List.of(cells));
    }

    List<String> lines(Screen screen) {
        int[] widths = IntStream.range(0, columns)
                .map(column -> rows.stream()
                        .mapToInt(row -> row.get(column).width())
                        .max()
                        .orElse(0))
                .toArray();
        return rows.stream().map(row -> line(screen, row, widths)).toList();
    }

    private static String line(Screen screen, List<Cell> row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < widths.length; column++) {
            Cell cell = row.get(column);
            line.append(screen.paint(cell.style(), cell.text()));
            if (column + 1 < widths.length) {
                line.append(" ".repeat(widths[column] - cell.width())).append(GAP);
            }
        }
        return line.toString().stripTrailing();
    }
}
