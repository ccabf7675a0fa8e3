package io.memdi.store;

import io.memdi.Revision;
import java.util.ArrayList;
import java.util.List;

/**
 * How far this node is, for readers on any thread. The loop writes; whoever reads a position finds in the tables what it stands
 * for.
 *
 * <p>What a node holds may move back: a leader that steps down takes back what is not committed. So a reader asks twice, before
 * and after it looks into a table, and counts what it found only if the {@linkplain #epoch() epoch} is the same: to compare
 * the positions themselves would not do, because they may have gone back and come forth again in between.
 *
 * <pre>
 *   loop     held goes back --> epoch changes --> tables are rolled back
 *   reader   epoch --> held --> table --> the same epoch?
 * </pre>
 *
 * <p>Reads that need no more than a settled node have the same from the {@link ReadView} of their table, with fewer steps.
 */
public final class Positions {
    /** The bit of an epoch that says that the node is settled. */
    private static final int SETTLED = 1;

    private volatile Revision held = Revision.NONE;
    private volatile Revision committed = Revision.NONE;
    private volatile int epoch = 1;

    /** While the tables are on their way to another state, nobody may look at them. */
    private volatile boolean hidden;

    /** Of the tables that are read. Loop only. */
    private final List<ReadView> views = new ArrayList<>();

    /** Loop only. */
    private Revision acknowledged = Revision.NONE;

    /**
     * What this node holds for certain, or knows to be lost for good: on a leader, from the first commit of its own term on, its
     * whole log; else what is committed.
     */
    public Revision held() {
        return held;
    }

    /** Up to where entries are committed and applied here. */
    public Revision committed() {
        return committed;
    }

    /**
     * A number that changes when what is held moves back, and when the node becomes or ceases to be settled; odd while it is. One
     * volatile read, and one write per change.
     */
    public int epoch() {
        return epoch;
    }

    /** Whether in that epoch this node holds every write that it has acknowledged to its own callers: then session reads may go on. */
    public static boolean isSettled(int epoch) {
        return (epoch & SETTLED) != 0;
    }

    /** Whether that is so now. */
    public boolean isSettled() {
        return isSettled(epoch);
    }

    /** Loop only. Called before tables are rolled back, and after entries were applied or executed. */
    public void publish(Revision held, Revision committed) {
        boolean retreats = !held.isAtLeast(this.held);
        if (!committed.equals(this.committed)) {
            this.committed = committed;
        }
        if (!held.equals(this.held)) {
            this.held = held;
        }
        move(retreats);
    }

    /** Whether nobody may look into the tables at the moment, at any level. */
    public boolean isHidden() {
        return hidden;
    }

    /** Loop only. From now on, or no longer, nobody may look into the tables. */
    public void hide(boolean hides) {
        hidden = hides;
        move(true);
    }

    /** Loop only. Called before a caller is told that its write was taken. */
    public void acknowledge(Revision revision) {
        if (!acknowledged.isAtLeast(revision)) {
            acknowledged = revision;
            move(false);
        }
    }

    /** Loop only. From now on, a table is shown to readers whenever they may look into it. */
    public void watch(ReadView view) {
        views.add(view);
        view.show(isSettled(), false);
    }

    private void move(boolean retreats) {
        int before = epoch; // written by the loop alone
        boolean settled = !hidden && held.isAtLeast(acknowledged);
        boolean changes = settled != isSettled(before);
        if (changes || retreats) {
            views.forEach(view -> view.show(settled, retreats));
            epoch = before + (changes ? 1 : 2);
        }
    }
}
