package io.memdi.transport.tcp;

import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The public API changes on purpose only: what the modules export is what {@code api/memdi.api} records. */
class PublicApiTest {
    private static final String HOW_TO_UPDATE =
            "If the change is meant, record it: mvn -Dquick -pl memdi-transport-tcp -am test"
                    + " -Dtest=PublicApiTest -Dsurefire.failIfNoSpecifiedTests=false -Dmemdi.api.update=true";

    @Test
    void publicApiIsAsRecorded() throws IOException {
        Path record = Path.of(System.getProperty("memdi.root", "..")).resolve("api/memdi.api");
        String actual = PublicApi.ofModules("io.memdi.");
        if (Boolean.getBoolean("memdi.api.update")) {
            Files.createDirectories(record.getParent());
            Files.writeString(record, actual);
            return;
        }
        String recorded = Files.exists(record) ? Files.readString(record) : "";
        if (!recorded.equals(actual)) {
            String changes = String.join(
                    "\n", changes(recorded.lines().toList(), actual.lines().toList()));
            fail("The public API is not as api/memdi.api records it (- recorded, + now):\n\n" + changes + "\n\n"
                    + HOW_TO_UPDATE);
        }
    }

    /** The lines that differ, each under the line of the type that it belongs to. */
    private static List<String> changes(List<String> before, List<String> after) {
        int[][] common = longestCommon(before, after);
        List<String> changes = new ArrayList<>();
        String type = "";
        String printedType = "";
        int i = 0;
        int j = 0;
        while (i < before.size() || j < after.size()) {
            boolean same =
                    i < before.size() && j < after.size() && before.get(i).equals(after.get(j));
            boolean gone = !same && i < before.size() && (j == after.size() || common[i + 1][j] >= common[i][j + 1]);
            String line = gone ? before.get(i) : after.get(j);
            if (line.endsWith("{")) {
                type = line;
            }
            if (!same) {
                if (!type.equals(printedType) && !line.equals(type)) {
                    changes.add("  " + type);
                }
                printedType = type;
                changes.add((gone ? "- " : "+ ") + line);
            }
            i += same || gone ? 1 : 0;
            j += gone ? 0 : 1;
        }
        return changes;
    }

    /** For each pair of positions, how many lines the two rests have in common. */
    private static int[][] longestCommon(List<String> before, List<String> after) {
        int[][] length = new int[before.size() + 1][after.size() + 1];
        for (int i = before.size() - 1; i >= 0; i--) {
            for (int j = after.size() - 1; j >= 0; j--) {
                length[i][j] = before.get(i).equals(after.get(j))
                        ? length[i + 1][j + 1] + 1
                        : Math.max(length[i + 1][j], length[i][j + 1]);
            }
        }
        return length;
    }
}
