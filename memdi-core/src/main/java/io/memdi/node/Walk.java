package io.memdi.node;

import io.memdi.ReadLevel;
import io.memdi.store.Positions;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A walk over a store that nobody waits for: on the loop a read that finds nothing, which walks where its future is completed. So it
 * counts among the open calls until it begins, and a walk that has not begun when the node ends is ended as they are. One that has
 * begun ends between two keys.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 */
final class Walk<K, V> extends PendingRead<@Nullable Void> {
    private final StoreCore<K, V> core;
    private final ReadLevel level;
    private final BiConsumer<? super K, ? super V> action;
    private final CommandQueue commands;

    Walk(
            StoreCore<K, V> core,
            Wish wish,
            Positions positions,
            BiConsumer<? super K, ? super V> action,
            long deadline,
            CommandQueue commands) {
        super(wish, positions, () -> null, deadline, null);
        this.core = core;
        this.level = wish.level();
        this.action = action;
        this.commands = commands;
    }

    @Override
    String what() {
        return "forEach in store \"" + core.name + '"';
    }

    /** Where callbacks run. */
    @Override
    @SuppressWarnings("NullAway") // what is read, nothing, is nullable
    @Nullable
    Void result(@Nullable Object found) {
        if (!isDone()) {
            goOn();
            core.forEach(level, (key, value) -> {
                goOn();
                action.accept(key, value);
            });
        }
        return null;
    }

    /** A node that ends says nothing more of what it held, which may be anything if a turn has failed. */
    private void goOn() {
        String reason = commands.refusal();
        if (reason != null) {
            throw Failures.walkEnded(what(), reason);
        }
    }
}
