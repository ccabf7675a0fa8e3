package io.memdi.shell;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Reads in the log why no node can be reached, which the transport tells there and nowhere else; until a cluster is found, that is told with
 * the failure, and not line by line. Thread-safe.
 */
final class DialLog {
    private static final Pattern TROUBLE = Pattern.compile(
            "(?:TcpTransport - .*?: (?:\\S+ cannot be reached|no connection to \\S+)) at (\\S+): (.*?)(?:; goes on trying)?$");

    /** What is only logged so that it can be read here. */
    private static final Pattern DETAIL = Pattern.compile(" INFO TcpTransport - ");

    private static final int MAX_ADDRESSES = 16;

    private final Map<String, String> reasons = new LinkedHashMap<>();
    private final boolean details;
    private boolean found;

    /**
     * Nothing was read yet.
     *
     * @param details whether somebody has asked for all lines
     */
    DialLog(boolean details) {
        this.details = details;
    }

    /** Takes in a line; returns whether it is to be shown. */
    synchronized boolean isNews(String line) {
        if (!found) {
            Matcher trouble = TROUBLE.matcher(line);
            if (trouble.find()) {
                if (reasons.size() < MAX_ADDRESSES) {
                    reasons.put(trouble.group(1), trouble.group(2));
                }
                return false;
            }
        }
        return details || !DETAIL.matcher(line).find();
    }

    /** The reasons so far, in parentheses; empty if there are none. */
    synchronized String reasons() {
        Set<String> different = new LinkedHashSet<>(reasons.values());
        if (different.isEmpty()) {
            return "";
        }
        return " ("
                + (different.size() == 1
                        ? different.iterator().next()
                        : reasons.entrySet().stream()
                                .map(reason -> reason.getKey() + ": " + reason.getValue())
                                .collect(Collectors.joining("; ")))
                + ")";
    }

    /** From now on troubles are news. */
    synchronized void cease() {
        found = true;
    }
}
