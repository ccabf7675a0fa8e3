package io.memdi.node;

import io.memdi.node.StoreCore.Deed;
import io.memdi.transport.Message.WriteReply;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Many writes of one thread, which waits for the oldest when a number of them are on their way. All are waited for; the first that
 * fails is what the caller hears of.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 */
final class Pipeline<K, V> {
    private static final int DEPTH = 128;

    private final StoreCore<K, V> core;
    private final ArrayDeque<Call<WriteReply>> open = new ArrayDeque<>();
    private @Nullable RuntimeException failure;

    Pipeline(StoreCore<K, V> core) {
        this.core = core;
    }

    void add(Deed deed, K key, @Nullable V value) {
        if (failure != null) {
            return;
        }
        if (open.size() == DEPTH) {
            await(open.removeFirst());
        }
        try {
            open.add(core.issue(deed, key, value));
        } catch (RuntimeException e) {
            fail(e);
        }
    }

    /** Waits for all; throws if one of them failed. */
    void finish() {
        open.forEach(this::await);
        if (failure != null) {
            throw failure;
        }
    }

    private void await(Call<WriteReply> write) {
        try {
            core.await(write);
        } catch (RuntimeException e) {
            fail(e);
        }
    }

    private void fail(RuntimeException e) {
        if (failure == null) {
            failure = e;
        }
    }
}
