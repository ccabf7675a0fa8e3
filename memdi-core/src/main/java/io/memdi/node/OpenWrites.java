package io.memdi.node;

import org.jspecify.annotations.Nullable;

/**
 * The numbered writes whose callers still wait, by number. Numbers go up one by one, and never lie further apart than the window,
 * so a ring holds them: a write lies at its number modulo the ring's size. Loop only.
 *
 * <pre>
 *     ... ended |  firstOpen  ended  open  open  |  next ...
 *               |<------ at most the window ---->|
 * </pre>
 */
final class OpenWrites {
    private final @Nullable PendingWrite<?>[] ring;
    private final int window;
    private long firstOpen;
    private long next;
    private int count;
    private long bytes;

    /** Numbers begin with 1. */
    OpenWrites(int window) {
        this(window, 1);
    }

    /** Numbers begin with that one. */
    OpenWrites(int window, long first) {
        this.firstOpen = first;
        this.next = first;
        this.window = window;
        this.ring = new PendingWrite<?>[Integer.highestOneBit(Math.max(window - 1, 1)) << 1];
    }

    /** The lowest number whose caller still waits; {@link #next} if none does. */
    long firstOpen() {
        return firstOpen;
    }

    /** The number of the next write. */
    long next() {
        return next;
    }

    int count() {
        return count;
    }

    /** Bytes of the open writes. */
    long bytes() {
        return bytes;
    }

    boolean isFull() {
        return next - firstOpen >= window;
    }

    /** Gives a write its number. */
    void add(PendingWrite<?> write) {
        write.number(next);
        ring[slot(next)] = write;
        next++;
        count++;
        bytes += write.size();
    }

    /** The open write of that number; null if there is none. */
    @Nullable
    PendingWrite<?> get(long number) {
        return number < firstOpen || number >= next ? null : ring[slot(number)];
    }

    /** Takes a write out, if it is there. */
    void remove(long number) {
        PendingWrite<?> write = get(number);
        if (write != null) {
            ring[slot(number)] = null;
            count--;
            bytes -= write.size();
            while (firstOpen < next && ring[slot(firstOpen)] == null) {
                firstOpen++;
            }
        }
    }

    private int slot(long number) {
        return (int) number & (ring.length - 1);
    }
}
