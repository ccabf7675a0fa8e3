package io.memdi.transport.inproc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What docs/testing-your-application.md shows is code that compiles and passes: it stands in {@link StockTest}, word by word. */
class StockDocumentationTest {
    private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    @Test
    void showsCodeThatIsTested() throws IOException {
        Path root = Path.of(System.getProperty("memdi.root", ".."));
        String page = Files.readString(root.resolve("docs/testing-your-application.md"));
        String code = words(Files.readString(
                root.resolve("memdi-transport-inproc/src/test/java/io/memdi/transport/inproc/StockTest.java")));
        List<String> blocks =
                BLOCK.matcher(page).results().map(block -> block.group(1)).toList();
        assertThat(blocks).hasSizeGreaterThanOrEqualTo(3);
        assertThat(blocks).allSatisfy(block -> assertThat(code).contains(words(block)));
    }

    private static String words(String text) {
        return text.replaceAll("\\s+", " ").strip();
    }
}
