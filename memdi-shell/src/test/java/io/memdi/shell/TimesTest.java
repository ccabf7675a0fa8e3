package io.memdi.shell;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TimesTest {
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
