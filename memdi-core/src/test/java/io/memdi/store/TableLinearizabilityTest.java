package io.memdi.store;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Reads of a table are linearizable: each returns what the table held at one moment of the read, whatever the loop did meanwhile.
 * Lincheck draws scenarios of one loop and two readers, and tries the interleavings of each; the table itself, used by one thread
 * alone, says what is right ({@link TableModelTest} holds that against a plain map). What processors and compilers may reorder is the
 * affair of {@link TableStress}.
 */
@Param(name = "any", gen = IntGen.class, conf = "0:5")
@Param(name = "key", gen = IntGen.class, conf = "0:3")
public class TableLinearizabilityTest {
    private static final String LOOP = "the loop";

    /** Of one segment, which the first keys and the last one fill, so that whoever puts another one has it rebuilt. */
    private static final int[] HASHES = hashes();

    private final Table table = new Table("lincheck");
    private final Deque<Version> uncommitted = new ArrayDeque<>();
    private long index;

    public TableLinearizabilityTest() {
        put(0, 10);
        put(1, 11);
        put(2, 12);
        put(6, 16);
        commit();
        commit();
        commit();
    }

    private static int[] hashes() {
        int[] hashes = new int[7];
        int count = 0;
        for (int hash = 0; count < hashes.length; hash++) {
            if (Table.segmentOf(hash) == 0) {
                hashes[count++] = hash;
            }
        }
        // Two keys of one hash, too.
        hashes[1] = hashes[0];
        return hashes;
    }

    // --- the loop ---

    @Operation(nonParallelGroup = LOOP)
    public final void put(@Param(name = "any") int key, int value) {
        uncommitted.addLast(table.write("key " + key, HASHES[key], value, 1, ++index));
    }

    @Operation(nonParallelGroup = LOOP)
    public final void remove(@Param(name = "key") int key) {
        if (table.latest("key " + key, HASHES[key]) != null) {
            uncommitted.addLast(table.write("key " + key, HASHES[key], null, 1, ++index));
        }
    }

    @Operation(nonParallelGroup = LOOP)
    public final void commit() {
        Version oldest = uncommitted.pollFirst();
        if (oldest != null) {
            table.cut(oldest);
        }
    }

    @Operation(nonParallelGroup = LOOP)
    public final void rollback() {
        Version newest = uncommitted.pollLast();
        if (newest != null) {
            table.rollback(newest);
        }
    }

    // --- any thread ---

    @Operation
    public @Nullable Object latest(@Param(name = "key") int key) {
        return value(table.latest("key " + key, HASHES[key]));
    }

    @Operation
    public @Nullable Object committed(@Param(name = "key") int key) {
        return value(table.committed("key " + key, HASHES[key]));
    }

    private static @Nullable Object value(@Nullable Version version) {
        return version == null ? null : version.value();
    }

    @Test
    @Tag("lincheck")
    void readsAreLinearizable() {
        new ModelCheckingOptions()
                .iterations(12)
                .invocationsPerIteration(250)
                .threads(3)
                .actorsPerThread(3)
                .actorsBefore(2)
                .actorsAfter(0)
                .check(getClass());
    }
}
