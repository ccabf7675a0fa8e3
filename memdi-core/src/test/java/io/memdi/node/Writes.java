package io.memdi.node;

import io.memdi.Ack;
import io.memdi.Revision;
import io.memdi.transport.Message.WriteReply;
import io.memdi.transport.Result;
import io.memdi.transport.StoreSpec;
import java.util.function.Function;

/** Writes and replies for tests of the rooms that carry them. */
final class Writes {
    static final int SIZE = 100;
    static final StoreSpec STORE = new StoreSpec("test", "string", "string");

    private Writes() {}

    static PendingWrite<WriteReply> put(String key) {
        return put(key, Long.MAX_VALUE, SIZE);
    }

    static PendingWrite<WriteReply> put(String key, long deadline, int size) {
        PendingWrite<WriteReply> write =
                new PendingWrite<>(STORE, Ack.LEADER_MEMORY, Function.identity(), deadline, null);
        write.carry(key, key.hashCode(), "value", size);
        return write;
    }

    static WriteReply applied(long number) {
        return new WriteReply(number, Result.APPLIED, new Revision(1, 100 + number), Revision.NONE);
    }
}
