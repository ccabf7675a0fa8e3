package io.memdi.node;

import static io.memdi.node.Trio.LONG;
import static io.memdi.node.Trio.store;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memdi.AsyncStore;
import io.memdi.OverloadedException;
import io.memdi.Revision;
import io.memdi.Store;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Callbacks that are slow, and executors that fail. */
class CallbackTest {
    private static void assertRefused(CompletableFuture<?> call) {
        assertThat(call).isCompletedExceptionally();
        assertThatThrownBy(call::join).hasCauseInstanceOf(OverloadedException.class);
    }

    @Test
    void futuresThatWaitForTheirCallbacksAreOpen() {
        Deque<Runnable> held = new ArrayDeque<>();
        try (Trio trio = Trio.ready(18, settings -> settings.queueCapacity(10).callbackExecutor(held::add))) {
            Store<String, String> store = store(trio.follower());
            List<CompletableFuture<Revision>> writes = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                writes.add(store.async().put("k" + i, "v"));
            }
            trio.await(() -> held.size() == 10);
            assertRefused(store.async().put("k", "v"));
            // It leaves no future behind, and whoever completes futures may issue one.
            store.put("blocking", "v");
            assertRefused(store.async().put("k", "v"));
            held.remove().run();
            // There is room at once, without a turn of the loop.
            writes.add(store.async().put("k10", "v"));
            assertRefused(store.async().put("k", "v"));
            trio.await(() -> held.size() == 10);
            held.forEach(Runnable::run);
            assertThat(writes).allSatisfy(write -> assertThat(write).isCompleted());
        }
    }

    @Test
    void aCallbackMayIssueTheNextCallInThePlaceOfItsOwn() {
        try (Trio trio = Trio.ready(19, settings -> settings.queueCapacity(10))) {
            AsyncStore<String, String> store = store(trio.follower()).async();
            List<CompletableFuture<Revision>> chains = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                String key = "k" + i;
                CompletableFuture<Revision> chain = store.put(key, "v");
                for (int next = 0; next < 20; next++) {
                    chain = chain.thenCompose(revision -> store.put(key, "v"));
                }
                chains.add(chain);
            }
            chains.forEach(chain -> trio.network.join(chain, LONG));
        }
    }
}
