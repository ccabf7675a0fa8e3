package io.memdi.node;

import io.memdi.ReadOptions;
import io.memdi.Revision;
import io.memdi.StoreOptions;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Starts the walks of one store that nobody waits for. Any thread.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 */
final class Walks<K, V> {
    private final LocalNode node;
    private final StoreCore<K, V> core;
    private final long timeoutNanos;

    Walks(LocalNode node, StoreCore<K, V> core, StoreOptions options) {
        this.node = node;
        this.core = core;
        this.timeoutNanos = options.timeout() == null ? node.timeoutNanos() : NodeSettings.nanos(options.timeout());
    }

    /** Has the store walked over once this node is far enough; throws if there is no room. */
    CompletableFuture<@Nullable Void> start(@Nullable ReadOptions options, BiConsumer<? super K, ? super V> action) {
        PendingRead.Wish wish = options == null
                ? new PendingRead.Wish(core.name, core.readLevel, Revision.NONE)
                : new PendingRead.Wish(core.name, options.level(), options.minimum());
        long timeout =
                options == null || options.timeout() == null ? timeoutNanos : NodeSettings.nanos(options.timeout());
        Walk<K, V> walk = new Walk<>(
                core, wish, node.replica().positions(), action, node.loop().nanoTime() + timeout, node.commands());
        if (!node.commands().offer(walk)) {
            throw Failures.overloaded(walk, node.commands().capacity());
        }
        return walk;
    }
}
