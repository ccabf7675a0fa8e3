package io.memdi.node;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memdi.ClientBuilder;
import io.memdi.Memdi;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What may be set on a client, by its own rules. */
class ClientSettingsTest {
    private static final String OPENED = "it would open its transport now";

    /** A transport that says that the settings were right. */
    private static ClientBuilder client() {
        return Memdi.client().transport(name -> {
            throw new UnsupportedOperationException(OPENED);
        });
    }

    private static void isFine(ClientBuilder client) {
        assertThatThrownBy(() -> client.connect("a")).hasMessage(OPENED);
    }

    private static void isRefused(ClientBuilder client, String problem) {
        assertThatThrownBy(() -> client.connect("a"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(problem);
    }

    @Test
    void valuesAreAsLargeAsTheNodesAllow() {
        isFine(client().maxValueBytes(100 << 20));
        isFine(client().maxValueBytes(1 << 30).maxKeyBytes(1 << 20));
        isRefused(client().maxValueBytes(0), "maxValueBytes: 0 ");
        isRefused(client().maxKeyBytes((1 << 20) + 1), "maxKeyBytes: 1048577 ");
        isRefused(client().queueCapacity(0), "queueCapacity: 0 ");
        isRefused(client().maxOpenWrites(0), "maxOpenWrites: 0 ");
    }

    @Test
    void aTimeoutIsMoreThanNothingAndNotForEver() {
        isRefused(client().timeout(Duration.ZERO), "timeout: 0 ms ");
        isRefused(client().timeout(Duration.ofSeconds(-1)), "timeout: -1 s ");
        isRefused(client().timeout(Duration.ofDays(1000)), "timeout: 1000 days ");
        isFine(client().timeout(Duration.ofDays(365)));
        isFine(client().timeout(Duration.ofNanos(1)));
    }

    @Test
    void timesAreThoseOfNodes() {
        isFine(client().heartbeat(Duration.ofSeconds(1))
                .electionTimeout(Duration.ofSeconds(5), Duration.ofSeconds(10)));
        isRefused(client().heartbeat(Duration.ZERO), "heartbeat: ");
        isRefused(client().heartbeat(Duration.ofSeconds(1)), "less than two heartbeats");
        isRefused(client().electionTimeout(Duration.ofSeconds(2), Duration.ofSeconds(1)), "is above its maximum");
        isRefused(client().electionTimeout(Duration.ofSeconds(2), Duration.ofHours(1)), "is more than");
    }

    @Test
    void everyProblemIsNamedAtOnce() {
        assertThatThrownBy(
                        () -> client().timeout(Duration.ZERO).maxOpenWrites(0).connect())
                .hasMessageContaining("timeout:")
                .hasMessageContaining("maxOpenWrites:")
                .hasMessageContaining("connect:");
        assertThatCode(() -> Memdi.client().connect("a")).hasMessageContaining("transport:");
    }
}
