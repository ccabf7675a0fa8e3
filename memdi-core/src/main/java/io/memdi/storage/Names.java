package io.memdi.storage;

import java.util.List;

/** How files are called. */
final class Names {
    static final String TEMPORARY = ".tmp";

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
