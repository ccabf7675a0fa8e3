package io.memdi.bench;

import io.memdi.transport.inproc.InProcNetwork;

/** Which threads the nodes run on. */
public enum Loops {
    /** Each node on a thread of its own. */
    OWN,
    /** All nodes on one thread. */
    SHARED;

    InProcNetwork network() {
        return switch (this) {
            case OWN -> InProcNetwork.create();
            case SHARED -> InProcNetwork.shared();
        };
    }
}
