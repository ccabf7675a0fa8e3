package io.memdi.storage;

import io.memdi.Revision;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a journal was told, step by step; and whether what was recovered is what one of the steps has left, from the one that was synced
 * last to the one that was submitted last.
 */
final class JournalModel {
    private final Tape tape;
    private final List<Step> steps = new ArrayList<>();
    private State synced = new State();

    /** How many of the steps are applied to {@link #synced}. */
    private interface Step {
        void applyTo(State state);
    }

    /** A snapshot, as it was handed over. */
    static final class Snapshot {
        final Revision start;
        final byte[] meta;
        final boolean anew;
        final List<byte[]> pages = new ArrayList<>();
        long end = -1;

        Snapshot(Revision start, byte[] meta, boolean anew) {
            this.start = start;
            this.meta = meta;
            this.anew = anew;
        }
    }

    /** What is on disk after a step. Of entries that a snapshot stands for, nothing is known. */
    private static final class State {
        private String hard = "null";
        private List<String> log = new ArrayList<>();
        private @Nullable List<String> anew;
        private long committed;
        private long anewCommitted;
        private @Nullable Snapshot taken;
        private @Nullable Snapshot open;

        State copy() {
            State copy = new State();
            copy.hard = hard;
            copy.log = new ArrayList<>(log);
            copy.anew = anew == null ? null : new ArrayList<>(anew);
            copy.committed = committed;
            copy.anewCommitted = anewCommitted;
            copy.taken = taken;
            copy.open = open;
            return copy;
        }

        private List<String> current() {
            return anew == null ? log : anew;
        }

        private void take() {
            taken = open;
            open = null;
            log = current();
            committed = Math.max(currentCommitted(), taken == null ? 0 : taken.end);
            anew = null;
        }

        private long currentCommitted() {
            return anew == null ? committed : anewCommitted;
        }
    }

    JournalModel(Tape tape) {
        this.tape = tape;
    }

    void batch(Batch batch) {
        HardState hard = batch.state();
        if (hard != null) {
            steps.add(state -> state.hard = Tape.told(hard));
        }
        int kept = (int) batch.truncateFrom() - 1;
        if (kept >= 0) {
            steps.add(state -> {
                List<String> log = state.current();
                log.subList(Math.min(kept, log.size()), log.size()).clear();
                if (state.anew == null) {
                    state.committed = Math.min(state.committed, kept);
                } else {
                    state.anewCommitted = Math.min(state.anewCommitted, kept);
                }
            });
        }
        steps.add(state -> {
            if (state.anew == null) {
                state.committed = Math.max(state.committed, batch.committed());
            } else {
                state.anewCommitted = Math.max(state.anewCommitted, batch.committed());
            }
        });
        for (String entry : tape.told(batch.entries())) {
            steps.add(state -> state.current().add(entry));
        }
    }

    void begin(Snapshot snapshot) {
        steps.add(state -> {
            state.open = snapshot;
            state.anewCommitted = Math.max(state.committed, snapshot.start.index());
            state.anew = snapshot.anew
                    ? new ArrayList<>(java.util.Collections.nCopies((int) snapshot.start.index(), "healed"))
                    : null;
        });
    }

    void abort() {
        steps.add(state -> state.open = null);
    }

    /** How many steps there are. */
    int position() {
        return steps.size();
    }

    /** The steps up to there are synced; returns how many positions have moved. */
    int synced(int position) {
        steps.subList(0, position).forEach(step -> step.applyTo(synced));
        steps.subList(0, position).clear();
        return position;
    }

    /** A snapshot has taken its place, and so what came before it was synced; returns how many positions have moved. */
    int taken(Snapshot snapshot) {
        int position = 0;
        State state = synced.copy();
        while (state.open != snapshot) {
            steps.get(position++).applyTo(state);
        }
        synced(position);
        synced.take();
        return position;
    }

    /** Compares, and goes on from what was recovered. */
    void recovered(Recovered recovered) {
        State state = synced.copy();
        List<String> failures = new ArrayList<>();
        for (int i = 0; i <= steps.size(); i++) {
            if (i > 0) {
                steps.get(i - 1).applyTo(state);
            }
            String difference = difference(state, recovered);
            if (difference == null) {
                goOn(state, recovered);
                return;
            }
            failures.add(difference);
        }
        throw new AssertionError("what was recovered is none of what it may be: "
                + String.join("\n", failures.subList(0, Math.min(3, failures.size()))) + "\n... "
                + failures.get(failures.size() - 1));
    }

    private void goOn(State state, Recovered recovered) {
        if (recovered.snapshot() != null && !is(state.taken, recovered.snapshot())) {
            state.take();
        }
        state.open = null;
        state.anew = null;
        synced = state;
        steps.clear();
    }

    private static boolean is(@Nullable Snapshot snapshot, SnapshotHead head) {
        return snapshot != null && Arrays.equals(snapshot.meta, head.meta());
    }

    private @Nullable String difference(State state, Recovered recovered) {
        SnapshotHead head = recovered.snapshot();
        Snapshot open = state.open;
        Snapshot snapshot = state.taken;
        List<String> log = state.log;
        long committed = state.committed;
        if (head != null && open != null && open.end >= 0 && is(open, head)) {
            snapshot = open;
            log = state.current();
            committed = state.currentCommitted();
        }
        if (head == null ? snapshot != null : !is(snapshot, head)) {
            return "another snapshot";
        }
        if (!state.hard.equals(Tape.told(recovered.state()))) {
            return "another state: " + recovered.state();
        }
        if (snapshot != null && head != null) {
            if (!snapshot.start.equals(head.start()) || snapshot.end != recovered.snapshotEnd()) {
                return "the snapshot is from " + head.start() + " to " + recovered.snapshotEnd();
            }
            List<byte[]> pages = new ArrayList<>();
            recovered.pages().forEach(pages::add);
            if (!Arrays.deepEquals(pages.toArray(), snapshot.pages.toArray())) {
                return "the snapshot has other pages: " + pages.size();
            }
        }
        Revision base = snapshot == null ? Revision.NONE : snapshot.start;
        int from = (int) base.index();
        if (!base.equals(recovered.base()) || from > log.size()) {
            return "base " + recovered.base() + " where " + base + " was expected, and " + log.size() + " entries";
        }
        List<String> told = tape.told(recovered.entries());
        if (!told.equals(log.subList(from, log.size()))) {
            return told.size() + " entries, where " + (log.size() - from) + " were expected: ends with "
                    + (told.isEmpty() ? "" : told.get(told.size() - 1));
        }
        if (recovered.committed() > Math.max(committed, recovered.snapshotEnd())) {
            return "committed up to " + recovered.committed() + ", where that was " + committed;
        }
        return recovered.recordedSynced() > log.size() ? "proves " + recovered.recordedSynced() : null;
    }
}
