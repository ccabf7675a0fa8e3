package io.memdi.node;

import io.memdi.Codec;
import io.memdi.CodecException;
import io.memdi.WrongCodecException;
import io.memdi.store.Positions;
import io.memdi.store.State;
import io.memdi.store.Table;
import io.memdi.transport.StoreSpec;
import io.memdi.wire.StoreCodecs;
import io.memdi.wire.WireException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The stores that were opened on this node. Loop only.
 *
 * <p>A store may be opened before its first write: then the codecs with which it is registered, perhaps by another node, are not
 * known yet, and are compared once they are.
 */
final class OpenStores {
    private final State state;
    private final Positions positions;
    private final StoreCodecs codecs;
    private final boolean framed;
    private final Map<StoreSpec, Opened> stores = new HashMap<>();
    private final Map<StoreSpec, Opening> openings = new HashMap<>();
    private boolean advanced;

    /** What a codec has thrown after it had read everything: what its store would show is unknown. */
    private @Nullable WireException broken;

    /** Which registry was last compared. */
    private long verified = -1;

    /** A store that was opened on this node, with the codecs of that time. */
    static final class Opened {
        final StoreSpec spec;

        /** Never holds anything of other types; stays empty if the store turns out to have other codecs. */
        final Table table;

        /** Why it cannot be used, as long as the store has other codecs: a registration may be taken back, and come otherwise. */
        private volatile @Nullable String problem;

        Opened(StoreSpec spec, Table table) {
            this.spec = spec;
            this.table = table;
        }

        /** Any thread, where nothing was found: throws if the store turned out to have other codecs. */
        void check() {
            String found = problem;
            if (found != null) {
                throw new WrongCodecException(found);
            }
        }
    }

    /**
     * None yet.
     *
     * @param positions what lets readers look into what is open
     * @param codecs where threads that read and write frames find the codecs
     * @param framed whether keys and values arrive in frames, so that they may lie here as bytes
     */
    OpenStores(State state, Positions positions, StoreCodecs codecs, boolean framed) {
        this.state = state;
        this.positions = positions;
        this.codecs = codecs;
        this.framed = framed;
    }

    /**
     * Opens a store.
     *
     * @return null as long as what is here of it is being turned into objects, which {@link #advance} does: to be asked again
     * @throws WrongCodecException if it exists, or is open here, with other codecs
     * @throws CodecException if the codecs cannot read what is here
     */
    @Nullable
    Opened open(StoreSpec wanted, Codec<?> keys, Codec<?> values) {
        StoreSpec registered = state.registered(wanted.name());
        if (registered != null && !registered.equals(wanted)) {
            throw new WrongCodecException(mismatch(wanted, registered, "exists in this cluster"));
        }
        for (StoreSpec other : openings.keySet()) {
            if (other.name().equals(wanted.name()) && !other.equals(wanted)) {
                throw new WrongCodecException(mismatch(wanted, other, "is being opened on this node"));
            }
        }
        for (Opened other : stores.values()) {
            boolean rival = other.spec.name().equals(wanted.name()) && !other.spec.equals(wanted);
            if (rival && other.problem == null) {
                throw new WrongCodecException(mismatch(wanted, other.spec, "is open on this node"));
            }
        }
        if (!stores.containsKey(wanted) && framed) {
            advance(openings.computeIfAbsent(
                    wanted, spec -> new Opening(spec, state.table(spec), keys, values, codecs)));
        } else if (!stores.containsKey(wanted)) {
            codecs.open(wanted, keys, values);
            opened(wanted, state.table(wanted));
        }
        return stores.get(wanted);
    }

    private void opened(StoreSpec spec, Table table) {
        positions.watch(table.view());
        stores.put(spec, new Opened(spec, table));
    }

    /** Goes on with one; throws why it cannot be opened. */
    private void advance(Opening opening) {
        try {
            advanced = true;
            if (opening.advance()) {
                openings.remove(opening.spec);
                opened(opening.spec, opening.table);
                verified = -1;
            }
        } catch (CodecException e) {
            openings.remove(opening.spec);
            throw e;
        } catch (WireException e) {
            broken = e;
        }
    }

    /**
     * Ends the turn if the codecs of a store have failed while it was turned into objects.
     *
     * @throws IllegalStateException if they have
     */
    void requireSound() {
        if (broken != null) {
            throw new IllegalStateException("a store was half opened when its codecs failed", broken);
        }
    }

    /** Whether anybody who was heard since the last time has to be heard again at once, for a store to be opened. */
    boolean isOpening() {
        boolean was = advanced;
        advanced = false;
        return was;
    }

    /**
     * If the registry has changed: says so to those who write and read frames, and compares the codecs of what is open with it. Before
     * anything is sent that depends on the change.
     */
    void verify(long term) {
        long version = state.registryVersion();
        if (version == verified) {
            return;
        }
        verified = version;
        codecs.register(term, state.specs());
        for (Opened opened : stores.values()) {
            StoreSpec registered = state.registered(opened.spec.name());
            opened.problem = registered == null || registered.equals(opened.spec)
                    ? null
                    : mismatch(opened.spec, registered, "was created by another node");
        }
    }

    /** A store was opened before with other codecs. */
    static WrongCodecException wrongCodec(StoreSpec wanted, StoreSpec there, String how) {
        return new WrongCodecException(mismatch(wanted, there, how));
    }

    private static String mismatch(StoreSpec wanted, StoreSpec there, String how) {
        return "nothing was applied: store \"" + wanted.name() + "\" " + how + " with codec \"" + there.keyCodec()
                + "\" for keys and \"" + there.valueCodec() + "\" for values, not \"" + wanted.keyCodec() + "\" and \""
                + wanted.valueCodec() + "\". Open it with the codecs that it has, or use another name";
    }
}
