package io.memdi.storage;

import io.memdi.ClusterId;
import io.memdi.Incarnation;
import io.memdi.transport.Configuration;
import io.memdi.transport.Message.Mode;
import io.memdi.wire.LogCodec;
import io.memdi.wire.WireException;
import io.memdi.wire.WireReader;
import io.memdi.wire.WireWriter;

/**
 * A state in a file.
 *
 * <pre>
 *   offset  bytes  little-endian
 *        0     16  incarnation
 *       16      8  term
 *       24      8  hash of the list of names
 *       32      4  mode: 0 empty, 1 locked, 2 member
 *       36      4  flags: 1 there is a vote, 2 there is a cluster, 4 there is a proposal
 *       40     16  vote, or zeros
 *       56     16  cluster, or zeros
 *       72      .  [proposal, as in a frame]
 * </pre>
 */
final class StateRecord {
    private static final int FIXED = 72;
    private static final int HAS_VOTE = 1;
    private static final int HAS_CLUSTER = 2;
    private static final int HAS_PROPOSAL = 4;

    private StateRecord() {}

    static void write(WireWriter out, HardState state, LogCodec codec) {
        byte[] fixed = new byte[FIXED];
        Incarnation vote = state.vote();
        ClusterId cluster = state.cluster();
        Configuration proposal = state.proposal();
        Bytes.putLong(fixed, 0, state.incarnation().high());
        Bytes.putLong(fixed, 8, state.incarnation().low());
        Bytes.putLong(fixed, 16, state.term());
        Bytes.putLong(fixed, 24, state.list());
        Bytes.putInt(fixed, 32, code(state.mode()));
        Bytes.putInt(
                fixed,
                36,
                (vote == null ? 0 : HAS_VOTE)
                        | (cluster == null ? 0 : HAS_CLUSTER)
                        | (proposal == null ? 0 : HAS_PROPOSAL));
        if (vote != null) {
            Bytes.putLong(fixed, 40, vote.high());
            Bytes.putLong(fixed, 48, vote.low());
        }
        if (cluster != null) {
            Bytes.putLong(fixed, 56, cluster.high());
            Bytes.putLong(fixed, 64, cluster.low());
        }
        out.writeBytes(fixed, 0, FIXED);
        if (proposal != null) {
            codec.writeConfiguration(out, proposal);
        }
    }

    private static int code(Mode mode) {
        return switch (mode) {
            case EMPTY -> 0;
            case LOCKED -> 1;
            case MEMBER -> 2;
        };
    }

    /**
     * Reads a state.
     *
     * @throws IllegalArgumentException if it is not what is written here
     */
    static HardState read(byte[] bytes, int at, int length, LogCodec codec) {
        if (length < FIXED) {
            throw new IllegalArgumentException("a state of " + length + " bytes");
        }
        int flags = Bytes.getInt(bytes, at + 36);
        int code = Bytes.getInt(bytes, at + 32);
        if (code < 0 || code > 2 || (flags & ~(HAS_VOTE | HAS_CLUSTER | HAS_PROPOSAL)) != 0) {
            throw new IllegalArgumentException("a state of mode " + code + " with flags " + flags);
        }
        boolean proposes = (flags & HAS_PROPOSAL) != 0;
        if (!proposes && length != FIXED) {
            throw new IllegalArgumentException("a state of " + length + " bytes, without a proposal");
        }
        return new HardState(
                new Incarnation(Bytes.getLong(bytes, at), Bytes.getLong(bytes, at + 8)),
                Bytes.getLong(bytes, at + 16),
                (flags & HAS_VOTE) != 0
                        ? new Incarnation(Bytes.getLong(bytes, at + 40), Bytes.getLong(bytes, at + 48))
                        : null,
                code == 0 ? Mode.EMPTY : code == 1 ? Mode.LOCKED : Mode.MEMBER,
                (flags & HAS_CLUSTER) != 0
                        ? new ClusterId(Bytes.getLong(bytes, at + 56), Bytes.getLong(bytes, at + 64))
                        : null,
                proposes ? proposal(bytes, at + FIXED, length - FIXED, codec) : null,
                Bytes.getLong(bytes, at + 24));
    }

    private static Configuration proposal(byte[] bytes, int at, int length, LogCodec codec) {
        try {
            return codec.readConfiguration(new WireReader().read(bytes, at, length));
        } catch (WireException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }
}
