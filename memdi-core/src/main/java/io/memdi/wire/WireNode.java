package io.memdi.wire;

import io.memdi.ClusterId;
import io.memdi.Incarnation;
import org.jspecify.annotations.Nullable;

/** What a transport that writes frames has to know of its node. Any thread. */
public interface WireNode {
    /**
     * The codecs of the node's stores.
     *
     * @return always the same object
     */
    StoreCodecs codecs();

    /**
     * How large a frame of this node becomes at most, and how large one may be that it takes in: what its limits of keys, values and
     * batches need.
     *
     * @return in bytes, constant
     */
    int maxFrameBytes();

    /**
     * How many clients the node serves at a time.
     *
     * @return 0 or more, constant; 0 for one that nobody dials
     */
    int maxClients();

    /**
     * Whether the node keeps its data in a directory; of a client, it does not matter.
     *
     * @return constant
     */
    boolean isDurable();

    /**
     * Which life of the node this is. It changes when the node gives up a cluster that it lost its memory of.
     *
     * @return as of the last turn
     */
    Incarnation incarnation();

    /**
     * The cluster that the node belongs to.
     *
     * @return as of the last turn; null as long as it belongs to none
     */
    @Nullable
    ClusterId cluster();
}
