package io.memdi.store;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The keys of one store. CONTRACT; the body follows. */
public final class Table {
    public Table(String name) {}

    public String name() {
        return "";
    }

    // --- any thread, no lock, no wait ---

    /** The newest version of the key, committed or not; null if there is none or it is a removal. */
    public @Nullable Version latest(Object key, int hash) {
        return null;
    }

    /** The newest committed version of the key; null if there is none. */
    public @Nullable Version committed(Object key, int hash) {
        return null;
    }

    /** How many keys a reader of {@link #latest} finds. */
    public long size() {
        return 0;
    }

    public long committedSize() {
        return 0;
    }

    /** Weakly consistent: sees each key that was there all the time once, and none twice. */
    public void forEachLatest(Consumer<Version> action) {}

    public void forEachCommitted(Consumer<Version> action) {}

    // --- the loop only ---

    /** Puts an uncommitted version (value null: an uncommitted removal) on top of what the key has. */
    public Version write(Object key, int hash, @Nullable Object value, long term, long index) {
        throw new UnsupportedOperationException();
    }

    /** Commits a version; versions are cut in the order of their indexes. */
    public void cut(Version version) {}

    /** Takes a version back; it is the newest of its key: versions are taken back in reverse order. */
    public void rollback(Version version) {}

    /** A committed effect, at once; without effect unless it is newer than what the key has. */
    public void apply(Object key, int hash, @Nullable Object value, long term, long index) {}

    public static int segments() {
        return 1024;
    }

    /** Digest of the committed keys and revisions of one segment: two longs. */
    public long digestHigh(int segment) {
        return 0;
    }

    public long digestLow(int segment) {
        return 0;
    }

    /** Digest of the whole table, as 32 hexadecimal digits. */
    public String digest() {
        return "";
    }
}
