package io.memdi.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.memdi.Incarnation;
import io.memdi.Revision;
import io.memdi.transport.Entry;
import io.memdi.transport.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SessionTest {
    private final Session session = new Session(Revision.NONE);

    private static Entry.Written entry(long number, long firstOpen, Result result) {
        Revision seen = result == Result.APPLIED ? Revision.NONE : new Revision(1, 7);
        return new Entry.Written(
                2, 100 + number, new Incarnation(1, 1), number, firstOpen, result, seen, 1, "k", 0, null, 1);
    }

    @Test
    void remembersOutcomesUntilTheyAreClosed() {
        session.take(entry(1, 1, Result.APPLIED));
        session.take(entry(2, 1, Result.CONDITION_FAILED));
        assertThat(session.position(1)).isEqualTo(new Revision(2, 101));
        assertThat(session.result(2)).isEqualTo(Result.CONDITION_FAILED);
        assertThat(session.seen(2)).isEqualTo(new Revision(1, 7));
        session.commit(entry(1, 1, Result.APPLIED));
        session.commit(entry(2, 2, Result.CONDITION_FAILED));
        assertThat(session.remembers(1)).isFalse();
        assertThat(session.remembers(2)).isTrue();
    }

    @Test
    void forgetsOnRollbackWhatWasNotCommitted() {
        session.take(entry(1, 1, Result.APPLIED));
        session.commit(entry(1, 1, Result.APPLIED));
        long before = session.digest();
        session.take(entry(2, 1, Result.APPLIED));
        session.owe(2);
        session.take(entry(5, 3, Result.APPLIED));
        session.rollback();
        assertThat(session.taken()).isEqualTo(1);
        assertThat(session.remembers(1)).isTrue();
        assertThat(session.remembers(2)).isFalse();
        assertThat(session.remembers(5)).isFalse();
        assertThat(session.digest()).isEqualTo(before);
        session.take(entry(2, 1, Result.APPLIED));
        assertThat(session.settle(2)).isFalse();
    }

    @Test
    void skippedNumbersAreNotRemembered() {
        session.take(entry(1, 1, Result.APPLIED));
        session.take(entry(4, 4, Result.APPLIED));
        assertThat(session.remembers(2)).isFalse();
        assertThat(session.remembers(4)).isTrue();
        assertThat(session.taken()).isEqualTo(4);
    }

    /** A node whose writes reach no leader gives up thousands of numbers at every timeout, for days. */
    @Test
    void aGapTakesNoRoom() {
        session.take(entry(1, 1, Result.APPLIED));
        session.take(entry(1L << 40, 1L << 40, Result.APPLIED));
        session.take(entry((1L << 40) + 1, 1L << 40, Result.CONDITION_FAILED));
        assertThat(session.remembers(2)).isFalse();
        assertThat(session.remembers(1L << 39)).isFalse();
        assertThat(session.index(1)).isEqualTo(101);
        assertThat(session.result((1L << 40) + 1)).isEqualTo(Result.CONDITION_FAILED);
        session.commit(entry(1, 1, Result.APPLIED));
        session.commit(entry(1L << 40, 1L << 40, Result.APPLIED));
        assertThat(session.remembers(1)).isFalse();
        assertThat(session.remembers(1L << 40)).isTrue();
    }

    @Test
    void findsEveryNumberBetweenGaps() {
        Random random = new Random(7);
        List<Long> numbers = new ArrayList<>();
        long number = 0;
        for (int i = 0; i < 1000; i++) {
            number += random.nextInt(3) == 0 ? 1 + random.nextInt(100) : 1;
            numbers.add(number);
            session.take(entry(number, 1, Result.APPLIED));
        }
        for (long each = 0; each <= number + 2; each++) {
            assertThat(session.remembers(each)).isEqualTo(numbers.contains(each));
        }
        numbers.forEach(each -> assertThat(session.index(each)).isEqualTo(100 + each));
    }

    @Test
    void isTheSameWhetherTakenAheadOrAtCommit() {
        Session follower = new Session(Revision.NONE);
        for (int number = 1; number <= 5000; number++) {
            session.take(entry(number, Math.max(1, number - 900), Result.APPLIED));
        }
        for (int number = 1; number <= 5000; number++) {
            Entry.Written entry = entry(number, Math.max(1, number - 900), Result.APPLIED);
            session.commit(entry);
            follower.take(entry);
            follower.commit(entry);
            if (number % 500 == 0) {
                assertThat(session.digest()).isEqualTo(follower.digest());
            }
        }
        assertThat(session.remembers(4100)).isTrue();
        assertThat(session.remembers(4099)).isFalse();
    }

    @Test
    void anAnswerIsOwedOnce() {
        session.take(entry(1, 1, Result.APPLIED));
        session.owe(1);
        assertThat(session.settle(1)).isTrue();
        assertThat(session.settle(1)).isFalse();
    }
}
