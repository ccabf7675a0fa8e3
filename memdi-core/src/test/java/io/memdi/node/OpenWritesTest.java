package io.memdi.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class OpenWritesTest {
    @Test
    void numbersGoUpFromOne() {
        OpenWrites open = new OpenWrites(3);
        assertThat(open.firstOpen()).isEqualTo(1);
        assertThat(open.next()).isEqualTo(1);
        PendingWrite<?> first = Writes.put("a");
        open.add(first);
        assertThat(first.write().number()).isEqualTo(1);
        assertThat(open.get(1)).isSameAs(first);
        assertThat(open.next()).isEqualTo(2);
        assertThat(open.firstOpen()).isEqualTo(1);
        open.remove(1);
        assertThat(open.firstOpen()).isEqualTo(2);
        assertThat(open.count()).isZero();
        assertThat(open.bytes()).isZero();
    }

    @Test
    void theWindowIsFromTheFirstOpenNumberOn() {
        OpenWrites open = new OpenWrites(3);
        for (int i = 0; i < 3; i++) {
            assertThat(open.isFull()).isFalse();
            open.add(Writes.put("a"));
        }
        assertThat(open.isFull()).isTrue();
        open.remove(2);
        open.remove(3);
        assertThat(open.isFull()).isTrue(); // 1 is still open
        open.remove(1);
        assertThat(open.firstOpen()).isEqualTo(4);
        assertThat(open.isFull()).isFalse();
    }

    @Test
    void isAMapOfNumbers() {
        for (int window : new int[] {1, 2, 3, 4, 5, 64, 100}) {
            OpenWrites open = new OpenWrites(window);
            TreeMap<Long, PendingWrite<?>> expected = new TreeMap<>();
            Random random = new Random(window);
            for (int i = 0; i < 10_000; i++) {
                if (random.nextBoolean() && !open.isFull()) {
                    PendingWrite<?> write = Writes.put("key");
                    expected.put(open.next(), write);
                    open.add(write);
                } else {
                    long number = open.firstOpen() - 2 + random.nextInt(window + 4);
                    assertThat(open.get(number)).isSameAs(expected.get(number));
                    open.remove(number);
                    expected.remove(number);
                }
                assertThat(open.count()).isEqualTo(expected.size());
                assertThat(open.bytes()).isEqualTo(expected.size() * (long) Writes.SIZE);
                assertThat(open.firstOpen()).isEqualTo(expected.isEmpty() ? open.next() : expected.firstKey());
            }
        }
    }
}
