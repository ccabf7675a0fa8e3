package io.memdi.node;

import io.memdi.ClusterId;
import io.memdi.Incarnation;
import io.memdi.wire.StoreCodecs;
import io.memdi.wire.WireNode;
import org.jspecify.annotations.Nullable;

/** What the threads that write and read frames see of a node. */
final class OnTheWire implements WireNode {
    private final StoreCodecs codecs = new StoreCodecs();
    private final int maxFrameBytes;
    private final int maxClients;
    private volatile Incarnation incarnation;
    private volatile @Nullable ClusterId cluster;

    OnTheWire(int maxFrameBytes, int maxClients, Incarnation incarnation) {
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
    public Incarnation incarnation() {
        return incarnation;
    }

    @Override
    public @Nullable ClusterId cluster() {
        return cluster;
    }
}
