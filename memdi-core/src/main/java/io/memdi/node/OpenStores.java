package io.memdi.node;

import io.memdi.WrongCodecException;
import io.memdi.store.State;
import io.memdi.store.Table;
import io.memdi.transport.StoreSpec;
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
    private final Map<StoreSpec, Opened> stores = new HashMap<>();

    // What the registry was like when it was last compared. A registration can be taken back, with the term that made
    // it.
    private int verifiedNext;
    private long verifiedTerm;

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

    OpenStores(State state) {
        this.state = state;
    }

    /**
     * Opens a store.
     *
     * @throws WrongCodecException if it exists, or is open here, with other codecs
     */
    Opened open(StoreSpec wanted) {
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
        return stores.computeIfAbsent(wanted, spec -> new Opened(spec, state.table(spec)));
    }

    /** Compares the codecs of what is open with those of the registry, if that may have changed. */
    void verify(long term) {
        int next = state.nextStore();
        if (next == verifiedNext && term == verifiedTerm) {
            return;
        }
        verifiedNext = next;
        verifiedTerm = term;
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
