package io.memdi.node;

import io.memdi.ClusterId;
import io.memdi.Incarnation;
import io.memdi.wire.StoreCodecs;
import io.memdi.wire.WireNode;
import org.jspecify.annotations.Nullable;

/** What the threads that write and read frames see of a node. */
final class OnTheWire implements WireNode {
    private final StoreCodecs codecs;
    private final boolean durable;
    private final int maxFrameBytes;
    private final int maxClients;
    private volatile Incarnation incarnation;
    private volatile @Nullable ClusterId cluster;

    /** Of a client. */
    OnTheWire(int maxFrameBytes, Incarnation incarnation) {
        this(new StoreCodecs(), maxFrameBytes, 0, incarnation, false);
    }

    OnTheWire(StoreCodecs codecs, int maxFrameBytes, int maxClients, Incarnation incarnation, boolean durable) {
        this.codecs = codecs;
        this.durable = durable;
        this.maxClients = maxClients;
        this.maxFrameBytes = maxFrameBytes;
        this.incarnation = incarnation;
    }

    /** The loop, at the end of a turn, before it sends. */
    void show(Incarnation present, @Nullable ClusterId belongs) {
        if (!present.equals(incarnation)) {
            incarnation = present;
        }
        if (belongs == null ? cluster != null : !belongs.equals(cluster)) {
            cluster = belongs;
        }
    }

    @Override
    public StoreCodecs codecs() {
        return codecs;
    }

    @Override
    public int maxFrameBytes() {
        return maxFrameBytes;
    }

    @Override
    public int maxClients() {
        return maxClients;
    }

    @Override
    public boolean isDurable() {
        return durable;
    }

    @Override
    public Incarnation incarnation() {
        return incarnation;
    }

    @Override
    public @Nullable ClusterId cluster() {
        return cluster;
    }
}
