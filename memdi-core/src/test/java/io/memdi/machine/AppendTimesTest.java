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
}
