package io.memdi.transport.inproc;

/** A network inside one process. */
public final class InProcNetwork {
    private InProcNetwork() {}
}
