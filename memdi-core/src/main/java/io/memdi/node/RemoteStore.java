package io.memdi.node;

import io.memdi.CodecException;
import io.memdi.ReadLevel;
import io.memdi.ReadOptions;
import io.memdi.Revision;
import io.memdi.StoreOptions;
import io.memdi.log.Mistake;
import io.memdi.store.Version;
import io.memdi.transport.Answer;
import io.memdi.transport.Query;
import io.memdi.transport.StoreSpec;
import io.memdi.wire.StoreCodecs;
import io.memdi.wire.WireException;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A store as a client sees it: what is read is asked of nodes. Any thread.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 */
final class RemoteStore<K, V> extends StoreAccess<K, V> {
    /** Keys in a page. */
    private static final int PAGE = 512;

    private final RemoteClient client;
    private final StoreCodecs wire;
    private final boolean walksBack;

    RemoteStore(RemoteClient client, StoreSpec spec, CodecGuard<K, V> codecs, StoreOptions options) {
        super(client.loop(), client.commands(), spec, codecs, client.settings().calls(), options);
        this.client = client;
        this.wire = client.codecs();
        this.walksBack = client.settings().machine().plants(Mistake.WALKS_BACK);
    }

    @Override
    boolean mayHaveDisk() {
        return client.mayHaveDisk();
    }

    @Override
    void check() {}

    @Override
    @Nullable
    V value(K key) {
        return value(find(key, null));
    }

    @Override
    @Nullable
    V valueInSession(K key) {
        return value(find(key, ReadOptions.session()));
    }

    @Override
    @Nullable
    V value(K key, ReadOptions options) {
        return value(find(key, options));
    }

    @Override
    @Nullable
    Version get(K key) {
        return find(key, null);
    }

    @Override
    @Nullable
    Version get(K key, ReadOptions options) {
        return find(key, options);
    }

    private @Nullable Version find(K key, @Nullable ReadOptions options) {
        int hash = codecs.hash(Objects.requireNonNull(key, "key"));
        return await(get(key, hash, options), options, answer -> version(key, hash, answer));
    }

    @Override
    <T extends @Nullable Object> CompletableFuture<T> look(
            K key, @Nullable ReadOptions options, Function<@Nullable Version, T> shape) {
        int hash = codecs.hash(key);
        return offer(get(key, hash, options), options, answer -> shape.apply(version(key, hash, answer)));
    }

    @Override
    long size(@Nullable ReadOptions options) {
        return await(size(level(options), minimum(options)), options, RemoteStore::count);
    }

    @Override
    CompletableFuture<Long> sizeLater(@Nullable ReadOptions options) {
        return offer(size(level(options), minimum(options)), options, RemoteStore::count);
    }

    private Query get(K key, int hash, @Nullable ReadOptions options) {
        return Query.get(0, spec, level(options), minimum(options), key, hash);
    }

    private Query size(ReadLevel level, Revision minimum) {
        return Query.size(0, spec, level, minimum);
    }

    private static Long count(Answer answer) {
        return ((Answer.Counted) answer).count();
    }

    private @Nullable Version version(K key, int hash, Answer answer) {
        return answer instanceof Answer.Found found
                ? Version.of(key, hash, decodedValue(found.value()), found.revision())
                : null;
    }

    private <T extends @Nullable Object> T await(
            Query query, @Nullable ReadOptions options, Function<Answer, T> shape) {
        Inquiry<T> inquiry = new Inquiry<>(query, shape, until(options), Thread.currentThread());
        commands.put(inquiry);
        return inquiry.await(loop, commands);
    }

    private <T extends @Nullable Object> CompletableFuture<T> offer(
            Query query, @Nullable ReadOptions options, Function<Answer, T> shape) {
        Inquiry<T> inquiry = new Inquiry<>(query, shape, until(options), null);
        if (!commands.offer(inquiry)) {
            throw Failures.overloaded(inquiry, commands.capacity());
        }
        return inquiry;
    }

    private long until(@Nullable ReadOptions options) {
        return deadline(options == null ? null : options.timeout());
    }

    // --- going through all keys ---

    @Override
    void forEach(@Nullable ReadOptions options, BiConsumer<? super K, ? super V> action) {
        Answer.Listed page = await(firstPage(options), options, Answer.Listed.class::cast);
        while (true) {
            accept(page, action);
            if (page.next() < 0) {
                return;
            }
            page = await(nextPage(options, page), options, Answer.Listed.class::cast);
        }
    }

    @Override
    CompletableFuture<@Nullable Void> walk(@Nullable ReadOptions options, BiConsumer<? super K, ? super V> action) {
        CompletableFuture<@Nullable Void> walk = new CompletableFuture<>();
        goOn(walk, offer(firstPage(options), options, Answer.Listed.class::cast), options, action);
        return walk;
    }

    private void goOn(
            CompletableFuture<@Nullable Void> walk,
            CompletableFuture<Answer.Listed> coming,
            @Nullable ReadOptions options,
            BiConsumer<? super K, ? super V> action) {
        // What goes wrong in here ends the walk.
        CompletableFuture<Answer.Listed> unused = coming.whenComplete((page, failure) -> {
            if (failure != null) {
                walk.completeExceptionally(failure);
                return;
            }
            try {
                if (walk.isDone()) {
                    return;
                }
                accept(page, action);
                if (page.next() < 0) {
                    walk.complete(null);
                } else {
                    goOn(walk, offer(nextPage(options, page), options, Answer.Listed.class::cast), options, action);
                }
            } catch (Throwable e) {
                walk.completeExceptionally(e);
            }
        });
    }

    private Query firstPage(@Nullable ReadOptions options) {
        return Query.page(0, spec, level(options), minimum(options), 0, PAGE);
    }

    /** Another node may be asked for it, which has to hold what the first one held. */
    private Query nextPage(@Nullable ReadOptions options, Answer.Listed before) {
        ReadLevel level = level(options) == ReadLevel.LINEARIZABLE ? ReadLevel.COMMITTED : level(options);
        return Query.page(0, spec, level, walksBack ? Revision.NONE : before.held(), before.next(), PAGE);
    }

    @SuppressWarnings("unchecked") // the codecs of this store are those of all its writes
    private void accept(Answer.Listed page, BiConsumer<? super K, ? super V> action) {
        for (Answer.Item item : page.items()) {
            action.accept((K) decodedKey(item.key()), (V) decodedValue(item.value()));
        }
    }

    private Object decodedKey(Object key) {
        try {
            return wire.keyOf(spec, key);
        } catch (WireException e) {
            throw undecodable("key", e);
        }
    }

    private Object decodedValue(Object value) {
        try {
            return wire.valueOf(spec, value);
        } catch (WireException e) {
            throw undecodable("value", e);
        }
    }

    private CodecException undecodable(String what, WireException cause) {
        return new CodecException(
                "a " + what + " in store \"" + name + "\" that a node has sent cannot be decoded: "
                        + cause.getMessage(),
                cause);
    }
}
