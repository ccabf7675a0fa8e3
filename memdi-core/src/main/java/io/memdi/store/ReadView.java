package io.memdi.store;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What the quick reads have of a table: the cells of its segments, as long as the node is settled; else cells of nothing, so that
 * they find nothing and take the long way. So a read need not ask whether it may look, and asks with one comparison
 * whether it was allowed to all the while.
 *
 * <pre>
 *   loop     held goes back --> another array is shown --> tables are rolled back
 *   reader   what is shown --> cells --> content --> is the same array shown?
 * </pre>
 *
 * <p>An array that was shown before a step back is never shown again. Where the node is merely not settled for a while, it is: what a
 * reader has found that began before is not older than what was there when it began.
 *
 * <p>The loop writes, any thread reads.
 */
public final class ReadView {
    private static final @Nullable Object[][] NOTHING = nothing();

    /** Shows nothing, ever. */
    public static final ReadView NONE = new ReadView();

    private static final VarHandle CELLS = MethodHandles.arrayElementVarHandle(Object[][].class);

    /** What the loop writes into; shown while the node is settled. Loop only. */
    private @Nullable Object[][] cells;

    private volatile @Nullable Object[][] shown;

    ReadView() {
        cells = NOTHING.clone();
        shown = NOTHING;
    }

    private static @Nullable Object[][] nothing() {
        @Nullable Object[][] nothing = new Object[Slots.SEGMENTS][];
        Arrays.fill(nothing, Slots.EMPTY.cells);
        return nothing;
    }

    /** What is shown now: to be given to {@link #find} and to {@link #shows}. Any thread. */
    public @Nullable Object[][] shown() {
        return shown;
    }

    /** Whether that is shown still: what was found in it before is what a read may find. Any thread. */
    public boolean shows(@Nullable Object[][] before) {
        return shown == before;
    }

    /** The newest value of a key, committed or not; null if there is none in what was shown. No allocation. Any thread. */
    public static @Nullable Object find(@Nullable Object[][] shown, Object key, int hash) {
        @Nullable Object[] segment = shown[Slots.segmentOf(hash)];
        // What was stored into the cells before they were published is seen.
        VarHandle.acquireFence();
        Object content = Slots.find(segment, key, hash);
        return content instanceof Version version ? version.value : content;
    }

    /** Loop only. A segment has other cells from now on. */
    void set(int segment, @Nullable Object[] of) {
        CELLS.setRelease(cells, segment, of);
    }

    /**
     * Loop only. Nothing that is stored afterwards is seen by a reader that finds the same array shown afterwards, if this is a step back.
     *
     * @param settled whether anything is shown
     * @param retreats whether what was shown before is never shown again
     */
    void show(boolean settled, boolean retreats) {
        if (retreats) {
            cells = cells.clone();
        }
        shown = settled ? cells : NOTHING;
    }
}
