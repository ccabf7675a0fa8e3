package io.memdi.store;

import io.memdi.log.Mistake;
import io.memdi.transport.Range;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The committed versions of a range as they are now, in the order of their places, which every node shares; those of one place, whose
 * hashes are equal, in the order of their revisions.
 *
 * <p>Costs one walk through the segment, as a resize does, and makes a version, and holds a long and a
 * reference, for each key of the range. Loop only.
 */
final class Scan {
    private static final Comparator<Version> BY_REVISION = (one, other) -> one.term() == other.term()
            ? Long.compare(one.index(), other.index())
            : Long.compare(one.term(), other.term());

    private final Version[] versions;

    private Scan(Version[] versions) {
        this.versions = versions;
    }

    static Scan of(Table table, Range range) {
        return of(table, range, false);
    }

    static Scan of(Table table, Range range, @Nullable Mistake planted) {
        return of(table, range, planted == Mistake.HEALS_WITH_UNCOMMITTED);
    }

    /** The newest versions, committed or not, or those that are committed. */
    static Scan of(Table table, Range range, boolean latest) {
        List<Version> heads = table.slots(range.segment()).heads(range);
        Version[] found = new Version[heads.size()];
        // The place in the upper half, where it was found in the lower: to sort numbers takes no object and no look at
        // a version.
        long[] order = new long[found.length];
        int count = 0;
        for (Version head : heads) {
            Version version = latest ? head : head.newestCut();
            int place = Slots.placeOf(version.hash);
            if (version.value != null && range.contains(place, version.term(), version.index())) {
                order[count] = (long) place << Integer.SIZE | count;
                found[count++] = version;
            }
        }
        Arrays.sort(order, 0, count);
        Version[] versions = new Version[count];
        for (int i = 0; i < count; i++) {
            versions[i] = found[(int) order[i]];
        }
        Scan scan = new Scan(versions);
        scan.sortTwins();
        return scan;
    }

    private void sortTwins() {
        for (int from = 0, end; from < versions.length; from = end) {
            end = endOfHash(from);
            if (end - from > 1) {
                Arrays.sort(versions, from, end, BY_REVISION);
            }
        }
    }

    int size() {
        return versions.length;
    }

    Version get(int at) {
        return versions[at];
    }

    List<Version> between(int from, int end) {
        return Arrays.asList(versions).subList(from, end);
    }

    /** The place of a version; beyond the last version the place beyond all. */
    int place(int at) {
        return at < versions.length ? Slots.placeOf(versions[at].hash) : Range.PLACES;
    }

    /** The part of a range that holds the first so many of these versions: to its end if that is all of them. */
    Range listing(int count, Range range) {
        if (count == versions.length) {
            return range;
        }
        return count > 0 && place(count - 1) == place(count)
                ? range.endingWith(place(count - 1), versions[count - 1].revision())
                : range.endingAt(place(count));
    }

    /** The first version above this one that has another hash. */
    int endOfHash(int at) {
        int end = at + 1;
        while (end < versions.length && versions[end].hash == versions[at].hash) {
            end++;
        }
        return end;
    }
}
