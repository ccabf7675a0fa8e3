package io.memdi.transport.inproc;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Events by time, then by when they were queued: a binary heap whose events know their places, so that one can be moved or taken out
 * instead of being left behind.
 */
final class EventQueue {
    private Event[] heap = new Event[64];
    private int size;
    private long sequence;

    /** The next event, which stays; null if there is none. */
    @Nullable
    Event peek() {
        return size == 0 ? null : heap[0];
    }

    /** Queues an event at a time, or moves it there. */
    void put(Event event, long time) {
        remove(event);
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, 2 * size);
        }
        event.time = time;
        event.sequence = sequence++;
        up(event, size++);
    }

    /** Takes an event out, if it is in. */
    void remove(Event event) {
        int hole = event.place;
        if (hole < 0) {
            return;
        }
        event.place = -1;
        Event last = heap[--size];
        heap[size] = null;
        if (last != event) {
            down(last, hole);
            if (last.place == hole) {
                up(last, hole);
            }
        }
    }

    private void up(Event event, int from) {
        int place = from;
        while (place > 0 && event.isBefore(heap[(place - 1) / 2])) {
            set(place, heap[(place - 1) / 2]);
            place = (place - 1) / 2;
        }
        set(place, event);
    }

    private void down(Event event, int from) {
        int place = from;
        while (2 * place + 1 < size) {
            int child = 2 * place + 1;
            if (child + 1 < size && heap[child + 1].isBefore(heap[child])) {
                child++;
            }
            if (!heap[child].isBefore(event)) {
                break;
            }
            set(place, heap[child]);
            place = child;
        }
        set(place, event);
    }

    private void set(int place, Event event) {
        heap[place] = event;
        event.place = place;
    }
}
