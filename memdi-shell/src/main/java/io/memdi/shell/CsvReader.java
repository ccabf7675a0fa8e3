package io.memdi.shell;

import java.io.Closeable;
import java.io.IOException;
import java.io.PushbackReader;
import java.io.Reader;
import org.jspecify.annotations.Nullable;

/**
 * Reads rows from text with comma-separated columns (RFC 4180): a column in double quotes may hold commas, line ends, and double
 * quotes, which are doubled there. Lines end with LF, CR LF or CR; empty lines are skipped; spaces belong to their column.
 *
 * <p>One pass over the characters finds where the row and where its first column end; only the key, and a value that is a
 * single column, are taken out of their quotes. A value of several columns stays as it is, so that no comma becomes ambiguous.
 */
final class CsvReader implements Closeable {
    /** A longer row is more likely a quote that is never closed. */
    static final int MAX_ROW_CHARS = 16 << 20;

    private static final int END = -1;
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private enum At {
        COLUMN_START,
        IN_COLUMN,
        IN_QUOTES,
        AFTER_QUOTES
    }

    private final PushbackReader in;

    private long line = 1;
    private boolean started;

    /** The row that is being read. */
    private final StringBuilder row = new StringBuilder();

    private int firstComma;
    private int columns;

    /** @param in is closed with this reader; should be buffered */
    CsvReader(Reader in) {
        this.in = new PushbackReader(in);
    }

    /**
     * Reads the next row.
     *
     * @return the row, or null at the end
     * @throws PlainFailure if the text is no CSV; its line names the line, but not the file
     */
    @Nullable
    CsvRow next() throws IOException {
        skipByteOrderMark();
        while (true) {
            long start = line;
            boolean more = readRow(start);
            if (row.length() > 0) {
                return parts(start);
            }
            if (!more) {
                return null;
            }
        }
    }

    /** The line that is read next. */
    long line() {
        return line;
    }

    private void skipByteOrderMark() throws IOException {
        if (!started) {
            started = true;
            int first = in.read();
            if (first != END && first != BYTE_ORDER_MARK) {
                in.unread(first);
            }
        }
    }

    /** Reads up to the end of a row; returns false if that was the end of the text too. */
    private boolean readRow(long start) throws IOException {
        row.setLength(0);
        firstComma = -1;
        columns = 1;
        At at = At.COLUMN_START;
        while (true) {
            int next = in.read();
            boolean lineEnd = next == '\n' || next == '\r';
            if (next == END || (lineEnd && at != At.IN_QUOTES)) {
                if (at == At.IN_QUOTES) {
                    throw new PlainFailure("line " + start + ": a quote is opened and never closed");
                }
                endLine(next);
                return next != END;
            }
            if (row.length() == MAX_ROW_CHARS) {
                throw new PlainFailure("line " + start + ": a row of more than " + (MAX_ROW_CHARS >> 20)
                        + " million characters; is this CSV, and is every quote closed?");
            }
            char c = (char) next;
            at = after(at, c);
            row.append(c);
            if (lineEnd) {
                endLineInQuotes(c);
            }
        }
    }

    private At after(At at, char c) {
        return switch (at) {
            case COLUMN_START -> c == ',' ? comma() : c == '"' ? At.IN_QUOTES : At.IN_COLUMN;
            case IN_COLUMN -> c == ',' ? comma() : At.IN_COLUMN;
            case IN_QUOTES -> c == '"' ? At.AFTER_QUOTES : At.IN_QUOTES;
            case AFTER_QUOTES -> {
                if (c != ',' && c != '"') {
                    throw new PlainFailure("line " + line
                            + ": there is text after a closing quote; a quote inside a column is doubled (\"\")");
                }
                yield c == ',' ? comma() : At.IN_QUOTES;
            }
        };
    }

    private At comma() {
        if (columns++ == 1) {
            firstComma = row.length();
        }
        return At.COLUMN_START;
    }

    /** Counts a line, and takes in the LF of a CR LF. */
    private void endLine(int end) throws IOException {
        if (end != END) {
            line++;
        }
        if (end == '\r') {
            int next = in.read();
            if (next != '\n' && next != END) {
                in.unread(next);
            }
        }
    }

    /** A line end inside quotes belongs to the column, also both characters of a CR LF. */
    private void endLineInQuotes(char c) {
        boolean secondOfTwo = c == '\n' && row.length() > 1 && row.charAt(row.length() - 2) == '\r';
        if (!secondOfTwo) {
            line++;
        }
    }

    private CsvRow parts(long start) {
        String key = unquoted(firstComma < 0 ? row.toString() : row.substring(0, firstComma));
        if (key.isEmpty()) {
            throw new PlainFailure("line " + start + ": the first column, which is the key, is empty");
        }
        String rest = firstComma < 0 ? "" : row.substring(firstComma + 1);
        return new CsvRow(start, key, columns == 2 ? unquoted(rest) : rest);
    }

    private static String unquoted(String column) {
        return column.startsWith("\"")
                ? column.substring(1, column.length() - 1).replace("\"\"", "\"")
                : column;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
