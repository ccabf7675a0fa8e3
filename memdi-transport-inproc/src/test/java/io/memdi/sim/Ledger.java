package io.memdi.sim;

import io.memdi.ClusterId;
import io.memdi.Incarnation;
import io.memdi.Revision;
import io.memdi.transport.Configuration;
import io.memdi.transport.Entry;
import io.memdi.transport.Result;
import io.memdi.transport.Write;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is known about one cluster: every entry that ever was in a log, what is committed, who led and who voted. */
final class Ledger {
    final ClusterId cluster;

    /** Every entry that ever was in a log, by its position. */
    final Map<Revision, Origin> origins = new HashMap<>();

    /** What is committed, from index 1 on. */
    final List<Entry> committed = new ArrayList<>();

    /** In which term each of them was first known to be committed. */
    final List<Long> committedIn = new ArrayList<>();

    /** The writes that were handed to a leader over the network. */
    final Map<Number, Write> issued = new HashMap<>();

    /** What the committed entries add up to. */
    final Model model = new Model(issued);

    final Map<Long, View> leaders = new HashMap<>();

    /** By voter and term, whom it voted for. */
    final Map<Ballot, Incarnation> votes = new HashMap<>();

    /** By number of committed entries, the digest of everything that they add up to. */
    final Map<Long, String> digests = new HashMap<>();

    /** Where each numbered write of a session is in some log. */
    final Map<Number, List<Revision>> numbered = new HashMap<>();

    /** Where each value that was put is in some log. */
    final Map<Object, List<Revision>> values = new HashMap<>();

    /** By key, where the latest write of a value is in some log. */
    final Map<Object, Revision> puts = new HashMap<>();

    /** By key, where the latest removal is in some log. */
    final Map<Object, Revision> removals = new HashMap<>();

    @Nullable
    Configuration founders;

    private @Nullable Configuration configuration;
    private long inherited;
    private final Set<Incarnation> listed = new HashSet<>();

    /** An entry, what came before it, who appended it first, and when. */
    record Origin(Entry entry, Revision previous, View author, long nanos) {}

    record Ballot(Incarnation voter, long term) {}

    record Number(Incarnation session, long number) {}

    Ledger(ClusterId cluster) {
        this.cluster = cluster;
    }

    long end() {
        return committed.size();
    }

    boolean isCommitted(Revision position) {
        long index = position.index();
        return index >= 1
                && index <= committed.size()
                && committed.get((int) index - 1).term() == position.term();
    }

    /** What the first entries add up to. */
    Model modelAt(long index) {
        if (index == end()) {
            return model;
        }
        Model past = new Model(issued);
        for (int i = 0; i < index; i++) {
            past.apply(committed.get(i));
        }
        return past;
    }

    /** Notes an entry of a log; the same position always means the same entry after the same one. Returns whether it is new. */
    boolean note(Entry entry, Revision previous, View holder, long nanos) {
        Revision position = View.position(entry);
        Origin origin = origins.get(position);
        if (origin == null) {
            origins.put(position, new Origin(entry, previous, holder, nanos));
            index(entry, position);
            return true;
        }
        Violation.unless(
                origin.entry() == entry || origin.entry().equals(entry),
                "a revision belongs to one write",
                "%s is %s at %s, and %s at %s",
                position,
                origin.entry(),
                origin.author(),
                entry,
                holder);
        Violation.unless(
                origin.previous().equals(previous),
                "logs match",
                "%s follows %s at %s, and %s at %s",
                position,
                origin.previous(),
                origin.author(),
                previous,
                holder);
        return false;
    }

    private void index(Entry entry, Revision position) {
        if (entry instanceof Entry.Written written) {
            Number number = new Number(written.session(), written.number());
            numbered.computeIfAbsent(number, any -> new ArrayList<>(1)).add(position);
            if (written.value() != null) {
                values.computeIfAbsent(written.value(), any -> new ArrayList<>(1))
                        .add(position);
                puts.merge(written.key(), position, (one, other) -> one.isAtLeast(other) ? one : other);
            } else if (written.result() == Result.APPLIED) {
                removals.merge(written.key(), position, (one, other) -> one.isAtLeast(other) ? one : other);
            }
        } else if (entry instanceof Entry.Configured configured && founders == null) {
            founders = configured.configuration();
        }
    }

    /** Who belongs to the cluster, by the latest entry that is committed; null before the founding. */
    @Nullable
    Configuration configuration() {
        return configuration;
    }

    /** An entry is committed that was not before. */
    void commit(Entry entry, long term) {
        committed.add(entry);
        committedIn.add(term);
        model.apply(entry);
        if (entry instanceof Entry.Configured configured) {
            configuration = configured.configuration();
            configuration.members().forEach(member -> listed.add(member.incarnation()));
        }
    }

    /** An entry is in the log that a recovered cluster begins with. */
    void inherit(Entry entry, View holder, long nanos) {
        note(
                entry,
                entry.index() == 1 ? Revision.NONE : View.position(committed.get(committed.size() - 1)),
                holder,
                nanos);
        commit(entry, 0);
        inherited = entry.index();
    }

    /** Index of the last entry that a recovered cluster began with; 0 for others. */
    long inherited() {
        return inherited;
    }

    /** Whether an incarnation was ever listed by a committed configuration. */
    boolean hasListed(Incarnation incarnation) {
        return listed.contains(incarnation);
    }

    /** The committed entry that wrote a value; null if there is none. */
    @Nullable
    Revision committedAt(Object value) {
        for (Revision position : values.getOrDefault(value, List.of())) {
            if (isCommitted(position)) {
                return position;
            }
        }
        return null;
    }
}
