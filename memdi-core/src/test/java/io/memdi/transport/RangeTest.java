package io.memdi.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memdi.Revision;
import java.util.List;
import org.junit.jupiter.api.Test;

class RangeTest {
    @Test
    void aRangeIsPulledInPartsThatShareNoPlace() {
        Range whole = Range.of(7);
        Range first = whole.endingAt(100);
        Range rest = whole.without(first);
        assertThat(first).isEqualTo(new Range(7, 0, 100));
        assertThat(rest).isEqualTo(new Range(7, 100, Range.PLACES));
        assertThat(first.contains(0)).isTrue();
        assertThat(first.contains(99)).isTrue();
        assertThat(first.contains(100)).isFalse();
        assertThat(rest.contains(100)).isTrue();
        assertThat(rest.contains(Range.PLACES - 1)).isTrue();
        assertThat(rest.isEmpty()).isFalse();
        assertThat(rest.without(rest).isEmpty()).isTrue();
    }

    @Test
    void aRangeMayEndBetweenKeysOfOnePlace() {
        Range whole = Range.of(7);
        Range first = whole.endingWith(100, new Revision(2, 5));
        Range rest = whole.without(first);
        assertThat(first.contains(100)).isTrue();
        assertThat(first.contains(101)).isFalse();
        assertThat(rest.contains(99)).isFalse();
        assertThat(rest.contains(100)).isTrue();
        assertThat(first.contains(99, 9, 9)).isTrue();
        for (Revision early : List.of(new Revision(1, 9), new Revision(2, 4), new Revision(2, 5))) {
            assertThat(first.contains(100, early.term(), early.index())).isTrue();
            assertThat(rest.contains(100, early.term(), early.index())).isFalse();
        }
        for (Revision late : List.of(new Revision(2, 6), new Revision(3, 1))) {
            assertThat(first.contains(100, late.term(), late.index())).isFalse();
            assertThat(rest.contains(100, late.term(), late.index())).isTrue();
        }
        assertThat(rest.contains(101, 1, 1)).isTrue();
        assertThat(whole.beginsAs(first)).isTrue();
        assertThat(rest.beginsAs(new Range(7, 100, Range.PLACES))).isFalse();
        Range between = rest.endingWith(100, new Revision(3, 1));
        assertThat(between.contains(100, 2, 6)).isTrue();
        assertThat(between.contains(100, 2, 5)).isFalse();
        assertThat(between.contains(100, 3, 2)).isFalse();
        assertThat(between.isEmpty()).isFalse();
        assertThat(between.without(between).isEmpty()).isTrue();
    }

    @Test
    void aRangeDoesNotEndBeforeItBegins() {
        Range rest = Range.of(7).without(Range.of(7).endingWith(100, new Revision(2, 5)));
        assertThatThrownBy(() -> rest.endingWith(100, new Revision(2, 4))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> rest.endingAt(100)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> rest.endingWith(Range.PLACES, new Revision(2, 4)))
                .isInstanceOf(IllegalArgumentException.class);
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
