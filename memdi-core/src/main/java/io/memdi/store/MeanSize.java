package io.memdi.store;

/** About how many bytes a key of a table takes, with its value: a version has no room to remember it. Loop only. */
public final class MeanSize {
    /** As long as none was seen. */
    private static final int UNKNOWN = 256;

    private long bytes;
    private long count;

    /** A key and its value took that many bytes in a log. */
    void saw(int size) {
        bytes += size;
        count++;
    }

    /** So many keys came in a page, which takes that many bytes: what others know of the sizes goes on to who heals. */
    void sawPage(long size, int keys) {
        if (keys > 0) {
            bytes += Math.max(keys, size - (long) keys * Pager.OVERHEAD_BYTES);
            count += keys;
        }
    }

    /** The mean, 1 or more. */
    public int bytes() {
        return count == 0 ? UNKNOWN : (int) Math.max(1, Math.min(Integer.MAX_VALUE, bytes / count));
    }
}
