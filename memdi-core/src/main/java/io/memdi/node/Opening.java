package io.memdi.node;

import io.memdi.Codec;
import io.memdi.CodecException;
import io.memdi.store.Form;
import io.memdi.store.Table;
import io.memdi.store.Version;
import io.memdi.transport.StoreSpec;
import io.memdi.wire.Encoded;
import io.memdi.wire.StoreCodecs;
import io.memdi.wire.WireException;
import java.util.Objects;

/**
 * A store is being opened on a node that has had it as bytes so far. First its codecs have to read all that lies here and is committed, once, which
 * changes nothing; then keys and values arrive as objects, and what lies here is turned into objects. Some segments in each turn, so that the loop
 * goes on. Loop only.
 *
 * <p>Codecs that read everything and fail later, on the same bytes, end the turn that brings those, and with it the node: what it would show
 * from then on is unknown.
 */
final class Opening implements Form {
    /** About how many keys a turn reads or turns; at least those of one segment, which is a thousand in a table of a million. */
    private static final int KEYS_PER_TURN = 1000;

    final StoreSpec spec;
    final Table table;
    private final Codec<?> keys;
    private final Codec<?> values;
    private final StoreCodecs codecs;

    /** The codecs of this store alone, while nobody else is to use them. */
    private final StoreCodecs trial = new StoreCodecs();

    private int checked;
    private int left;
    private boolean opened;

    Opening(StoreSpec spec, Table table, Codec<?> keys, Codec<?> values, StoreCodecs codecs) {
        this.spec = spec;
        this.table = table;
        this.keys = keys;
        this.values = values;
        this.codecs = codecs;
        trial.open(spec, keys, values);
    }

    /**
     * Goes on.
     *
     * @return whether the store is open
     * @throws CodecException if the codecs cannot read what is here; nothing has changed
     */
    boolean advance() {
        return check() && turn();
    }

    private boolean check() {
        left = KEYS_PER_TURN;
        while (checked < Table.segments() && left > 0) {
            table.forEachCommitted(checked++, this::check);
        }
        return checked == Table.segments();
    }

    @SuppressWarnings("unchecked") // a codec that casts finds out
    private void check(Version version) {
        left--;
        int hash;
        try {
            hash = ((Codec<Object>) keys).hash(key(version.key()));
            value(Objects.requireNonNull(version.value()));
        } catch (WireException e) {
            throw new CodecException("nothing was changed: " + e.getMessage(), e);
        } catch (Exception | StackOverflowError | AssertionError | LinkageError e) {
            throw Failures.codec(spec.keyCodec(), "the hash of a key", e);
        }
        if (hash != version.hash()) {
            throw new CodecException(
                    "nothing was changed: codec \"" + spec.keyCodec() + "\" gives a key of store \"" + spec.name()
                            + "\" the hash " + hash + ", but it came with " + version.hash()
                            + ": the hash must be the same in every JVM",
                    null);
        }
    }

    private boolean turn() {
        if (!opened) {
            opened = true;
            codecs.open(spec, keys, values);
            table.thaw(this);
        }
        return table.thawMore(KEYS_PER_TURN);
    }

    @Override
    public boolean isBytes(Object keyOrValue) {
        return keyOrValue instanceof Encoded;
    }

    @Override
    public Object key(Object key) {
        return trial.keyOf(spec, key);
    }

    @Override
    public Object value(Object value) {
        return trial.valueOf(spec, value);
    }
}
