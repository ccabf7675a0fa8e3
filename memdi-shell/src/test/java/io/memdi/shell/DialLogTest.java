package io.memdi.shell;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DialLogTest {
    private static final String START = "12:00:00.000 INFO TcpTransport - shell-1f: ";

    private final DialLog log = new DialLog(false);

    @Test
    void keepsWhyANodeCannotBeReached() {
        assertThat(log.reasons()).isEmpty();
        assertThat(log.isNews(
                        START + "127.0.0.1:1 cannot be reached at 127.0.0.1:1: Connection refused; goes on trying"))
                .isFalse();
        assertThat(log.reasons()).isEqualTo(" (Connection refused)");
        assertThat(log.isNews(
                        "12:00:00.000 WARN TcpTransport - shell-1f: no connection to 127.0.0.1:2 at 127.0.0.1:2: it"
                                + " refuses this node: it is another one"))
                .isFalse();
        assertThat(log.reasons())
                .isEqualTo(" (127.0.0.1:1: Connection refused; 127.0.0.1:2: it refuses this node: it is another one)");
    }

    @Test
    void showsTroublesOnceThereIsACluster() {
        log.cease();
        assertThat(log.isNews("12:00:00.000 WARN TcpTransport - shell-1f: no connection to b at 127.0.0.1:2: it fails"))
                .isTrue();
        assertThat(log.isNews("12:00:00.000 WARN NodeLoop - a: something")).isTrue();
        assertThat(log.isNews(START + "is connected to a at 127.0.0.1:1")).isFalse();
        assertThat(new DialLog(true).isNews(START + "is connected to a at 127.0.0.1:1"))
                .isTrue();
    }
}
