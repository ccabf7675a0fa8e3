package io.memdi.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.memdi.Revision;
import io.memdi.transport.Entry;
import org.junit.jupiter.api.Test;

class ReplicatedLogTest {
    private final ReplicatedLog log = new ReplicatedLog();

    private void append(long... terms) {
        for (long term : terms) {
            log.append(new Entry.Blank(term, log.lastIndex() + 1));
        }
    }

    @Test
    void startsWithNothing() {
        assertThat(log.last()).isEqualTo(Revision.NONE);
        assertThat(log.firstIndex()).isEqualTo(1);
        assertThat(log.knows(0)).isTrue();
        assertThat(log.term(0)).isZero();
        assertThat(log.from(1, 1000)).isEmpty();
    }

    @Test
    void refusesHolesAndTermsThatRunBackwards() {
        append(1, 2);
        assertThatIllegalArgumentException().isThrownBy(() -> log.append(new Entry.Blank(2, 4)));
        assertThatIllegalArgumentException().isThrownBy(() -> log.append(new Entry.Blank(1, 3)));
        assertThatIllegalArgumentException().isThrownBy(() -> log.get(3));
    }

    @Test
    void keepsItsOrderWhileTheRingGrowsAndWraps() {
        for (int i = 1; i <= 1000; i++) {
            append(i);
            if (i % 3 == 0) {
                log.trim(64 * 20, log.lastIndex());
            }
        }
        assertThat(log.lastIndex()).isEqualTo(1000);
        for (long i = log.firstIndex(); i <= 1000; i++) {
            assertThat(log.get(i).index()).isEqualTo(i);
            assertThat(log.term(i)).isEqualTo(i);
        }
        assertThat(log.bytes()).isEqualTo(64 * (1000 - log.firstIndex() + 1));
        assertThat(log.term(log.firstIndex() - 1)).isEqualTo(log.firstIndex() - 1);
        assertThat(log.knows(log.firstIndex() - 2)).isFalse();
    }

    @Test
    void trimsNoFurtherThanTold() {
        append(1, 1, 1, 2, 2);
        log.trim(0, 4);
        assertThat(log.firstIndex()).isEqualTo(4);
        assertThat(log.position(3)).isEqualTo(new Revision(1, 3));
        log.trim(0, 6);
        assertThat(log.firstIndex()).isEqualTo(6);
        assertThat(log.last()).isEqualTo(new Revision(2, 5));
        append(3);
        assertThat(log.last()).isEqualTo(new Revision(3, 6));
    }

    @Test
    void truncatesFromTheEnd() {
        append(1, 1, 2, 2);
        assertThat(log.truncate(3)).isEqualTo(2);
        assertThat(log.last()).isEqualTo(new Revision(1, 2));
        assertThat(log.truncate(3)).isZero();
        append(3);
        assertThat(log.get(3).term()).isEqualTo(3);
    }

    @Test
    void slicesByBytesButGivesAtLeastOne() {
        append(1, 1, 1, 1);
        assertThat(log.from(2, 1)).hasSize(1);
        assertThat(log.from(2, 128)).hasSize(2);
        assertThat(log.from(2, 1 << 20)).hasSize(3);
    }

    @Test
    void knowsWhereTwoLogsMayAgree() {
        append(1, 1, 2, 2, 5, 5);
        assertThat(log.mayAgree(6, 4)).isEqualTo(new Revision(2, 4));
        assertThat(log.mayAgree(100, 9)).isEqualTo(new Revision(5, 6));
        assertThat(log.mayAgree(3, 1)).isEqualTo(new Revision(1, 2));
        assertThat(log.mayAgree(6, 0)).isEqualTo(Revision.NONE);
    }
}
