package io.memdi.store;

import io.memdi.transport.Query;
import io.memdi.transport.Range;
import java.util.ArrayList;
import java.util.List;

/**
 * Some keys of a table, in the order of their places, which every node shares; so that whoever goes through a store page by page may ask
 * another node for the next one.
 *
 * @param versions what the keys have
 * @param next where the next ones begin; -1 if these were the last
 */
public record Listing(List<Version> versions, long next) {
    /**
     * Keys from a place on. Loop only.
     *
     * @param table where from
     * @param from the place, as {@link Query#from(int, int)} has it
     * @param most how many; more only if all those on top are of one hash
     * @param latest whether what is not committed yet counts
     */
    public static Listing of(Table table, long from, int most, boolean latest) {
        List<Version> versions = new ArrayList<>();
        int place = Query.place(from);
        for (int segment = Query.segment(from); segment < Range.SEGMENTS; segment++) {
            Scan scan = Scan.of(table, new Range(segment, place, Range.PLACES), latest);
            int at = 0;
            while (at < scan.size()) {
                if (versions.size() >= most) {
                    return new Listing(versions, Query.from(segment, scan.place(at)));
                }
                int end = scan.endOfHash(at);
                versions.addAll(scan.between(at, end));
                at = end;
            }
            place = 0;
        }
        return new Listing(versions, -1);
    }
}
