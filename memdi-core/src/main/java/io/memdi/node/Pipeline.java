package io.memdi.node;

import io.memdi.NotAppliedException;
import io.memdi.OutcomeUnknownException;
import io.memdi.node.StoreAccess.Deed;
import io.memdi.transport.Message.WriteReply;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Many writes of one thread, which waits for the oldest when a number of them are on their way. After one that fails no more are
 * issued. All are waited for; what the caller hears of is the first that failed, or the first of which it is not known whether it was
 * applied, since the other would say that nothing was.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 */
final class Pipeline<K, V> {
    private static final int DEPTH = 128;

    private final StoreAccess<K, V> core;
    private final ArrayDeque<Call<WriteReply>> open = new ArrayDeque<>();
    private @Nullable RuntimeException failure;

    Pipeline(StoreAccess<K, V> core) {
        this.core = core;
    }

    /** Issues what a source hands to {@link #add}, and waits for all; throws if a write, or the source itself, has failed. */
    void run(Runnable source) {
        try {
            source.run();
        } catch (RuntimeException e) {
            fail(e);
        }
        open.forEach(this::await);
        if (failure != null) {
            throw failure;
        }
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

    private void await(Call<WriteReply> write) {
        try {
            core.await(write);
        } catch (RuntimeException e) {
            fail(e);
        }
    }

    private void fail(RuntimeException e) {
        if (failure == null || (failure instanceof NotAppliedException && e instanceof OutcomeUnknownException)) {
            failure = e;
        }
    }
}
