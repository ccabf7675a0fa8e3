package io.memdi.storage;

import java.util.List;
import java.util.stream.Stream;

/** How files are called. */
final class Names {
    static final String TEMPORARY = ".tmp";

    /** How the directories begin into which damaged files are moved. */
    static final String DAMAGED = "damaged-";

    private static final String LOG = ".log";
    private static final String SNAPSHOT = ".snapshot";
    private static final int DIGITS = 10;

    private Names() {}

    static String segment(long number) {
        return padded(number) + LOG;
    }

    static String snapshot(long number) {
        return padded(number) + SNAPSHOT;
    }

    private static String padded(long number) {
        String digits = Long.toString(number);
        return "0".repeat(Math.max(0, DIGITS - digits.length())) + digits;
    }

    /** The numbers of the segments among these names, rising. */
    static List<Long> segments(List<String> names) {
        return numbers(names, LOG);
    }

    /** The numbers of the snapshots among these names, rising. */
    static List<Long> snapshots(List<String> names) {
        return numbers(names, SNAPSHOT);
    }

    /** Those among these names that belong to this program, but the lock. The identity comes first. */
    static List<String> own(List<String> names) {
        return Stream.concat(
                        names.stream().filter(Identity.NAME::equals),
                        names.stream().filter(name -> isNumbered(name) || name.endsWith(TEMPORARY)))
                .toList();
    }

    /** Whether it is that of a segment, or of a snapshot. */
    static boolean isNumbered(String name) {
        return !numbers(List.of(name), LOG).isEmpty()
                || !numbers(List.of(name), SNAPSHOT).isEmpty();
    }

    private static List<Long> numbers(List<String> names, String ending) {
        return names.stream()
                .filter(name -> name.endsWith(ending))
                .map(name -> name.substring(0, name.length() - ending.length()))
                .filter(digits -> digits.matches("[0-9]{10,18}"))
                .map(Long::parseLong)
                .sorted()
                .toList();
    }
}
