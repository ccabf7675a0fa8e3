package io.memdi.transport.inproc;

/** A clock that starts anywhere and runs at its own rate: what a node takes for the time. */
final class DriftingClock {
    /** What lies further ahead than this, 36 years, never comes. */
    private static final long FOREVER = 1L << 60;

    private double rate;
    private long sinceVirtual;
    private long sinceLocal;

    DriftingClock(long virtual, long local, double rate) {
        this.sinceVirtual = virtual;
        this.sinceLocal = local;
        this.rate = rate;
    }

    /** What it shows at a virtual time. */
    long local(long virtual) {
        return sinceLocal + (long) ((virtual - sinceVirtual) * rate);
    }

    /** The first virtual nanosecond at which it shows that time or more; {@link Long#MAX_VALUE} if that is beyond all times. */
    long virtual(long local) {
        if (local <= sinceLocal) {
            return sinceVirtual;
        }
        if (local - sinceLocal > FOREVER) {
            return Long.MAX_VALUE;
        }
        long virtual = sinceVirtual + (long) Math.ceil((local - sinceLocal) / rate);
        // Rounding may have left it a nanosecond short, and a turn before its time would have nothing to do.
        return local(virtual) < local ? virtual + 1 : virtual;
    }

    /** Runs at another rate from a virtual time on. */
    void changeRate(long virtual, double changed) {
        sinceLocal = local(virtual);
        sinceVirtual = virtual;
        rate = changed;
    }
}
