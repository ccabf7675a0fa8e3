package io.memdi.machine;

import java.util.ArrayDeque;

/** When the uncommitted entries of a leader were appended, one note for each turn: tells the age of the oldest. */
final class AppendTimes {
    private final ArrayDeque<Note> notes = new ArrayDeque<>();

    /** The highest index that was noted, or committed: what is not above it is no news. */
    private long noted;

    private record Note(long lastIndex, long time) {}

    void appended(long lastIndex, long now) {
        if (lastIndex > noted) {
            noted = lastIndex;
            notes.add(new Note(lastIndex, now));
        }
    }

    void committed(long index) {
        noted = Math.max(noted, index);
        while (!notes.isEmpty() && notes.getFirst().lastIndex() <= index) {
            notes.removeFirst();
        }
    }

    /** Nanoseconds since the oldest uncommitted entry was appended; 0 if all is committed. */
    long age(long now) {
        Note oldest = notes.peekFirst();
        return oldest == null ? 0 : now - oldest.time();
    }

    void clear() {
        notes.clear();
        noted = 0;
    }
}
