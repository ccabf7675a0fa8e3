package io.memdi.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class CsvReaderTest {
    private static List<CsvRow> read(String text) throws IOException {
        try (CsvReader reader = new CsvReader(new StringReader(text))) {
            List<CsvRow> rows = new ArrayList<>();
            for (CsvRow row = reader.next(); row != null; row = reader.next()) {
                rows.add(row);
            }
            return rows;
        }
    }

    private static void refuses(String text, String line) {
        assertThatThrownBy(() -> read(text)).isInstanceOf(PlainFailure.class).hasMessage(line);
    }

    @Test
    void takesTheFirstColumnAsKeyAndTheRestAsValue() throws IOException {
        assertThat(read("a,1\nb,2,3\nc\nd,\n"))
                .containsExactly(
                        new CsvRow(1, "a", "1"),
                        new CsvRow(2, "b", "2,3"),
                        new CsvRow(3, "c", ""),
                        new CsvRow(4, "d", ""));
    }

    @Test
    void readsNothingFromNothing() throws IOException {
        assertThat(read("")).isEmpty();
        assertThat(read("\n\r\n\r\r")).isEmpty();
        assertThat(read("\uFEFF")).isEmpty();
    }

    @Test
    void endsLinesInThreeWaysAndSkipsEmptyOnes() throws IOException {
        assertThat(read("a,1\r\nb,2\rc,3\n\n\r\nd,4"))
                .containsExactly(
                        new CsvRow(1, "a", "1"),
                        new CsvRow(2, "b", "2"),
                        new CsvRow(3, "c", "3"),
                        new CsvRow(6, "d", "4"));
    }

    @Test
    void takesTheQuotesOffKeysAndOffSingleValues() throws IOException {
        assertThat(read("\"a,b\",\"1,2\"\n\"say \"\"hi\"\"\",\"\"\"\"\n\"q\",\"\""))
                .containsExactly(
                        new CsvRow(1, "a,b", "1,2"), new CsvRow(2, "say \"hi\"", "\""), new CsvRow(3, "q", ""));
    }

    @Test
    void leavesValuesOfSeveralColumnsAsTheyAre() throws IOException {
        assertThat(read("US,United States,\"Washington, D.C.\""))
                .containsExactly(new CsvRow(1, "US", "United States,\"Washington, D.C.\""));
    }

    @Test
    void keepsLineEndsInQuotesAndCountsThem() throws IOException {
        assertThat(read("a,\"1\r\n2\n3\r4\"\nb,5"))
                .containsExactly(new CsvRow(1, "a", "1\r\n2\n3\r4"), new CsvRow(5, "b", "5"));
    }

    @Test
    void takesQuotesAndSpacesWithinAColumnAsTheyAre() throws IOException {
        assertThat(read(" a ,5\" pipe\nb, \"x\" "))
                .containsExactly(new CsvRow(1, " a ", "5\" pipe"), new CsvRow(2, "b", " \"x\" "));
    }

    @Test
    void skipsAByteOrderMark() throws IOException {
        assertThat(read("\uFEFFa,1")).containsExactly(new CsvRow(1, "a", "1"));
        assertThat(read("\uFEFF\"a\",1")).containsExactly(new CsvRow(1, "a", "1"));
    }

    @Test
    void refusesAQuoteThatIsNotClosed() {
        refuses("a,1\nb,\"2\nc,3\n", "line 2: a quote is opened and never closed");
    }

    @Test
    void refusesTextAfterAQuote() {
        refuses(
                "a,1\nb,\"2\"x",
                "line 2: there is text after a closing quote; a quote inside a column is doubled (\"\")");
    }

    @Test
    void refusesAnEmptyKey() {
        refuses("a,1\n,2", "line 2: the first column, which is the key, is empty");
        refuses("\"\",2", "line 1: the first column, which is the key, is empty");
    }

    @Test
    void refusesARowWithoutEnd() {
        Reader endless = new Reader() {
            @Override
            public int read(char[] buffer, int offset, int length) {
                Arrays.fill(buffer, offset, offset + length, 'x');
                return length;
            }

            @Override
            public void close() {}
        };
        assertThatThrownBy(() -> new CsvReader(new BufferedReader(endless)).next())
                .isInstanceOf(PlainFailure.class)
                .hasMessage(
                        "line 1: a row of more than 16 million characters; is this CSV, and is every quote closed?");
    }
}
