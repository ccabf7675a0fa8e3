package io.memdi.machine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AppendTimesTest {

    @Test
    void tellsTheAgeOfTheOldestUncommittedEntry() {
        AppendTimes times = new AppendTimes();
        assertThat(times.age(100)).isZero();
        times.appended(5, 100);
        times.appended(5, 150);
        times.appended(9, 200);
        assertThat(times.age(250)).isEqualTo(150);
        times.committed(4);
        assertThat(times.age(250)).isEqualTo(150);
        times.committed(5);
        assertThat(times.age(250)).isEqualTo(50);
        times.committed(9);
        assertThat(times.age(250)).isZero();
    }

    /** A leader says in every turn how far its log goes, also where there is nothing new. */
    @Test
    void whatIsCommittedHasNoAge() {
        AppendTimes times = new AppendTimes();
        times.appended(9, 200);
        times.committed(9);
        times.appended(9, 300);
        assertThat(times.age(1000)).isZero();
        times.committed(12); // appended and committed within one turn
        times.appended(12, 400);
        assertThat(times.age(1000)).isZero();
        times.appended(13, 500);
        assertThat(times.age(1000)).isEqualTo(500);
    }
}
