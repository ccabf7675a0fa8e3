package io.memdi.sim;

import io.memdi.Ack;
import io.memdi.ClusterId;
import io.memdi.ReadLevel;
import io.memdi.Revision;
import org.jspecify.annotations.Nullable;

/**
 * One call of a caller, from its invocation to its end, as the caller saw it.
 *
 * <p>Sequences order invocations and returns of one history totally; times only explain. A value that is written is unique in
 * its history, so that whoever reads it knows which write it came from.
 */
public final class Operation {
    /** What was called. */
    public enum Kind {
        PUT,
        PUT_IF_ABSENT,
        REPLACE,
        REMOVE,
        REMOVE_AT,
        /** The map's {@code compute}: puts, or removes where it has no value; refused where there was nothing to remove. */
        COMPUTE,
        /** The map's {@code computeIfPresent}, likewise; refused where the key was absent. */
        COMPUTE_IF_PRESENT,
        /** The map's {@code computeIfAbsent}; where the key was there it is a read, and tells what it read. */
        COMPUTE_IF_ABSENT,
        /** A read of value and revision. */
        READ,
        /** A read of the value. */
        GET,
        /** Whether the key is there. */
        CONTAINS;

        public boolean writes() {
            return this != READ && this != GET && this != CONTAINS;
        }

        /** Built from a read and a conditional write, and tried again until nobody came between. */
        boolean computes() {
            return this == COMPUTE || this == COMPUTE_IF_PRESENT || this == COMPUTE_IF_ABSENT;
        }

        boolean puts() {
            return this == PUT || this == PUT_IF_ABSENT || this == REPLACE || computes();
        }
    }

    /** How it ended. */
    public enum Outcome {
        /** It has not ended, so it may have happened, or may happen at any later time. */
        PENDING,
        /** A write took effect. */
        APPLIED,
        /** The condition of a write did not hold. */
        REFUSED,
        /** A read was answered. */
        ANSWERED,
        /** It certainly took no effect. */
        NOT_APPLIED,
        /** It may have taken effect, or may at any later time, or never. */
        UNKNOWN
    }

    /** What {@link Kind#CONTAINS} saw of a key that was there. */
    static final String SOMETHING = "something";

    static final long NEVER = Long.MAX_VALUE;

    public final int id;
    public final String node;
    public final Kind kind;
    public final String key;
    /** What a write puts; null for removals and reads. */
    public final @Nullable String value;
    /** The revision that a condition asks for; of a read, the revision that it has to hold at least. */
    public final Revision expected;
    /** Of a write. */
    public final Ack ack;
    /** Of a read. */
    public final ReadLevel level;

    /**
     * Whether it blocked its caller. It is issued only when the node has room for it, at some moment of the call; and may learn late how
     * it ended, when what happens within it blocks as well.
     */
    boolean blocks;

    /** Whether it was made in a cluster that keeps its data in directories. */
    boolean durable;

    /** Which life of the node was called: a node that was started anew knows nothing of the calls before. */
    int life;

    long invoked;
    public long invokedNanos;
    long returned = NEVER;
    public long returnedNanos = NEVER;
    public Outcome outcome = Outcome.PENDING;

    /** Not applied, because others had created the store with other codecs by then. */
    boolean wrongCodec;

    /** Of a write that was applied, or of the version that was read; null where nobody told. */
    public @Nullable Revision revision;
    /** What was read, or what the function of a compound operation was given last; null if the key was absent. */
    public @Nullable String seen;

    /** Where its node was when it was called, and when it ended; null if nobody looks inside the nodes. */
    @Nullable
    Sight before;

    @Nullable
    Sight after;

    /**
     * What an observer who sees everything noted at one moment.
     *
     * @param cluster the cluster that the node is a member of; null if of none
     * @param follower the number of the leadership that the node had last, 0 if none; -1 if it leads; less if nobody knows who has answered
     * @param committed what the node knows to be committed
     * @param decided what any node of the cluster knows to be committed
     * @param life which life of the node it is
     */
    record Sight(@Nullable ClusterId cluster, long follower, long committed, long decided, int life) {
        private static final long OF_CLIENT = -2;
        private static final long OF_LATER_LIFE = -3;

        /** Of a client, which may be answered by any node of the cluster: nobody knows which, and how far that was. */
        static Sight ofClient(@Nullable ClusterId cluster, long decided) {
            return new Sight(cluster, OF_CLIENT, decided, decided, 0);
        }

        /**
         * What this says about a call that began at another sight and has ended now. If the node was started again in between, an earlier
         * life has answered: nobody noted how far that was, and this one may not be as far yet.
         */
        Sight ofCallSince(@Nullable Sight before) {
            return before == null || before.life == life
                    ? this
                    : new Sight(cluster, OF_LATER_LIFE, decided, decided, life);
        }

        boolean isOfClient() {
            return follower == OF_CLIENT;
        }

        /** How many entries were committed, at least, where a call at that level is answered that begins now. */
        long floor(ReadLevel level) {
            return level == ReadLevel.LINEARIZABLE ? decided : isOfClient() ? 0 : committed;
        }
    }

    private Operation(
            int id,
            String node,
            Kind kind,
            String key,
            @Nullable String value,
            Revision expected,
            Ack ack,
            ReadLevel level) {
        this.id = id;
        this.node = node;
        this.kind = kind;
        this.key = key;
        this.value = value;
        this.expected = expected;
        this.ack = ack;
        this.level = level;
    }

    public static Operation write(
            int id, String node, Kind kind, String key, @Nullable String value, Revision expected, Ack ack) {
        return new Operation(id, node, kind, key, value, expected, ack, ReadLevel.LOCAL);
    }

    /** Says that it is made in a cluster that keeps its data in directories. */
    public Operation inDirectories() {
        durable = true;
        return this;
    }

    /** Whether it may be lost though it was acknowledged, within the fault budget. */
    boolean isWeak() {
        return ack == Ack.LEADER_MEMORY || ack == Ack.LEADER_DISK || (durable && ack == Ack.QUORUM_MEMORY);
    }

    public static Operation read(int id, String node, String key, ReadLevel level, Revision atLeast) {
        return read(id, node, Kind.READ, key, level, atLeast);
    }

    public static Operation read(int id, String node, Kind kind, String key, ReadLevel level, Revision atLeast) {
        return new Operation(id, node, kind, key, null, atLeast, Ack.LEADER_MEMORY, level);
    }

    /** A compound operation of the map: its reads are at {@code SESSION}, its writes at the default of the store. */
    static Operation compute(int id, String node, Kind kind, String key, @Nullable String value) {
        return new Operation(id, node, kind, key, value, Revision.NONE, Ack.LEADER_MEMORY, ReadLevel.SESSION);
    }

    /** A value that nobody else writes. */
    static String value(String node, int id) {
        return node.length() == 1 ? node + id : node + '.' + id;
    }

    public boolean ended() {
        return outcome != Outcome.PENDING;
    }

    /** The life of the node that was called. */
    String session() {
        return node + "#" + life;
    }

    /** Whether it may still take effect, for all that its caller knows. */
    boolean staysOpen() {
        return outcome == Outcome.PENDING || outcome == Outcome.UNKNOWN;
    }

    /** A write that happened, or may have. */
    public boolean mayHaveHappened() {
        return kind.writes() && (outcome == Outcome.APPLIED || staysOpen());
    }

    @Override
    public String toString() {
        StringBuilder line = new StringBuilder();
        line.append(String.format("#%d %s %s %s", id, node, kind, key));
        if (value != null) {
            line.append(" = ").append(value);
        }
        if (!expected.equals(Revision.NONE)) {
            line.append(kind.writes() ? " if " : " at least ").append(expected);
        }
        line.append(kind.writes() ? " @" + ack : " @" + level).append(" -> ").append(outcome);
        if (outcome == Outcome.ANSWERED || kind.computes()) {
            line.append(' ').append(seen == null ? "absent" : seen);
        }
        if (revision != null) {
            line.append(" at ").append(revision);
        }
        line.append(" [").append(invoked).append("..").append(returned == NEVER ? "" : Long.toString(returned));
        line.append("] ").append(seconds(invokedNanos)).append("..");
        return line.append(returnedNanos == NEVER ? "" : seconds(returnedNanos)).toString();
    }

    static String seconds(long nanos) {
        return String.format("%.6f", nanos / 1e9);
    }
}
