package io.memdi.shell.judges;

import io.memdi.Revision;
import io.memdi.shell.Processes;
import io.memdi.shell.judges.Book.Grant;
import io.memdi.shell.judges.Deaths.Death;
import io.memdi.sim.Operation;
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
            Pattern.compile("^(\\S+) \\S+ (\\S+): ([A-Z_]+) -> ([A-Z_]+) in term (\\d+)( under \\S+)?.*");

    private static final Duration MIN = Processes.ELECTION_MIN;
    private static final Duration MAX = Processes.ELECTION_MAX;

    /** What garbage collections, other processes, and votes that nobody wins may add. */
    private static final Duration USUAL = Duration.ofSeconds(2);

    /**
     * How many stalls of the machine may add up: of the leader before it answers, of the caller who notes the answer, of the follower before
     * it misses the leader, and of its thread that logs.
     */
    private static final int STALLS = 4;

    private final Duration allowance;
    private final List<Death> deaths;

    /** Who led, by terms. */
    private final Map<Long, String> names = new HashMap<>();

    /** When leaders gave up, by their terms. */
    private final Map<Long, Long> gaveUp = new HashMap<>();

    /** When whoever came to lead a term had begun to ask for votes, after it had last followed somebody. */
    private final TreeMap<Long, Long> asked = new TreeMap<>();

    /**
     * Reads logs.
     *
     * @param logs of each process that there was, from its start on
     * @param deaths of nodes, as far as they are known otherwise than by the silence that followed
     * @param longestStall for how long the machine has let a thread of this process wait that had something to do
     */
    Leaderships(List<List<String>> logs, List<Death> deaths, Duration longestStall) {
        this.deaths = deaths;
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
            boolean follows = role.group(4).equals("FOLLOWER") && role.group(6) != null;
            asksSince = follows ? 0 : asksSince == 0 ? at : asksSince;
            if (role.group(3).equals("LEADER")) {
                gaveUp.put(leads, at);
            } else if (role.group(4).equals("LEADER")) {
                leads = Long.parseLong(role.group(5));
                names.put(leads, role.group(2));
                asked.put(leads, asksSince);
            }
            if (role.group(3).equals("LEADER") || role.group(4).equals("LEADER")) {
                asksSince = 0;
            }
        }
    }

    /** Whether that may be lost, which was told this revision when it was acknowledged. */
    boolean mayLose(Operation put, Revision revision, List<Grant> safe) {
        return switch (put.ack) {
            case LEADER_MEMORY -> atTheEndOf(revision.term(), put);
            case LEADER_DISK -> anotherLed(revision.term(), safe);
            case QUORUM_MEMORY -> aQuorumForgot(put);
            case QUORUM_DISK -> false;
        };
    }

    /** Within about a minimum election timeout before its leader failed, or was cut off. */
    private boolean atTheEndOf(long term, Operation put) {
        Map.Entry<Long, Long> next = asked.higherEntry(term);
        if (next == null) {
            return false; // Nobody has led since who could lack it.
        }
        long noticed = Math.min(next.getValue(), gaveUp.getOrDefault(term, next.getValue()));
        if (isAround(put, noticed, noticed)) {
            return true;
        }
        String leader = names.getOrDefault(term, "");
        return deaths.stream()
                .filter(death -> death.name().equals(leader))
                .anyMatch(death -> isAround(put, death.from(), death.to()));
    }

    private boolean isAround(Operation put, long from, long to) {
        return put.returnedNanos - from >= -MIN.plus(MAX).plus(allowance).toNanos()
                && put.invokedNanos - to <= MIN.plus(allowance).toNanos();
    }

    /**
     * What a leader has synced, it has when it comes to lead once more; and what is committed then, is for ever. So it may only be lost if
     * somebody else led before; or if it is not known who did.
     */
    private boolean anotherLed(long term, List<Grant> safe) {
        String leader = names.get(term);
        for (long next = term + 1; next <= (asked.isEmpty() ? 0 : asked.lastKey()); next++) {
            if (leader == null || !leader.equals(names.get(next))) {
                return true;
            }
            long led = next;
            if (safe.stream().anyMatch(grant -> grant.revision().term() == led)) {
                return false;
            }
        }
        return false;
    }

    /** Two of those that held it have died, of which one may not have synced it. */
    private boolean aQuorumForgot(Operation put) {
        List<Death> later = deaths.stream()
                .filter(death -> death.to() - put.invokedNanos >= 0)
                .toList();
        return later.size() >= 2
                && later.stream().anyMatch(death -> death.from() - put.returnedNanos <= allowance.toNanos());
    }

    @Override
    public String toString() {
        long now = System.nanoTime();
        StringBuilder text = new StringBuilder("with an allowance of " + allowance);
        asked.forEach((term, at) -> text.append(String.format(
                "; leader of term %d, %s, asked %d ms ago%s",
                term,
                names.get(term),
                (now - at) / 1_000_000,
                gaveUp.containsKey(term) ? " and gave up " + (now - gaveUp.get(term)) / 1_000_000 + " ms ago" : "")));
        deaths.forEach(death ->
                text.append(String.format("; %s died %d ms ago", death.name(), (now - death.to()) / 1_000_000)));
        return text.toString();
    }
}
