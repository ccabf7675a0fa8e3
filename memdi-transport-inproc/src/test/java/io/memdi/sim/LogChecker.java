package io.memdi.sim;

import io.memdi.transport.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** Checks what nodes append to their logs, and what they take out again. */
final class LogChecker {
    private final StateChecker checker;
    private final LongSupplier clock;

    LogChecker(StateChecker checker, LongSupplier clock) {
        this.checker = checker;
        this.clock = clock;
    }

    /** Takes over what is new in a node's log, and returns it. */
    List<Entry> read(View view, Ledger ledger) {
        Probe probe = view.probe;
        view.begin();
        long last = probe.lastIndex();
        int same = (int) Math.min(last, view.log.size());
        while (same > 0 && !hasStill(view, ledger, same)) {
            same--;
        }
        Violation.unless(
                same >= view.committed, "committed never changes", "%s changed its log from %d on", view, same + 1);
        if (same < view.log.size()) {
            truncated(view, same, last);
        }
        List<Entry> fresh = new ArrayList<>();
        for (long index = same + 1; index <= last; index++) {
            Entry entry = entryAt(view, ledger, index);
            Violation.unless(entry.index() == index, "logs have no holes", "%s at %d of %s", entry, index, view);
            if (ledger.note(entry, view.last(), view, clock.getAsLong())) {
                appended(view, ledger, entry);
                fresh.add(entry);
            }
            view.append(entry, clock.getAsLong());
        }
        return fresh;
    }

    /** What a leader appended, commits and forgets is known as committed only after this. */
    private static boolean hasStill(View view, Ledger ledger, int index) {
        boolean committedNow = index < view.probe.firstIndex() && index > ledger.end();
        return committedNow || sameEntry(view.log.get(index - 1), entryAt(view, ledger, index));
    }

    /**
     * What a node's log has, or had, at an index: it may take an entry, in the place of another one too, commit it and forget it in one
     * turn; then somebody has committed it before.
     */
    private static Entry entryAt(View view, Ledger ledger, long index) {
        if (index >= view.probe.firstIndex()) {
            return view.probe.entry(index);
        }
        Violation.unless(
                index <= ledger.end(), "only what is committed is forgotten", "%s has forgotten %d", view, index);
        return ledger.committed.get((int) index - 1);
    }

    private static boolean sameEntry(Entry one, Entry other) {
        return one == other || (one.term() == other.term() && one.index() == other.index());
    }

    /** Only what conflicts with a later leader's entry is taken out of a log. */
    private void truncated(View view, int same, long last) {
        Violation.unless(
                last > same,
                "logs lose only what conflicts",
                "%s dropped %s to %s from its log, and has nothing else there",
                view,
                view.position(same + 1L),
                view.last());
        view.truncate(same);
    }

    /** An entry is in a log for the first time: its author must lead its term. */
    private void appended(View view, Ledger ledger, Entry entry) {
        if (entry.term() == 0) {
            Violation.unless(
                    entry.index() == 1 && entry instanceof Entry.Configured,
                    "logs begin with the founding",
                    "%s",
                    entry);
            return;
        }
        if (entry.index() == ledger.inherited() + 1 && ledger.inherited() > 0) {
            return; // what a recovered cluster begins with
        }
        checker.leads(view, ledger, entry.term());
        Violation.unless(
                view.last().term() <= entry.term(), "terms never decrease", "%s follows %s", entry, view.last());
        if (entry instanceof Entry.Opened) {
            checker.members().requireFullHouse(view, ledger, entry.term());
        }
    }

    /** Entries with an effect are appended only when {@code opened} is committed. */
    void requireOpen(View view, Ledger ledger, List<Entry> fresh) {
        for (Entry entry : fresh) {
            boolean effect = entry instanceof Entry.Written || entry instanceof Entry.StoreCreated;
            Violation.unless(
                    !effect || ledger.model.isOpen(),
                    "no write before the full house",
                    "%s appended %s while the cluster was not open",
                    view,
                    entry);
        }
    }

    /** Behind the entry that ends a session there are no writes of it; of what is committed, the model knows that. */
    static void requireOpenSessions(View view, Ledger ledger, List<Entry> fresh) {
        if (ledger.model.clients() == 0) {
            return;
        }
        for (Entry entry : fresh) {
            for (long index = view.committed + 1;
                    entry instanceof Entry.Written written && index < entry.index();
                    index++) {
                Violation.unless(
                        !(view.log.get((int) index - 1) instanceof Entry.SessionClosed closed)
                                || !closed.client().equals(written.session()),
                        "a session that ends takes no more writes",
                        "%s appended %s after %d",
                        view,
                        entry,
                        index);
            }
        }
    }
}
