package io.memdi.machine;

import io.memdi.Ack;
import io.memdi.Incarnation;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Of a leader of a durable cluster: writes that wait for something between its memory and a commit, by the index of their entries.
 * There, a commit means that a majority has synced the entry; {@code QUORUM_MEMORY} is answered before that, and {@code LEADER_DISK} by
 * the leader's own disk, which may be before it or after.
 */
final class DiskLevels {
    private final NavigableMap<Long, Owed> leaderDisk = new TreeMap<>();
    private final NavigableMap<Long, Owed> quorumMemory = new TreeMap<>();

    /** An answer that is owed to a session. */
    record Owed(Incarnation owner, long number) {}

    /** Whether it is about such a level. */
    static boolean isBetween(Ack ack) {
        return ack == Ack.LEADER_DISK || ack == Ack.QUORUM_MEMORY;
    }

    void owe(Ack ack, long index, Owed answer) {
        (ack == Ack.LEADER_DISK ? leaderDisk : quorumMemory).put(index, answer);
    }

    /** Whether somebody waits for the memory of a majority. */
    boolean isMemoryAwaited() {
        return !quorumMemory.isEmpty();
    }

    /**
     * Answers whoever waited for that.
     *
     * @param synced index up to which the leader's own log is on its disk
     * @param held index up to which a majority holds the log in memory
     */
    void settle(long synced, long held, Consumer<Owed> answer) {
        settle(leaderDisk, synced, answer);
        settle(quorumMemory, held, answer);
    }

    private static void settle(NavigableMap<Long, Owed> waiting, long index, Consumer<Owed> answer) {
        while (!waiting.isEmpty() && waiting.firstKey() <= index) {
            Map.Entry<Long, Owed> first = waiting.pollFirstEntry();
            answer.accept(first.getValue());
        }
    }

    void clear() {
        leaderDisk.clear();
        quorumMemory.clear();
    }
}
