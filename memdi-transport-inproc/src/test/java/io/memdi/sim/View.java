package io.memdi.sim;

import io.memdi.ClusterId;
import io.memdi.Incarnation;
import io.memdi.Revision;
import io.memdi.Role;
import io.memdi.transport.Configuration;
import io.memdi.transport.Entry;
import io.memdi.transport.Message.Mode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the checkers remember of one incarnation: as of the end of its last turn, and still when it is gone. */
final class View {
    final String name;
    final Incarnation incarnation;
    final Probe probe;

    /** What its directory has; null if it is on memory. */
    final @Nullable DiskModel disk;

    /** The same incarnation before it was started again. */
    final @Nullable View before;

    /** False once it has crashed, was closed, or has drawn a new incarnation. */
    boolean alive = true;

    Mode mode = Mode.EMPTY;

    @Nullable
    ClusterId cluster;

    Role role = Role.FOUNDING;
    long term;
    long committed;

    /** Its log, from index 1 on, also what it has trimmed. */
    final List<Entry> log = new ArrayList<>();

    /** The configurations that its log has. */
    private final List<Entry.Configured> configurations = new ArrayList<>();

    /** The configurations that were in force during its last turn, the latest last. */
    final List<Configuration> inForce = new ArrayList<>();

    /**
     * As a leader: up to where its log was in the memory of a majority when it said so. It says so again to whoever asks again, also once
     * another majority counts: whoever is elected from now on needs the old one too, or follows from somebody who did.
     */
    Revision inMemoryOfQuorum = Revision.NONE;

    /** How often a part of its log was taken out. */
    int truncations;

    /** When each entry was appended, in virtual time. */
    final List<Long> appended = new ArrayList<>();

    /** As a leader: when each incarnation was last heard in this term, at the end of the turn that took that in. */
    final Map<Incarnation, Long> heard = new HashMap<>();

    /** Who was heard since the last turn. */
    final List<Incarnation> hearing = new ArrayList<>();

    long leadsSince;

    /** The number of the leadership that it began last, of all that the run has seen; 0 if it has not led. */
    int leadership;

    /** Whether what it holds is not whole. */
    boolean heals;

    /** Whether it was ready once: from then on it shows what it holds, unless it heals. */
    boolean wasReady;

    /** How often it has begun to heal. */
    int healings;

    /** While it heals, the last position of its log when it began. */
    private Revision acknowledged = Revision.NONE;

    /** Looks whether it heals, before its log is as of the end of a turn. */
    void heals(boolean now) {
        healings += now && !heals ? 1 : 0;
        acknowledged = now && !heals ? last() : acknowledged;
        heals = now;
    }

    /** What a candidate has to hold to get its vote. */
    Revision votingPosition() {
        return heals ? acknowledged : last();
    }

    View(String name, Probe probe) {
        this(name, probe, null, null);
    }

    View(String name, Probe probe, @Nullable DiskModel disk, @Nullable View before) {
        this.disk = disk;
        this.before = before;
        this.name = name;
        this.probe = probe;
        this.incarnation = probe.incarnation();
    }

    boolean isMemberOf(ClusterId id) {
        return mode == Mode.MEMBER && id.equals(cluster);
    }

    /** What it had in force when its turn began was in force in that turn. */
    void begin() {
        Configuration last = configuration();
        inForce.clear();
        if (last != null) {
            inForce.add(last);
        }
    }

    /** Its log has one more entry. */
    void append(Entry entry, long nanos) {
        log.add(entry);
        appended.add(nanos);
        if (entry instanceof Entry.Configured configured) {
            configurations.add(configured);
            inForce.add(configured.configuration());
        }
    }

    /** Its log has lost what is above an index. */
    void truncate(int last) {
        truncations++;
        log.subList(last, log.size()).clear();
        appended.subList(last, appended.size()).clear();
        configurations.removeIf(configured -> configured.index() > last);
    }

    /** The configuration that was in force before one at an index. */
    Entry.Configured configurationBefore(long index) {
        for (int i = configurations.size() - 1; i >= 0; i--) {
            if (configurations.get(i).index() < index) {
                return configurations.get(i);
            }
        }
        throw new IllegalStateException(this + " has no configuration before " + index);
    }

    /** What is in force by its log; null before the founding. */
    @Nullable
    Configuration configuration() {
        return configurations.isEmpty()
                ? null
                : configurations.get(configurations.size() - 1).configuration();
    }

    /** Whether it holds what says that every founder took part, or that others vote by now. */
    boolean isBound() {
        return log.stream()
                .anyMatch(entry -> entry instanceof Entry.Opened
                        || (entry instanceof Entry.Configured configured
                                && configured.configuration().isJoint()));
    }

    /** Position of the entry at an index; {@link Revision#NONE} below the first and above the last. */
    Revision position(long index) {
        return index < 1 || index > log.size() ? Revision.NONE : position(log.get((int) index - 1));
    }

    Revision last() {
        return position(log.size());
    }

    /** Whether its log has, or had when it ended, the entry at that position. */
    boolean holds(Revision position) {
        return position(position.index()).equals(position);
    }

    /** As {@link #holds}; or it did before it was started again. */
    boolean everHeld(Revision position) {
        return holds(position) || (before != null && before.everHeld(position));
    }

    static Revision position(Entry entry) {
        return new Revision(entry.term(), entry.index());
    }

    @Override
    public String toString() {
        return String.format("%s/%08x", name, incarnation.high() >>> 32);
    }
}
