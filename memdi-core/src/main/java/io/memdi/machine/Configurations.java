package io.memdi.machine;

import io.memdi.Incarnation;
import io.memdi.Revision;
import io.memdi.transport.Configuration;
import io.memdi.transport.Member;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The configurations that a log may still come back to: the latest that is committed, and those above it. The last one in the log is
 * in force, committed or not (Raft dissertation, 4.1); a truncation that takes it back restores the one before.
 */
final class Configurations {
    private record Listed(Revision position, Configuration configuration) {
        long index() {
            return position.index();
        }
    }

    private final Deque<Listed> listed = new ArrayDeque<>();

    /** How many of those that have left are remembered: the latest ones, which may have asked again before they knew. */
    static final int MAX_LEFT = 256;

    /** Who was a member of a committed configuration, and is not any more, as far as this server has seen that. */
    private final Set<Incarnation> left = new LinkedHashSet<>();

    /** The configuration in force; null before the founding. */
    @Nullable
    Configuration inForce() {
        Listed last = listed.peekLast();
        return last == null ? null : last.configuration();
    }

    /** Where the configuration in force was appended; 0 before the founding. */
    long inForceSince() {
        return inForcePosition().index();
    }

    /** As {@link #inForceSince}, with its term, which the log may have forgotten. */
    Revision inForcePosition() {
        Listed last = listed.peekLast();
        return last == null ? Revision.NONE : last.position();
    }

    /** The latest that is committed; null if none is known to be. */
    @Nullable
    Configuration committed(long committed) {
        Listed first = listed.peekFirst();
        return first == null || first.index() > committed ? null : first.configuration();
    }

    /** Whether the configuration in force is committed, and not joint. */
    boolean isSettled(long committed) {
        Configuration inForce = inForce();
        return inForce != null && !inForce.isJoint() && inForceSince() <= committed;
    }

    /**
     * A configuration was appended to the log.
     *
     * @throws IllegalStateException if it is not above the one in force
     */
    void append(Revision position, Configuration configuration) {
        if (position.index() <= inForceSince()) {
            throw new IllegalStateException(
                    "a configuration at " + position + ", after that at " + inForceSince() + " was not taken back");
        }
        listed.addLast(new Listed(position, configuration));
    }

    /**
     * The log was truncated from an index on.
     *
     * @throws IllegalStateException if no configuration is left, though there was one
     */
    void truncate(long from) {
        boolean founded = !listed.isEmpty();
        while (inForceSince() >= from && !listed.isEmpty()) {
            listed.removeLast();
        }
        if (founded && listed.isEmpty()) {
            throw new IllegalStateException("a log was truncated from " + from + " on, its founding with it");
        }
    }

    /** Entries up to an index are committed: older configurations than the last one there will not come back. */
    void commit(long index) {
        Listed first = listed.pollFirst();
        while (first != null && !listed.isEmpty() && listed.getFirst().index() <= index) {
            Listed next = Objects.requireNonNull(listed.pollFirst());
            noteLeft(first.configuration(), next.configuration());
            first = next;
        }
        if (first != null) {
            listed.addFirst(first);
        }
    }

    private void noteLeft(Configuration before, Configuration after) {
        for (Member member : before.members()) {
            if (after.member(member.incarnation()) == null) {
                left.add(member.incarnation());
            }
        }
        forgetSome();
    }

    private void forgetSome() {
        while (left.size() > MAX_LEFT) {
            left.remove(left.iterator().next());
        }
    }

    /** The latest of those that have left, the last one at the end. */
    List<Incarnation> left() {
        return List.copyOf(left);
    }

    /** Whether an incarnation has left: it does not come back. */
    boolean hasLeft(Incarnation incarnation) {
        return left.contains(incarnation);
    }

    /** Goes on from a committed configuration, in a node that heals. */
    void restart(Revision position, Configuration configuration, List<Incarnation> haveLeft) {
        left.addAll(haveLeft);
        forgetSome();
        listed.clear();
        listed.addLast(new Listed(position, configuration));
    }

    /** Where the latest committed one was appended. */
    Revision committedPosition() {
        Listed first = listed.peekFirst();
        return first == null ? Revision.NONE : first.position();
    }

    void clear() {
        left.clear();
        listed.clear();
    }

    /** How many are remembered: one more than are not committed. */
    int count() {
        return listed.size();
    }
}
