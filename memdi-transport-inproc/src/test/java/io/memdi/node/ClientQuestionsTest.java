package io.memdi.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memdi.Memdi;
import io.memdi.MemdiClient;
import io.memdi.TimedOutException;
import io.memdi.transport.inproc.SimEvent;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a client asks of nodes one by one, in virtual time. */
class ClientQuestionsTest {
    private final Trio trio = Trio.ready(43);
    private final MemdiClient client =
            Memdi.client().transport(trio.network).connect("a", "b", "c").awaitReady(Trio.LONG);

    @AfterEach
    void close() {
        client.close();
        trio.close();
    }

    /** It asks again while the node stands still, which answers all of that once it goes on. */
    @Test
    void lateAnswersKeepNoClientBusy() {
        trio.network.pause("b");
        trio.network.after(Duration.ofSeconds(2), () -> trio.network.resume("b"));
        assertThat(client.status("b").name()).isEqualTo("b");
        AtomicLong turns = new AtomicLong();
        String self = client.status().name();
        trio.network.onEvent(event -> {
            if (event.kind() == SimEvent.Kind.TURN && event.from().equals(self)) {
                turns.incrementAndGet();
            }
        });
        trio.network.crash("c");
        assertThatThrownBy(() -> client.status("c")).isInstanceOf(TimedOutException.class);
        assertThat(turns.get()).isPositive().isLessThan(1000);
    }
}
