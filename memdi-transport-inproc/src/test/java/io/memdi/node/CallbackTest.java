package io.memdi.node;

import static io.memdi.node.Trio.LONG;
import static io.memdi.node.Trio.store;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memdi.Ack;
import io.memdi.AsyncStore;
import io.memdi.Memdi;
import io.memdi.MemdiNode;
import io.memdi.NodeClosedException;
import io.memdi.OverloadedException;
import io.memdi.Revision;
import io.memdi.Store;
import io.memdi.transport.Message.WriteReply;
import io.memdi.transport.Result;
import io.memdi.transport.StoreSpec;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Callbacks that are slow, and executors that fail. */
class CallbackTest {
    private static final WriteReply APPLIED = new WriteReply(1, Result.APPLIED, new Revision(1, 1), Revision.NONE);

    private static PendingWrite<WriteReply> put() {
        StoreSpec spec = new StoreSpec("test", "string", "string");
        return new PendingWrite<>(spec, Ack.LEADER_MEMORY, Function.identity(), Long.MAX_VALUE, null);
    }

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
    void walksThatWaitAreOpen() {
        Deque<Runnable> held = new ArrayDeque<>();
        try (Trio trio = Trio.ready(21, settings -> settings.queueCapacity(10).callbackExecutor(held::add))) {
            Store<String, String> store = store(trio.follower());
            store.put("k", "v");
            AtomicInteger seen = new AtomicInteger();
            List<CompletableFuture<?>> walks = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                walks.add(store.async().forEach((key, value) -> seen.incrementAndGet()));
            }
            assertRefused(store.async().forEach((key, value) -> seen.incrementAndGet()));
            trio.await(() -> held.size() == 10);
            assertRefused(store.async().forEach((key, value) -> seen.incrementAndGet()));
            assertThat(seen).hasValue(0);
            held.forEach(Runnable::run);
            assertThat(walks).allSatisfy(walk -> assertThat(walk).isCompleted());
            assertThat(seen).hasValue(10);
        }
    }

    @Test
    void aCloseEndsTheWalkThatIsUnderWayAndThoseThatWait() {
        try (Trio trio = Trio.ready(22)) {
            MemdiNode node = trio.follower();
            Store<String, String> store = store(node);
            for (int i = 0; i < 10; i++) {
                store.put("k" + i, "v");
            }
            AtomicInteger seen = new AtomicInteger();
            CompletableFuture<?> underWay = store.async().forEach((key, value) -> {
                if (seen.incrementAndGet() == 3) {
                    node.close();
                }
            });
            List<CompletableFuture<?>> waiting = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                waiting.add(store.async().forEach((key, value) -> seen.incrementAndGet()));
            }
            assertThatThrownBy(() -> trio.network.join(underWay, LONG))
                    .hasCauseInstanceOf(NodeClosedException.class)
                    .hasMessageContaining("forEach in store \"greetings\" ended before its last key");
            for (CompletableFuture<?> walk : waiting) {
                assertThatThrownBy(() -> trio.network.join(walk, LONG)).hasCauseInstanceOf(NodeClosedException.class);
            }
            assertThat(seen).hasValue(3);
            assertThatThrownBy(store.async().forEach((key, value) -> seen.incrementAndGet())::join)
                    .hasCauseInstanceOf(NodeClosedException.class);
        }
    }

    @Test
    void aWalkThatTheExecutorRefusesTakesPlaceAllTheSame() {
        Executor refusing = task -> {
            throw new RejectedExecutionException("shut down");
        };
        try (Trio trio = Trio.ready(23, settings -> settings.callbackExecutor(refusing))) {
            Store<String, String> store = store(trio.follower());
            store.put("k", "v");
            AtomicInteger seen = new AtomicInteger();
            trio.network.join(store.async().forEach((key, value) -> seen.incrementAndGet()), LONG);
            assertThat(seen).hasValue(1);
        }
    }

    @Test
    void aWalkWhoseActionThrowsEndsAloneAndWithThat() {
        AssertionError error = new AssertionError("an action fails");
        try (Trio trio = Trio.ready(24)) {
            Store<String, String> store = store(trio.follower());
            store.put("k", "v");
            CompletableFuture<?> failing = store.async().forEach((key, value) -> {
                throw error;
            });
            AtomicInteger seen = new AtomicInteger();
            CompletableFuture<?> other = store.async().forEach((key, value) -> seen.incrementAndGet());
            assertThatThrownBy(() -> trio.network.join(failing, LONG)).hasCause(error);
            trio.network.join(other, LONG);
            assertThat(seen).hasValue(1);
        }
    }

    @Test
    void aWalkThatWasCancelledBeforeItBeganIsNotBegun() {
        Deque<Runnable> held = new ArrayDeque<>();
        try (Trio trio = Trio.ready(25, settings -> settings.callbackExecutor(held::add))) {
            Store<String, String> store = store(trio.follower());
            store.put("k", "v");
            AtomicInteger seen = new AtomicInteger();
            CompletableFuture<?> walk = store.async().forEach((key, value) -> seen.incrementAndGet());
            trio.await(() -> held.size() == 1);
            walk.cancel(false);
            held.forEach(Runnable::run);
            assertThat(seen).hasValue(0);
        }
    }

    @Test
    void whatNoExecutorTakesAtTheEndIsCompletedByWhoeverEndsIt() {
        Executor failing = task -> {
            throw new OutOfMemoryError("unable to create native thread");
        };
        Completions completions = new Completions(failing, failing);
        PendingWrite<?> write = put();
        write.end(APPLIED, completions);
        completions.finish();
        assertThat(write).isCompleted();
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

    @Test
    void anExecutorThatThrowsAnErrorCostsNeitherAResultNorTheNode() {
        OutOfMemoryError error = new OutOfMemoryError("unable to create native thread");
        Executor failing = task -> {
            throw error;
        };
        try (Trio trio = Trio.ready(20, settings -> settings.callbackExecutor(failing))) {
            MemdiNode node = trio.follower();
            AsyncStore<String, String> store = store(node).async();
            CompletableFuture<Revision> one = store.put("k", "v");
            CompletableFuture<Revision> other = store.put("l", "v");
            trio.network.join(one, LONG);
            trio.network.join(other, LONG);
            CompletableFuture<Revision> last = store.put("m", "v");
            node.close();
            assertThatThrownBy(() -> trio.network.join(last, LONG)).isInstanceOf(Exception.class);
            // Its transport was given back, so that another one of its name may come.
            Memdi.node(node.name())
                    .transport(trio.network)
                    .bootstrap("a", "b", "c")
                    .start()
                    .close();
        }
    }

    @Test
    void aTaskThatIsRefusedAndRunAllTheSameRunsOnce() {
        List<Runnable> kept = new ArrayList<>();
        Completions completions = new Completions(kept::add, task -> {
            kept.add(task);
            throw new OutOfMemoryError("unable to create native thread");
        });
        PendingWrite<?> write = put();
        write.end(APPLIED, completions);
        completions.flush();
        assertThat(kept).hasSize(2);
        kept.forEach(Runnable::run);
        assertThat(write).isCompleted();
        assertThat(completions.released()).isEqualTo(completions.gathered());
    }

    @Test
    void whatNoExecutorTakesIsCompletedLater() {
        List<Executor> own = new ArrayList<>();
        own.add(task -> {
            throw new OutOfMemoryError("unable to create native thread");
        });
        Completions completions =
                new Completions(task -> own.get(own.size() - 1).execute(task), null);
        PendingWrite<?> write = put();
        write.end(APPLIED, completions);
        completions.flush();
        assertThat(write).isNotDone();
        own.add(Runnable::run);
        completions.flush();
        assertThat(write).isCompleted();
    }
}
