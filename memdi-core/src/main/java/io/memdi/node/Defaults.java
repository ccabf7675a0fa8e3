package io.memdi.node;

import io.memdi.Ack;
import io.memdi.ReadLevel;
import java.time.Duration;

/** Every default and limit of a node, in one place. {@code docs/defaults-and-limits.md} lists them. */
public final class Defaults {
    /** Between two heartbeats. */
    public static final Duration HEARTBEAT = Duration.ofMillis(50);

    /** Lower bound of an election timeout, which is drawn anew each time. */
    public static final Duration ELECTION_TIMEOUT_MIN = Duration.ofMillis(250);

    /** Upper bound of an election timeout. */
    public static final Duration ELECTION_TIMEOUT_MAX = Duration.ofMillis(500);

    /** After which the leader ends the session of a client of which it hears nothing. */
    public static final Duration SILENT_CLIENT = Duration.ofSeconds(60);

    /** How long a call waits at most. */
    public static final Duration TIMEOUT = Duration.ofSeconds(5);

    /** Where a write must be before it is acknowledged. */
    public static final Ack ACK = Ack.LEADER_MEMORY;

    /** How fresh, and how safe, what a read returns has to be. */
    public static final ReadLevel READ_LEVEL = ReadLevel.SESSION;

    /** A key's bytes, at most. */
    public static final int MAX_KEY_BYTES = 64 << 10;

    /** A value's bytes, at most. */
    public static final int MAX_VALUE_BYTES = 16 << 20;

    /** Operations that are open on one node: issued, and not ended. */
    public static final int QUEUE_CAPACITY = 8192;

    /** Writes of one node that are on their way to the leader, or wait for their acknowledgement. */
    public static final int MAX_OPEN_WRITES = 4096;

    /** Writes of one client that are on their way to the leader, or wait for their acknowledgement. */
    public static final int MAX_OPEN_CLIENT_WRITES = 1024;

    /** Bytes of entries in one message, unless a single entry is larger. */
    public static final int BATCH_BYTES = 256 << 10;

    /** Bytes of entries on their way to one node, unless a single entry is larger. */
    public static final int WINDOW_BYTES = 4 << 20;

    /** Bytes of entries that are not committed, at which a leader takes no more. */
    public static final long MAX_UNCOMMITTED_BYTES = 64L << 20;

    /** Bytes of committed entries that a node keeps for those who are a little behind. */
    public static final long RETAINED_LOG_BYTES = 64L << 20;

    /** Envelopes that have arrived, and wait for the loop. What comes on top is dropped, and sent again by the protocol. */
    public static final int INBOUND_CAPACITY = 8192;

    /** Bytes of those from nodes; twice what a node may send at once, if that is more. */
    static final long INBOUND_BYTES = 256L << 20;

    /** Bytes of those from clients; twice the largest frame, if that is more. */
    static final long INBOUND_CLIENT_BYTES = 64L << 20;

    /** An envelope of at most so many bytes waits whatever else does: heartbeats and votes are never dropped for bulk. */
    static final int SMALL_INBOUND_BYTES = 1024;

    /** Envelopes that one turn takes in. */
    static final int INBOUND_PER_TURN = 512;

    /** Operations that one turn takes in. */
    static final int COMMANDS_PER_TURN = 1024;

    /** Writes in one hand-over to the leader. */
    static final int WRITES_PER_BATCH = 512;

    /** Calls about the node itself that may wait for their answer; and places that they have in the queue when it is full. */
    static final int QUESTIONS = 64;

    /** Bytes of a backup that may wait for its disk, before the backup is given up. */
    static final long BACKUP_PENDING_BYTES = 64L << 20;

    /** Clients that a node serves at a time. */
    public static final int MAX_CLIENTS = 256;

    private Defaults() {}
}
