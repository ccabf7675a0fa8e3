package io.memdi.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memdi.shell.CsvFile.Header;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvFileTest {
    @TempDir
    Path folder;

    private String file(String text) throws IOException {
        return Files.writeString(folder.resolve("x.csv"), text).toString();
    }

    private static void refuses(String file, Header header, String line) {
        assertThatThrownBy(() -> CsvFile.read(file, header))
                .isInstanceOf(PlainFailure.class)
                .hasMessage(line);
    }

    @Test
    void shipsTheCountriesOfTheWorld() {
        List<CsvRow> rows = CsvFile.countries().rows();
        assertThat(rows).hasSize(195);
        assertThat(rows)
                .extracting(CsvRow::key)
                .isSorted()
                .doesNotHaveDuplicates()
                .allMatch(key -> key.matches("[A-Z]{2}"));
        assertThat(rows)
                .extracting(CsvRow::value)
                .allMatch(
                        value -> value.matches(
                                "(?:[^\",]+|\"[^\"]+\"),(?:[^\",]+|\"[^\"]+\"),(?:Africa|Asia|Europe|North America|Oceania|South America)"));
        assertThat(rows).contains(new CsvRow(45, "DE", "Germany,Berlin,Europe"));
        assertThat(CsvFile.countries().notes()).isEmpty();
    }

    @Test
    void keepsTheLastRowOfAKeyAndSaysSo() throws IOException {
        CsvFile read = CsvFile.read(file("a,1\nb,2\na,3\n"), Header.NO);
        assertThat(read.rows()).containsExactly(new CsvRow(3, "a", "3"), new CsvRow(2, "b", "2"));
        assertThat(read.notes()).containsExactly("1 row repeats a key; the last row of a key counts");
        assertThat(CsvFile.read(file("a,1\na,2\na,3\n"), Header.NO).notes())
                .containsExactly("2 rows repeat a key; the last row of a key counts");
    }

    @Test
    void skipsAHeader() throws IOException {
        assertThat(CsvFile.read(file("key,value\na,1\n"), Header.YES).rows()).containsExactly(new CsvRow(2, "a", "1"));
        refuses(file("key,value\n"), Header.YES, file("key,value\n") + ": no rows besides the header");
    }

    @Test
    void wondersAtAFileWithOneColumn() throws IOException {
        assertThat(CsvFile.read(file("a;1\nb;2"), Header.NO).notes())
                .containsExactly(
                        "no row has a second column, so all values are empty; columns are separated by commas");
    }

    @Test
    void saysInOneLineWhatCannotBeRead() throws IOException {
        refuses(folder + "/none.csv", Header.NO, folder + "/none.csv cannot be read: there is no such file");
        refuses(folder.toString(), Header.NO, folder + " cannot be read: it is a folder");
        String empty = file("");
        refuses(empty, Header.NO, empty + ": no rows");
        refuses(file("a,\"1"), Header.NO, empty + ": line 1: a quote is opened and never closed");
        assertThatThrownBy(() -> CsvFile.read("a\0b", Header.NO))
                .isInstanceOf(PlainFailure.class)
                .hasMessageStartingWith("this cannot be the name of a file: ");
    }

    @Test
    void refusesWhatIsNoText() throws IOException {
        Path latin = Files.write(folder.resolve("latin.csv"), "a,1\nb,café\n".getBytes(StandardCharsets.ISO_8859_1));
        refuses(latin.toString(), Header.NO, latin + ", at or after line 1: this is not UTF-8 text");
    }
}
