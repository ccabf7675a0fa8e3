package io.memdi.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.memdi.transport.Message.WriteReply;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class CallTest {
    @Test
    void isSentOrWithdrawnButNeverBoth() throws Exception {
        CyclicBarrier start = new CyclicBarrier(2);
        for (int i = 0; i < 2000; i++) {
            PendingWrite<WriteReply> write = Writes.put("k");
            AtomicBoolean withdrawn = new AtomicBoolean();
            Thread caller = new Thread(() -> {
                await(start);
                withdrawn.set(write.withdraw());
            });
            caller.start();
            await(start);
            boolean sent = write.send();
            caller.join();
            assertThat(sent).isNotEqualTo(withdrawn.get());
            assertThat(write.isWithdrawn()).isEqualTo(withdrawn.get());
            // Whoever asks again gets the same answer.
            assertThat(write.send()).isEqualTo(sent);
            assertThat(write.withdraw()).isEqualTo(withdrawn.get());
        }
    }

    @Test
    void whatWasNotSentAfterAllCanBeWithdrawn() {
        PendingWrite<WriteReply> write = Writes.put("k");
        assertThat(write.send()).isTrue();
        write.unsend();
        assertThat(write.withdraw()).isTrue();
        write.unsend();
        assertThat(write.send()).isFalse();
    }

    @Test
    void endsOnce() {
        Completions completions = new Completions(Runnable::run, null);
        PendingWrite<WriteReply> write = Writes.put("k");
        write.end(Writes.applied(1), completions);
        write.end((Failure) () -> new IllegalStateException("late"), completions);
        assertThat(write).isNotDone(); // futures are completed after the turn
        completions.flush();
        assertThat(write.join()).isEqualTo(Writes.applied(1));
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
