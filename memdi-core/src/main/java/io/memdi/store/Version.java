package io.memdi.store;

import io.memdi.Revision;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A key's value at a revision, linked to what it replaced until it is committed.
 *
 * <p>The link {@code replaced} is all that tells a reader whether a version counts:
 *
 * <pre>
 *   null            the version is <b>cut</b>: it is committed, and nothing older is needed any more
 *   another version not committed; this is what the key had before
 *   ABSENT          not committed; the key had nothing before
 * </pre>
 *
 * <p>{@link #ABSENT} is itself a cut removal, of no key. So whoever follows links ends at a cut version in every case, and an
 * absent key, a committed removal and an empty place in a table are one case, not three.
 *
 * <p>The loop makes versions and cuts them; any thread reads them. Everything but the link is final. What is committed is a version
 * only for whoever asks for one: the table keeps it in its {@link Slots}.
 */
public final class Version {
    @SuppressWarnings("NullAway") // Nobody's key, for which isFor provides, and which nothing else looks at.
    static final Version ABSENT = new Version(null, 0, null, 0, 0, null);

    private static final VarHandle REPLACED = replacedHandle();

    final Object key;
    final int hash;
    final @Nullable Object value;
    private final int term;
    private final long index;

    @SuppressWarnings("UnusedVariable") // Read through REPLACED only.
    private @Nullable Version replaced;

    Version(Object key, int hash, @Nullable Object value, long term, long index, @Nullable Version replaced) {
        this.key = key;
        this.hash = hash;
        this.value = value;
        this.term = Math.toIntExact(term);
        this.index = index;
        this.replaced = replaced;
    }

    /** What a client was told of a key, that has no table to put it in. */
    public static Version of(Object key, int hash, Object value, Revision revision) {
        return new Version(key, hash, value, revision.term(), revision.index(), null);
    }

    public Object key() {
        return key;
    }

    /** The value; null for a removal. */
    public @Nullable Object value() {
        return value;
    }

    public int hash() {
        return hash;
    }

    public long term() {
        return term;
    }

    public long index() {
        return index;
    }

    public Revision revision() {
        return new Revision(term, index);
    }

    boolean isFor(Object otherKey, int otherHash) {
        // The given key is asked, whose class the caller's code knows; but never about the key of ABSENT. Whether it is
        // the same object, equals asks anyhow.
        return hash == otherHash && key != null && otherKey.equals(key);
    }

    boolean isBelow(long otherTerm, long otherIndex) {
        return term < otherTerm || (term == otherTerm && index < otherIndex);
    }

    /** What this version replaced; null once it is cut. */
    @Nullable
    Version replaced() {
        return (Version) REPLACED.getAcquire(this);
    }

    boolean isCut() {
        return replaced() == null;
    }

    /** Loop only. Release: whoever sees the cut sees every cut before it, on any key. */
    void cut() {
        REPLACED.setRelease(this, null);
    }

    /** The newest committed version at or below this one, which may be a removal or {@link #ABSENT}. */
    Version newestCut() {
        Version version = this;
        Version below = version.replaced();
        while (below != null) {
            version = below;
            below = version.replaced();
        }
        return version;
    }

    @Override
    public String toString() {
        String what = value == null ? "removal of " : "version of ";
        return this == ABSENT ? "ABSENT" : what + key + " at " + revision();
    }

    private static VarHandle replacedHandle() {
        try {
            return MethodHandles.lookup().findVarHandle(Version.class, "replaced", Version.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
