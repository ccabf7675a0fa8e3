package io.memdi.shell.judges;

import io.memdi.node.Defaults;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who led when, as the logs of the nodes tell it; and so when what a leader had acknowledged from its memory may have been lost.
 *
 * <p>A leader that fails, or is cut off, acknowledges nothing more after a minimum election timeout, and only what is committed once its
 * oldest uncommitted entry is as old. So what is lost was acknowledged within that time before, or after. No log says when a leader failed;
 * but one that notices it gives up after a minimum election timeout, and its successor begins to ask for votes after a maximum one.
 */
final class Leaderships {
    private static final Pattern ROLE =
            Pattern.compile("^(\\S+) \\S+ \\S+: ([A-Z_]+) -> ([A-Z_]+) in term (\\d+)( under \\S+)?.*");

    private static final Duration MIN = Defaults.ELECTION_TIMEOUT_MIN;
    private static final Duration MAX = Defaults.ELECTION_TIMEOUT_MAX;

    /** What garbage collections, other processes, and votes that nobody wins may add. */
    private static final Duration USUAL = Duration.ofSeconds(2);

    /**
     * How many stalls of the machine may add up: of the leader before it answers, of the caller who notes the answer, of the follower before
     * it misses the leader, and of its thread that logs.
     */
    private static final int STALLS = 4;

    private final Duration allowance;

    /** When leaders gave up, by their terms. */
    private final Map<Long, Long> gaveUp = new HashMap<>();

    /** When whoever came to lead a term had begun to ask for votes, after it had last followed somebody. */
    private final TreeMap<Long, Long> asked = new TreeMap<>();

    /**
     * Reads logs.
     *
     * @param logs of each process that there was, from its start on
     * @param longestStall for how long the machine has let a thread of this process wait that had something to do
     */
    Leaderships(List<List<String>> logs, Duration longestStall) {
        allowance = USUAL.plus(longestStall.multipliedBy(STALLS));
        long nanos = System.nanoTime();
        Instant now = Instant.now();
        logs.forEach(log -> read(log, nanos, now));
    }

    private void read(List<String> log, long nanos, Instant now) {
        long leads = 0;
        long asksSince = 0;
        for (String line : log) {
            Matcher role = ROLE.matcher(line);
            if (!role.matches()) {
                continue;
            }
            Instant when = OffsetDateTime.parse(role.group(1)).toInstant();
            long at = nanos - ChronoUnit.NANOS.between(when, now);
            boolean follows = role.group(3).equals("FOLLOWER") && role.group(5) != null;
            asksSince = follows ? 0 : asksSince == 0 ? at : asksSince;
            if (role.group(2).equals("LEADER")) {
                gaveUp.put(leads, at);
            } else if (role.group(3).equals("LEADER")) {
                leads = Long.parseLong(role.group(4));
                asked.put(leads, asksSince);
            }
            if (role.group(2).equals("LEADER") || role.group(3).equals("LEADER")) {
                asksSince = 0;
            }
        }
    }

    /** Whether a write may be lost that was issued and acknowledged at these times, by the leader of that term. */
    boolean mayLose(long term, long issued, long acknowledged) {
        Map.Entry<Long, Long> next = asked.higherEntry(term);
        if (next == null) {
            return false; // Nobody has led since who could lack it.
        }
        long noticed = Math.min(next.getValue(), gaveUp.getOrDefault(term, next.getValue()));
        return acknowledged >= noticed - MIN.plus(MAX).plus(allowance).toNanos()
                && issued <= noticed + MIN.plus(allowance).toNanos();
    }

    @Override
    public String toString() {
        long now = System.nanoTime();
        StringBuilder text = new StringBuilder("with an allowance of " + allowance);
        asked.forEach((term, at) -> text.append(String.format(
                "; leader of term %d asked %d ms ago%s",
                term,
                (now - at) / 1_000_000,
                gaveUp.containsKey(term) ? " and gave up " + (now - gaveUp.get(term)) / 1_000_000 + " ms ago" : "")));
        return text.toString();
    }
}
