package io.memdi.shell.judges;

import io.memdi.Ack;
import io.memdi.sim.Operation;
import java.util.List;

/** At which levels callers write, by where the nodes of their cluster keep its data. */
enum Levels {
    /** In memory: what a quorum has there lasts while a majority lives. */
    IN_MEMORY(Ack.QUORUM_MEMORY, Ack.LEADER_MEMORY),

    /** In directories: what a quorum has there outlives all nodes. */
    ON_DISKS(Ack.QUORUM_DISK, Ack.LEADER_MEMORY, Ack.LEADER_DISK, Ack.QUORUM_MEMORY);

    private final Ack safe;
    private final List<Ack> unsafe;

    Levels(Ack safe, Ack... unsafe) {
        this.safe = safe;
        this.unsafe = List.of(unsafe);
    }

    /** At which nothing that was acknowledged may be lost, whatever the judged stories do. */
    Ack safe() {
        return safe;
    }

    /** At which something may be lost, under conditions. */
    List<Ack> unsafe() {
        return unsafe;
    }

    /** Tells the checker of histories where that write is made. */
    Operation in(Operation write) {
        return this == ON_DISKS ? write.inDirectories() : write;
    }
}
