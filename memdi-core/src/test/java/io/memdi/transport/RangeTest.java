package io.memdi.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class RangeTest {
    @Test
    void aRangeIsPulledInPartsThatShareNoPlace() {
        Range whole = Range.of(7);
        Range first = whole.endingAt(100);
        Range rest = whole.startingAt(first.end());
        assertThat(first).isEqualTo(new Range(7, 0, 100));
        assertThat(rest).isEqualTo(new Range(7, 100, Range.PLACES));
        assertThat(first.contains(0)).isTrue();
        assertThat(first.contains(99)).isTrue();
        assertThat(first.contains(100)).isFalse();
        assertThat(rest.contains(100)).isTrue();
        assertThat(rest.contains(Range.PLACES - 1)).isTrue();
        assertThat(rest.isEmpty()).isFalse();
        assertThat(rest.startingAt(Range.PLACES).isEmpty()).isTrue();
    }

    @Test
    void aRangeLiesInASegment() {
        assertThatThrownBy(() -> Range.of(-1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> Range.of(Range.SEGMENTS)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> new Range(0, -1, 5)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> new Range(0, 6, 5)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> new Range(0, 0, Range.PLACES + 1)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
