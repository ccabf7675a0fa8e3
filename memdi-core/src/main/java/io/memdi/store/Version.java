package io.memdi.store;

import io.memdi.Revision;
import org.jspecify.annotations.Nullable;

/** A key's value at a revision. CONTRACT; the body follows. */
public final class Version {
    public Object key() {
        throw new UnsupportedOperationException();
    }

    /** The value; null for a removal that is not committed yet (a tombstone). */
    public @Nullable Object value() {
        return null;
    }

    public long term() {
        return 0;
    }

    public long index() {
        return 0;
    }

    public Revision revision() {
        return new Revision(term(), index());
    }
}
