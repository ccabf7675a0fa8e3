package io.memdi.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TimesTest {
    @Test
    void writesDurations() {
        assertThat(Times.of(Duration.ofMillis(300))).isEqualTo("300 ms");
        assertThat(Times.of(Duration.ofMillis(1500))).isEqualTo("1500 ms");
        assertThat(Times.of(Duration.ofSeconds(60))).isEqualTo("60 s");
        assertThat(Times.of(Duration.ofDays(1))).isEqualTo("1 day");
        assertThat(Times.of(Duration.ofNanos(500))).isEqualTo("0.001 ms");
        assertThat(Times.of(Duration.ZERO)).isEqualTo("0 ms");
    }

    @Test
    void showsAboutThreeDigits() {
        assertThat(Times.of(31_000)).isEqualTo("0.031 ms");
        assertThat(Times.of(4_200_000)).isEqualTo("4.20 ms");
        assertThat(Times.of(42_000_000)).isEqualTo("42.0 ms");
        assertThat(Times.of(187_000_000)).isEqualTo("187 ms");
        assertThat(Times.of(1_530_000_000)).isEqualTo("1.53 s");
    }

    @Test
    void showsNumbersWithTheirUnit() {
        assertThat(Times.count(1, "row", "rows")).isEqualTo("1 row");
        assertThat(Times.count(1_234, "row", "rows")).isEqualTo("1,234 rows");
        assertThat(Times.perSecond(500, 250_000_000)).isEqualTo("2,000 rows/s");
        assertThat(Times.perSecond(1, 0)).endsWith(" rows/s");
    }
}
