package io.memdi.storage;

import io.memdi.Revision;
import io.memdi.transport.Entry;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a directory had.
 *
 * @param state the latest state that was kept; null if none ever was
 * @param snapshot how the latest snapshot begins; null if there is none
 * @param pages its pages, read as they are asked for; nothing if there is none
 * @param snapshotEnd up to where the entries have to be applied over the pages at least; 0 if there is none
 * @param base the position that the entries follow: the snapshot's start
 * @param entries those after the base, in order, with keys and values as bytes
 * @param recordedSynced the index up to which the files themselves prove that the entries were synced
 * @param committed an index up to which these entries are committed; above the last of them it says that of all of them
 * @param opening how often the directory was opened, this time included; 1 or more
 * @param openingId a random id of this opening; 0 if the directory was not opened
 * @param openedBefore the id of the opening before; 0 if there was none
 * @param damage why nothing of what is there can be used, and nothing was changed; null if all can
 * @param notes lines for the log, such as that a torn tail was cut
 */
public record Recovered(
        @Nullable HardState state,
        @Nullable SnapshotHead snapshot,
        Iterable<byte[]> pages,
        long snapshotEnd,
        Revision base,
        List<Entry> entries,
        long recordedSynced,
        long committed,
        long opening,
        long openingId,
        long openedBefore,
        @Nullable String damage,
        List<String> notes) {
    /**
     * Of an empty directory.
     *
     * @param openingId a random id of its first opening
     * @return nothing
     */
    public static Recovered nothing(long openingId) {
        return new Recovered(
                null, null, List.of(), 0, Revision.NONE, List.of(), 0, 0, 1, openingId, 0, null, List.of());
    }

    /**
     * Of a damaged directory. What is known of it goes for the empty one that may take its place.
     *
     * @param openingId a random id of the first opening of that
     * @param damage what is wrong, with file and offset
     * @return nothing
     */
    public static Recovered nothingBut(long openingId, String damage) {
        return new Recovered(
                null, null, List.of(), 0, Revision.NONE, List.of(), 0, 0, 1, openingId, 0, damage, List.of());
    }
}
