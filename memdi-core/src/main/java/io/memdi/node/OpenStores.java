package io.memdi.node;

import io.memdi.Codec;
import io.memdi.WrongCodecException;
import io.memdi.store.State;
import io.memdi.store.Table;
import io.memdi.transport.StoreSpec;
import io.memdi.wire.StoreCodecs;
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
    private final StoreCodecs codecs;
    private final Map<StoreSpec, Opened> stores = new HashMap<>();

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

    OpenStores(State state, StoreCodecs codecs) {
        this.state = state;
        this.codecs = codecs;
    }

    /**
     * Opens a store.
     *
     * @throws WrongCodecException if it exists, or is open here, with other codecs
     */
    Opened open(StoreSpec wanted, Codec<?> keys, Codec<?> values) {
        StoreSpec registered = state.registered(wanted.name());
        if (registered != null && !registered.equals(wanted)) {
            throw new WrongCodecException(mismatch(wanted, registered, "exists in this cluster"));
        }
        for (Opened other : stores.values()) {
            boolean rival = other.spec.name().equals(wanted.name()) && !other.spec.equals(wanted);
            if (rival && other.problem == null) {
                throw new WrongCodecException(mismatch(wanted, other.spec, "is open on this node"));
            }
        }
        codecs.open(wanted, keys, values);
        return stores.computeIfAbsent(wanted, spec -> new Opened(spec, state.table(spec)));
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

    private static String mismatch(StoreSpec wanted, StoreSpec there, String how) {
        return "nothing was applied: store \"" + wanted.name() + "\" " + how + " with codec \"" + there.keyCodec()
                + "\" for keys and \"" + there.valueCodec() + "\" for values, not \"" + wanted.keyCodec() + "\" and \""
                + wanted.valueCodec() + "\". Open it with the codecs that it has, or use another name";
    }
}
