package io.memdi.wire;

import io.memdi.Codec;
import io.memdi.transport.StoreSpec;
import io.memdi.wire.WireException.Kind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which codecs the stores of a node have: published by the node's loop, read without a lock by the threads that read and write frames.
 *
 * <p>Two things are published. A store is {@linkplain #open opened} under its name and codec names: writes on their way to the leader say
 * those. And the log {@linkplain #register registers} numbers, by which entries and pages name stores. The loop publishes a change of the
 * registry before it sends what depends on it.
 *
 * <p><b>A number is not for ever.</b> A registration that was never committed is taken back by a later leader, who may give the number to
 * another store. So a frame says, with a number, which store the sender means (a fingerprint of name and codecs); a reader that knows the
 * number as another store, or not at all, or has not opened it, keeps keys and values as {@link Encoded}. And an entry that still waits to
 * be written when its number has got another meaning is refused: its envelope is of a lower term than that change.
 *
 * <p><b>From bytes to objects.</b> A table holds objects or bytes, never both. The one place where that is decided is where something
 * reaches the table of a store: only there it is certain which store a number means, for the entries before it are applied. So opening a
 * store, on the loop, is: open it here, so that readers make objects from now on; give its table {@link #keyOf} and {@link #valueOf} to pass
 * through everything that reaches it or is looked up in it from then on (entries that the log or the inbox still holds as bytes, pages,
 * conditions of writes), and pass what it holds through them; then hand the store to its caller. Log and messages keep their bytes: they go
 * on as they came.
 *
 * <p>What a client is answered stays bytes, also where the store is open: whoever has asked passes it through {@link #keyOf} and {@link
 * #valueOf}, on a thread of its own.
 */
public final class StoreCodecs {
    /** What is known at one moment. Never changed. */
    private volatile Known known = new Known(new Numbered[0], Map.of());

    /**
     * A number, and what it stands for.
     *
     * @param coder of the store that the number stands for
     * @param since the term of this node in which it was published
     */
    private record Numbered(StoreCoder coder, long since) {}

    /** All that is known: one reading of it is consistent. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Known(Numbered[] numbered, Map<StoreSpec, StoreCoder> open) implements Coders {
        /**
         * The coder of a store for a message that is to be sent.
         *
         * @param number the store's number
         * @param term the term of the envelope
         */
        @Override
        public StoreCoder toSend(int number, long term) {
            if (number < 1 || number > numbered.length) {
                throw new WireException(
                        Kind.STORE,
                        "store " + number + " is not registered on this node, which knows " + numbered.length
                                + " stores: a message of term " + term + " cannot be sent");
            }
            Numbered found = numbered[number - 1];
            if (found.since() > term) {
                throw new WireException(
                        Kind.STORE,
                        "store " + number + " means \"" + found.coder().spec().name() + "\" since term " + found.since()
                                + ": a message of term " + term + " is from before that, and is not sent any more");
            }
            return found.coder();
        }

        /** The coder of a store that an arrived message is about. */
        @Override
        public StoreCoder arrived(int number, long fingerprint) {
            if (number < 1 || number > numbered.length) {
                return StoreCoder.UNKNOWN;
            }
            StoreCoder coder = numbered[number - 1].coder();
            return coder.fingerprint() == fingerprint ? coder : StoreCoder.UNKNOWN;
        }

        /** The coder of a store by name and codecs. */
        StoreCoder of(StoreSpec spec) {
            StoreCoder coder = open.get(spec);
            return coder == null ? new StoreCoder(spec, null, null) : coder;
        }
    }

    /** Nothing is known yet. */
    public StoreCodecs() {}

    /**
     * A store was opened on this node. Opened again, it keeps the codecs that it has: a name stands for the bytes.
     *
     * @param spec its name, and the names of its codecs
     * @param keys the codec of its keys
     * @param values the codec of its values
     */
    public synchronized void open(StoreSpec spec, Codec<?> keys, Codec<?> values) {
        Known before = known;
        if (before.open().containsKey(spec)) {
            return;
        }
        StoreCoder coder = new StoreCoder(
                spec,
                new ObjectCoder(keys, spec.keyCodec(), spec.name(), "key"),
                new ObjectCoder(values, spec.valueCodec(), spec.name(), "value"));
        Map<StoreSpec, StoreCoder> open = new HashMap<>(before.open());
        open.put(spec, coder);
        Numbered[] numbered = before.numbered().clone();
        for (int i = 0; i < numbered.length; i++) {
            if (numbered[i].coder().spec().equals(spec)) {
                numbered[i] = new Numbered(coder, numbered[i].since());
            }
        }
        known = new Known(numbered, open);
    }

    /**
     * The log registers these stores, and no others.
     *
     * @param term the term of this node
     * @param specs the stores, in the order of their numbers, from 1 on
     */
    public synchronized void register(long term, List<StoreSpec> specs) {
        Known before = known;
        Numbered[] numbered = new Numbered[specs.size()];
        for (int i = 0; i < numbered.length; i++) {
            StoreSpec spec = specs.get(i);
            Numbered same = i < before.numbered().length ? before.numbered()[i] : null;
            numbered[i] = same != null && same.coder().spec().equals(spec)
                    ? same
                    : new Numbered(before.of(Objects.requireNonNull(spec)), term);
        }
        known = new Known(numbered, before.open());
    }

    /**
     * What a number stands for.
     *
     * @param number the number of a store
     * @return its name and codec names; null if no store has that number
     */
    public @Nullable StoreSpec registered(int number) {
        Numbered[] numbered = known.numbered();
        return number < 1 || number > numbered.length
                ? null
                : numbered[number - 1].coder().spec();
    }

    /**
     * Tells whether keys and values of a store arrive as objects.
     *
     * @param spec name and codec names
     * @return whether it was opened here
     */
    public boolean isOpen(StoreSpec spec) {
        return known.open().containsKey(spec);
    }

    /**
     * The key that bytes stand for.
     *
     * @param spec a store that is open here
     * @param key a key of that store, perhaps as {@link Encoded}
     * @return the key as an object
     * @throws WireException if the codec fails
     */
    public Object keyOf(StoreSpec spec, Object key) {
        return known.of(spec).thawKey(key);
    }

    /**
     * The value that bytes stand for.
     *
     * @param spec a store that is open here
     * @param value a value of that store, perhaps as {@link Encoded}
     * @return the value as an object
     * @throws WireException if the codec fails
     */
    public Object valueOf(StoreSpec spec, Object value) {
        return known.of(spec).thawValue(value);
    }

    /** One consistent reading. */
    Known known() {
        return known;
    }
}
