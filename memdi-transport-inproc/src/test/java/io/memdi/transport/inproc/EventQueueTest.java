package io.memdi.transport.inproc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EventQueueTest {
    private final EventQueue queue = new EventQueue();

    private static final class Named extends Event {
        private final String name;

        Named(String name) {
            this.name = name;
        }

        @Override
        void happen() {}

        @Override
        public String toString() {
            return name;
        }
    }

    private List<String> drain() {
        List<String> names = new ArrayList<>();
        for (Event next = queue.peek(); next != null; next = queue.peek()) {
            queue.remove(next);
            names.add(next.toString());
        }
        return names;
    }

    @Test
    void ordersByTimeThenByWhenTheyWereQueued() {
        queue.put(new Named("c"), 2);
        queue.put(new Named("a"), 1);
        queue.put(new Named("d"), 2);
        queue.put(new Named("b"), 1);
        assertThat(drain()).containsExactly("a", "b", "c", "d");
        assertThat(queue.peek()).isNull();
    }

    @Test
    void movesAnEvent() {
        Event moved = new Named("moved");
        queue.put(moved, 1);
        queue.put(new Named("a"), 2);
        queue.put(moved, 3);
        queue.put(new Named("b"), 3);
        assertThat(drain()).containsExactly("a", "moved", "b");
        assertThat(moved.isQueued()).isFalse();
    }

    @Test
    void forgetsAnEventThatIsNotQueued() {
        Event event = new Named("a");
        queue.remove(event);
        queue.put(event, 1);
        queue.remove(event);
        queue.remove(event);
        assertThat(drain()).isEmpty();
    }

    @Test
    void agreesWithASortedListWhateverIsPutMovedAndRemoved() {
        SplittableRandom random = new SplittableRandom(7);
        List<Event> events = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            events.add(new Named("e" + i));
        }
        for (int round = 0; round < 50_000; round++) {
            Event event = events.get(random.nextInt(events.size()));
            if (random.nextInt(3) == 0) {
                queue.remove(event);
            } else {
                queue.put(event, random.nextInt(100));
            }
            if (round % 1000 == 0) {
                Event first = events.stream()
                        .filter(Event::isQueued)
                        .min(Comparator.comparingLong((Event e) -> e.time).thenComparingLong(e -> e.sequence))
                        .orElse(null);
                assertThat(queue.peek()).isSameAs(first);
            }
        }
        List<String> expected = events.stream()
                .filter(Event::isQueued)
                .sorted(Comparator.comparingLong((Event e) -> e.time).thenComparingLong(e -> e.sequence))
                .map(Event::toString)
                .toList();
        assertThat(drain()).isEqualTo(expected);
    }
}
