package io.memdi.store;

import io.memdi.transport.StoreSpec;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Everything that the log replicates: tables, sessions, the registry of stores. CONTRACT; the body follows. */
public final class State {
    /** The table of that name, made if it is not there: loop only. It stays the same object as long as the node lives. */
    public Table table(String name) {
        throw new UnsupportedOperationException();
    }

    public Collection<Table> tables() {
        throw new UnsupportedOperationException();
    }

    /** How the store is registered on this node; null if it has no write yet. */
    public @Nullable StoreSpec registered(String name) {
        return null;
    }
}
