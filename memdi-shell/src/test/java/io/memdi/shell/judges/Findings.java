package io.memdi.shell.judges;

import io.memdi.Revision;
import io.memdi.shell.judges.Book.Grant;
import io.memdi.sim.LinearizabilityChecker;
import io.memdi.sim.Operation;
import io.memdi.sim.Operation.Outcome;
import io.memdi.sim.Violation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is checked once all callers are silent, and everything was read once more. */
final class Findings {
    /** How much longer than its timeout an operation may take before one calls it endless. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Book book;
    private final Map<String, String> singles;
    private final Leaderships leaderships;

    /** @param singles what is left of the keys that were written once */
    Findings(Book book, Map<String, String> singles, Leaderships leaderships) {
        this.book = book;
        this.singles = singles;
        this.leaderships = leaderships;
    }

    /** Returns what was acknowledged and is lost, as its level allows. */
    List<Operation> check() {
        List<Operation> all = new ArrayList<>(book.history().operations());
        all.addAll(book.singles().values());
        eachEnds(all);
        LinearizabilityChecker.check(book.history());
        Map<String, List<Operation>> byKey = book.history().byKey();
        byKey.forEach((key, operations) -> {
            if (key.startsWith("count-")) {
                counted(key, operations);
            } else if (key.startsWith("list-")) {
                appended(key, operations);
            }
        });
        List<Operation> lost = lostSingles();
        notLostForEarlier(lost);
        lostAsStated(lost);
        return lost;
    }

    private void eachEnds(List<Operation> operations) {
        if (!book.surprises().isEmpty()) {
            AssertionError failure = new AssertionError("there is no fourth end");
            book.surprises().forEach(failure::addSuppressed);
            throw failure;
        }
        long longest = Caller.TIMEOUT.plus(PATIENCE).toNanos();
        for (Operation operation : operations) {
            Violation.unless(operation.ended(), "every operation ends", "%s does not", operation);
            Violation.unless(
                    operation.returnedNanos - operation.invokedNanos <= longest,
                    "every operation ends",
                    "%s did not in time",
                    operation);
        }
    }

    private static @Nullable String last(List<Operation> operations) {
        return operations.get(operations.size() - 1).seen;
    }

    private static long count(List<Operation> operations, Outcome outcome) {
        return operations.stream()
                .filter(operation -> operation.kind.writes() && operation.outcome == outcome)
                .count();
    }

    private static void counted(String key, List<Operation> operations) {
        String last = last(operations);
        int value = last == null ? 0 : Caller.counted(last);
        long sure = count(operations, Outcome.APPLIED);
        long unsure = count(operations, Outcome.UNKNOWN);
        Violation.unless(
                sure <= value && value <= sure + unsure,
                "each write at most once",
                "%s is %d, after %d increments, and %d of unknown outcome",
                key,
                value,
                sure,
                unsure);
    }

    /** Its last element says which of the writes is meant. */
    private static String appended(Operation write) {
        String list = write.value == null ? "" : write.value;
        return list.substring(list.lastIndexOf(',') + 1);
    }

    private static void appended(String key, List<Operation> operations) {
        String last = last(operations);
        List<String> list = last == null ? List.of() : Arrays.asList(last.split(","));
        Map<String, Integer> places = new HashMap<>();
        for (int i = 0; i < list.size(); i++) {
            Integer other = places.put(list.get(i), i);
            Violation.unless(other == null, "each write at most once", "%s is in %s twice: %s", list.get(i), key, last);
        }
        Map<String, Integer> newest = new HashMap<>();
        for (Operation write : operations) {
            if (!write.kind.writes()) {
                continue;
            }
            Integer place = places.remove(appended(write));
            boolean may = write.outcome == Outcome.APPLIED || write.outcome == Outcome.UNKNOWN;
            Violation.unless(may || place == null, "not applied is never seen", "%s holds %s: %s", key, write, last);
            Violation.unless(
                    place != null || write.outcome != Outcome.APPLIED,
                    "nothing acknowledged is lost",
                    "%s lacks %s: %s",
                    key,
                    write,
                    last);
            if (place != null) {
                Integer before = newest.put(write.node, place);
                Violation.unless(
                        before == null || before < place,
                        "the order of each client",
                        "%s is before an earlier one in %s: %s",
                        write,
                        key,
                        last);
            }
        }
        Violation.unless(places.isEmpty(), "reads are of writes", "nobody wrote %s of %s", places.keySet(), key);
    }

    private List<Operation> lostSingles() {
        List<Operation> lost = new ArrayList<>();
        book.singles().forEach((key, put) -> {
            String found = singles.get(key);
            Violation.unless(
                    found == null || found.equals(put.value),
                    "reads are of writes",
                    "%s is %s after %s",
                    key,
                    found,
                    put);
            Violation.unless(
                    found == null || put.outcome != Outcome.NOT_APPLIED,
                    "not applied is never seen",
                    "%s is there",
                    put);
            if (found == null && put.outcome == Outcome.APPLIED) {
                lost.add(put);
            }
        });
        return lost;
    }

    /** A leader that has told of an entry that it is committed has told that of all before it in its term. */
    private void notLostForEarlier(List<Operation> lost) {
        Map<Long, Grant> safe = new HashMap<>();
        Map<Operation, Revision> told = new HashMap<>();
        for (Grant grant : book.grants()) {
            told.put(grant.operation(), grant.revision());
            if (grant.operation().ack == book.levels().safe()) {
                safe.merge(
                        grant.revision().term(),
                        grant,
                        (one, other) -> one.revision().isAtLeast(other.revision()) ? one : other);
            }
        }
        for (Operation put : lost) {
            Revision revision = told.get(put);
            Grant later = revision == null ? null : safe.get(revision.term());
            Violation.unless(
                    later == null || !later.revision().isAtLeast(revision),
                    "nothing that was committed is lost",
                    "%s had revision %s and is lost, though later there was %s",
                    put,
                    revision,
                    later);
        }
    }

    /** What is lost, is lost under the conditions that its level has. */
    private void lostAsStated(List<Operation> lost) {
        Map<Operation, Revision> told = new HashMap<>();
        book.grants().forEach(grant -> told.put(grant.operation(), grant.revision()));
        List<Grant> safe = book.grants().stream()
                .filter(grant -> grant.operation().ack == book.levels().safe())
                .toList();
        for (Operation put : lost) {
            Revision revision = told.get(put);
            Violation.unless(
                    revision != null && leaderships.mayLose(put, revision, safe),
                    "the window of " + put.ack,
                    "%s was told revision %s and lost; %s",
                    put,
                    revision,
                    leaderships);
        }
    }
}
