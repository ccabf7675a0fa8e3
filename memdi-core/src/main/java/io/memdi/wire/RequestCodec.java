package io.memdi.wire;

import io.memdi.Ack;
import io.memdi.Revision;
import io.memdi.transport.Message.Change;
import io.memdi.transport.Message.ChangeReply;
import io.memdi.transport.Message.ChangeRequest;
import io.memdi.transport.Message.TransferRequest;
import io.memdi.transport.Message.WriteReplies;
import io.memdi.transport.Message.WriteReply;
import io.memdi.transport.Message.Writes;
import io.memdi.transport.StoreSpec;
import io.memdi.transport.Write;
import io.memdi.transport.Write.Operation;
import io.memdi.wire.StoreCodecs.Known;
import java.util.List;

/**
 * What nodes ask of their leader for their callers, and what it answers.
 *
 * <pre>
 *   writes          firstOpen varint | count varint | writes
 *   write           operation byte | flags byte | number signed, the difference to one more than in the write before
 *                     1 store as in the write before   2 expects a revision   4, 8 the acknowledgement's code
 *                   [store]
 *                   [expected revision]
 *                   hash int32 | size varint
 *                   key length varint | bytes
 *                   [value length varint | bytes]      of an operation that puts
 *   write replies   expected varint | count varint | replies
 *   write reply     flags byte | number signed, the difference to one more than in the reply before | position revision
 *                     1, 2 the result's code   4 has seen a revision
 *                   [seen revision]
 *   transfer        there is a name byte | [name text]
 *   change          request varint | change byte | name text
 *   change's reply  request varint | later byte | refusal text
 * </pre>
 *
 * <p>A write names its store, not a number: it may be the first of the store, which has no number then.
 */
final class RequestCodec {
    private static final int SAME_STORE = 1;
    private static final int HAS_EXPECTED = 2;
    private static final int ACK_SHIFT = 2;
    private static final int ALL_FLAGS = 0xF;

    private static final int HAS_SEEN = 4;
    private static final int RESULT = 3;

    private static final int MIN_WRITE = 9;
    private static final int MIN_REPLY = 4;

    /** How many bytes a refusal in plain words may take. */
    static final int MAX_WORDS = 1 << 16;

    private static final Codes<Operation> OPERATIONS = new Codes<>(
            "the operation of a write",
            List.of(Operation.PUT, Operation.PUT_IF_ABSENT, Operation.REPLACE, Operation.REMOVE, Operation.REMOVE_AT));

    private static final Codes<Ack> ACKS = new Codes<>(
            "the acknowledgement of a write",
            List.of(Ack.LEADER_MEMORY, Ack.QUORUM_MEMORY, Ack.LEADER_DISK, Ack.QUORUM_DISK));

    private static final Codes<Change> CHANGES =
            new Codes<>("a change of members", List.of(Change.REMOVE, Change.RETIRE_LIST));

    private RequestCodec() {}

    static void writeWrites(WireWriter out, Writes message, Known stores) {
        List<Write> writes = message.writes();
        int count = writes.size();
        out.writeVarint(message.firstOpen());
        out.writeVarint(count);
        StoreCoder store = StoreCoder.UNKNOWN;
        long number = 0;
        for (int i = 0; i < count; i++) {
            Write write = writes.get(i);
            boolean same = i > 0 && write.store().equals(store.spec());
            if (!same) {
                store = stores.of(write.store());
            }
            writeWrite(out, write, number, same, store);
            number = write.number();
        }
    }

    private static void writeWrite(WireWriter out, Write write, long before, boolean same, StoreCoder store) {
        boolean expects = !write.expected().equals(Revision.NONE);
        OPERATIONS.write(out, write.operation());
        out.writeByte((same ? SAME_STORE : 0) | (expects ? HAS_EXPECTED : 0) | ACKS.codeOf(write.ack()) << ACK_SHIFT);
        out.writeSigned(write.number() - before - 1);
        if (!same) {
            MemberCodec.writeStore(out, write.store());
        }
        if (expects) {
            MemberCodec.writeRevision(out, write.expected());
        }
        out.writeInt(write.hash());
        out.writeVarint(write.size());
        int bytes = store.writeKey(out, write.key());
        Object value = write.value();
        if (value != null) {
            bytes += store.writeValue(out, value);
        }
        store.checkPromise(bytes, write.size());
    }

    static Writes readWrites(WireReader in, Known stores) {
        long firstOpen = in.readNatural("the first open number");
        Write[] writes = new Write[in.readCount("writes", MIN_WRITE, Integer.MAX_VALUE)];
        StoreCoder store = StoreCoder.UNKNOWN;
        long number = 0;
        for (int i = 0; i < writes.length; i++) {
            Operation operation = OPERATIONS.read(in);
            int flags = in.readFlags("the flags of a write", i == 0 ? ALL_FLAGS & ~SAME_STORE : ALL_FLAGS);
            number += in.readSigned("the number of a write") + 1;
            if ((flags & SAME_STORE) == 0) {
                store = stores.of(MemberCodec.readStore(in));
            }
            Revision expected =
                    (flags & HAS_EXPECTED) != 0 ? MemberCodec.readRevision(in, "an expected revision") : Revision.NONE;
            writes[i] = readWrite(in, number, operation, ACKS.of(in, flags >> ACK_SHIFT), store, expected);
        }
        return new Writes(firstOpen, List.of(writes));
    }

    private static Write readWrite(
            WireReader in, long number, Operation operation, Ack ack, StoreCoder store, Revision expected) {
        int hash = in.readInt("the hash of a key");
        int size = (int) in.readUpTo("the size of a write", Integer.MAX_VALUE);
        int length = in.readLength("a key", size);
        Object key = store.readKey(in, length, hash);
        boolean removes = operation == Operation.REMOVE || operation == Operation.REMOVE_AT;
        Object value = removes ? null : store.readValue(in, in.readLength("a value", size - length));
        StoreSpec spec = store.spec();
        return new Write(number, ack, spec, operation, key, hash, value, expected, size);
    }

    static void writeReplies(WireWriter out, WriteReplies message) {
        List<WriteReply> replies = message.replies();
        int count = replies.size();
        out.writeVarint(message.expected());
        out.writeVarint(count);
        long number = 0;
        for (int i = 0; i < count; i++) {
            WriteReply reply = replies.get(i);
            boolean seen = !reply.seen().equals(Revision.NONE);
            out.writeByte(EntryCodec.RESULTS.codeOf(reply.result()) | (seen ? HAS_SEEN : 0));
            out.writeSigned(reply.number() - number - 1);
            MemberCodec.writeRevision(out, reply.position());
            if (seen) {
                MemberCodec.writeRevision(out, reply.seen());
            }
            number = reply.number();
        }
    }

    static WriteReplies readReplies(WireReader in) {
        long expected = in.readNatural("the number that is waited for");
        WriteReply[] replies = new WriteReply[in.readCount("answers", MIN_REPLY, Integer.MAX_VALUE)];
        long number = 0;
        for (int i = 0; i < replies.length; i++) {
            int flags = in.readFlags("the flags of an answer", HAS_SEEN | RESULT);
            number += in.readSigned("the number of a write") + 1;
            Revision position = MemberCodec.readRevision(in, "the position of a write");
            Revision seen =
                    (flags & HAS_SEEN) != 0 ? MemberCodec.readRevision(in, "a revision that was seen") : Revision.NONE;
            replies[i] = new WriteReply(number, EntryCodec.RESULTS.of(in, flags & RESULT), position, seen);
        }
        return new WriteReplies(List.of(replies), expected);
    }

    static void writeTransfer(WireWriter out, TransferRequest request) {
        String name = request.name();
        out.writeBoolean(name != null);
        if (name != null) {
            out.writeText(name);
        }
    }

    static TransferRequest readTransfer(WireReader in) {
        boolean named = in.readBoolean("whether there is a name");
        return new TransferRequest(named ? in.readText("the name of a voter", MemberCodec.MAX_NAME) : null);
    }

    static void writeChange(WireWriter out, ChangeRequest request) {
        out.writeVarint(request.request());
        CHANGES.write(out, request.change());
        out.writeText(request.name());
    }

    static ChangeRequest readChange(WireReader in) {
        long request = in.readVarint("the number of a request");
        Change change = CHANGES.read(in);
        return new ChangeRequest(request, change, in.readText("the name of a member", MemberCodec.MAX_NAME));
    }

    static void writeChangeReply(WireWriter out, ChangeReply reply) {
        out.writeVarint(reply.request());
        out.writeBoolean(reply.later());
        out.writeText(reply.refusal());
    }

    static ChangeReply readChangeReply(WireReader in) {
        long request = in.readVarint("the number of a request");
        boolean later = in.readBoolean("whether to ask again");
        return new ChangeReply(request, in.readText("a refusal", MAX_WORDS), later);
    }
}
