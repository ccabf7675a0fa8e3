package io.memdi.node;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DeadlinesTest {
    private static final long MS = 1_000_000;

    @Test
    void looksWhenTheFirstIsDue() {
        Deadlines deadlines = new Deadlines();
        assertThat(deadlines.next()).isEqualTo(Long.MAX_VALUE);
        assertThat(deadlines.areDue(1000 * MS)).isFalse();
        deadlines.add(30 * MS);
        deadlines.add(20 * MS);
        assertThat(deadlines.next()).isEqualTo(20 * MS);
        assertThat(deadlines.areDue(20 * MS - 1)).isFalse();
        assertThat(deadlines.areDue(20 * MS)).isTrue();
        deadlines.add(30 * MS); // stays
        assertThat(deadlines.next()).isEqualTo(30 * MS);
        assertThat(deadlines.areDue(30 * MS)).isTrue();
        assertThat(deadlines.next()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void looksAtMostOncePerMillisecond() {
        Deadlines deadlines = new Deadlines();
        deadlines.add(10 * MS);
        assertThat(deadlines.areDue(10 * MS)).isTrue();
        deadlines.add(10 * MS + 1);
        assertThat(deadlines.areDue(10 * MS + 2)).isFalse();
        assertThat(deadlines.next()).isEqualTo(11 * MS);
        assertThat(deadlines.areDue(11 * MS)).isTrue();
    }
}
