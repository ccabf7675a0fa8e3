package io.memdi.shell;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A file of rows, read into memory as a whole. Where a key is repeated, its last row counts.
 *
 * @param name what to call the file
 * @param rows one row per key, in the order in which the keys first came
 * @param notes what a reader may want to know of it, in plain lines
 */
record CsvFile(String name, List<CsvRow> rows, List<String> notes) {

    /** Whether the first row names the columns. */
    enum Header {
        /** It does, and is skipped. */
        YES,
        /** It is data. */
        NO
    }

    /** How much of the JVM's memory a file may take up; the rest is for the nodes. */
    private static final double SHARE_OF_MEMORY = 0.25;

    private static final int BYTES_PER_ROW = 200;

    CsvFile {
        rows = List.copyOf(rows);
        notes = List.copyOf(notes);
    }

    /** The world's countries: the members and observer states of the United Nations, which ship with the shell. */
    static CsvFile countries() {
        String name = "countries.csv";
        InputStream resource = Objects.requireNonNull(CsvFile.class.getResourceAsStream(name), name);
        try (Reader text = utf8(resource)) {
            return read(name, text, Header.YES);
        } catch (IOException e) {
            throw new PlainFailure("the shell's jar is damaged: " + name + " cannot be read from it", e);
        }
    }

    /**
     * Reads a file of UTF-8 text.
     *
     * @throws PlainFailure if it cannot be read, or has no rows
     */
    static CsvFile read(String file, Header header) {
        try {
            Path path = Path.of(file);
            if (Files.isDirectory(path)) {
                throw new PlainFailure(file + " cannot be read: it is a folder");
            }
            try (Reader text = utf8(Files.newInputStream(path))) {
                return read(file, text, header);
            }
        } catch (NoSuchFileException e) {
            throw new PlainFailure(file + " cannot be read: there is no such file", e);
        } catch (AccessDeniedException e) {
            throw new PlainFailure(file + " cannot be read: permission denied", e);
        } catch (InvalidPathException e) {
            throw new PlainFailure("this cannot be the name of a file: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new PlainFailure(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** Malformed bytes are reported, not replaced: what is loaded is what the file says. */
    private static Reader utf8(InputStream bytes) {
        return new BufferedReader(new InputStreamReader(bytes, StandardCharsets.UTF_8.newDecoder()));
    }

    static CsvFile read(String name, Reader text, Header header) throws IOException {
        try (CsvReader reader = new CsvReader(text)) {
            try {
                return collect(name, reader, header);
            } catch (CharacterCodingException e) {
                throw new PlainFailure(name + ", at or after line " + reader.line() + ": this is not UTF-8 text", e);
            } catch (PlainFailure e) {
                throw new PlainFailure(name + ": " + e.line(), e);
            }
        }
    }

    private static CsvFile collect(String name, CsvReader reader, Header header) throws IOException {
        Map<String, CsvRow> rows = new LinkedHashMap<>();
        long room = (long) (Runtime.getRuntime().maxMemory() * SHARE_OF_MEMORY);
        long repeated = 0;
        boolean values = false;
        boolean skip = header == Header.YES;
        for (@Nullable CsvRow row = reader.next(); row != null; row = reader.next()) {
            if (skip) {
                skip = false;
                continue;
            }
            room -= BYTES_PER_ROW + row.key().length() + row.value().length();
            if (room < 0) {
                throw new PlainFailure("line " + row.line() + ": too large for this JVM's memory;"
                        + " give it more, as in JAVA_TOOL_OPTIONS=-Xmx8g");
            }
            values |= !row.value().isEmpty();
            if (rows.put(row.key(), row) != null) {
                repeated++;
            }
        }
        if (rows.isEmpty()) {
            throw new PlainFailure("no rows" + (header == Header.YES ? " besides the header" : ""));
        }
        return new CsvFile(name, List.copyOf(rows.values()), notes(repeated, values));
    }

    private static List<String> notes(long repeated, boolean values) {
        List<String> notes = new ArrayList<>();
        if (repeated > 0) {
            notes.add(
                    repeated == 1
                            ? "1 row repeats a key; the last row of a key counts"
                            : repeated + " rows repeat a key; the last row of a key counts");
        }
        if (!values) {
            notes.add("no row has a second column, so all values are empty; columns are separated by commas");
        }
        return notes;
    }
}
