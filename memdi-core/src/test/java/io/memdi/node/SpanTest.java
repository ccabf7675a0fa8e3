package io.memdi.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SpanTest {
    @Test
    void readsAsPeopleWriteIt() {
        assertThat(Span.of(Duration.ZERO)).isEqualTo("0 ms");
        assertThat(Span.of(Duration.ofMillis(500))).isEqualTo("500 ms");
        assertThat(Span.of(Duration.ofMillis(1500))).isEqualTo("1500 ms");
        assertThat(Span.of(Duration.ofNanos(1_500))).isEqualTo("0.0015 ms");
        assertThat(Span.of(Duration.ofSeconds(60))).isEqualTo("60 s");
        assertThat(Span.of(Duration.ofMinutes(10))).isEqualTo("600 s");
        assertThat(Span.of(Duration.ofDays(1))).isEqualTo("1 day");
        assertThat(Span.of(Duration.ofDays(365))).isEqualTo("365 days");
        assertThat(Span.of(Duration.ofMillis(-300))).isEqualTo("-300 ms");
        assertThat(Span.of(Duration.ofSeconds(-2))).isEqualTo("-2 s");
    }

    @Test
    void knowsEveryDuration() {
        assertThat(Span.of(Duration.ofSeconds(Long.MAX_VALUE, 1))).isEqualTo("9223372036854775807000.000001 ms");
        assertThat(Span.of(Duration.ofSeconds(Long.MIN_VALUE))).isEqualTo("-9223372036854775808 s");
    }
}
