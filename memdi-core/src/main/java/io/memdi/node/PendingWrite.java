package io.memdi.node;

import io.memdi.Ack;
import io.memdi.CodecException;
import io.memdi.Revision;
import io.memdi.WrongCodecException;
import io.memdi.transport.Message.WriteReply;
import io.memdi.transport.Result;
import io.memdi.transport.StoreSpec;
import io.memdi.transport.Write;
import io.memdi.transport.Write.Operation;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A write between its caller and the leader. Made by the caller; from then on the loop's, which gives it a number when it is first
 * handed to a leader. Writes are many, so this is one object, with what is asked for kept flat until it becomes a {@link Write}.
 *
 * @param <T> what the caller wants to know of the reply
 */
final class PendingWrite<T> extends Call<T> {
    private final StoreSpec store;
    private final Ack ack;
    private final Function<WriteReply, T> wanted;

    private Operation operation = Operation.PUT;
    private Revision expected = Revision.NONE;
    private int hash;
    private int size;

    // Forgotten once it has ended, since a caller may keep the future.
    private @Nullable Object key;
    private @Nullable Object value;
    private @Nullable Write write;

    private boolean submitted;

    /** Whether it is to be acknowledged from a disk. */
    boolean needsDisk() {
        return ack.needsDisk();
    }

    PendingWrite(StoreSpec store, Ack ack, Function<WriteReply, T> wanted, long deadline, @Nullable Thread waiter) {
        super(deadline, waiter);
        this.store = store;
        this.ack = ack;
        this.wanted = wanted;
    }

    /** What is to be done. */
    void ask(Operation operation, Revision expected) {
        this.operation = operation;
        this.expected = expected;
    }

    /** What it is to be done to. */
    void carry(Object key, int hash, @Nullable Object value, int size) {
        this.key = key;
        this.hash = hash;
        this.value = value;
        this.size = size;
    }

    // --- the loop ---

    @Override
    void enter(Rooms rooms) {
        rooms.forwarding().add(this);
    }

    int size() {
        return size;
    }

    void number(long number) {
        write = new Write(number, ack, store, operation, Objects.requireNonNull(key), hash, value, expected, size);
        key = null;
        value = null;
    }

    /** As it goes to the leader; it has a number. */
    Write write() {
        return Objects.requireNonNull(write);
    }

    /** Whether a leader was ever given it. */
    boolean wasSubmitted() {
        return submitted;
    }

    void submitted() {
        submitted = true;
    }

    void forget() {
        key = null;
        value = null;
        write = null;
    }

    // --- what the caller sees ---

    @Override
    String what() {
        String verb = switch (operation) {
            case PUT -> "put";
            case PUT_IF_ABSENT -> "putIfAbsent";
            case REPLACE -> "replace";
            case REMOVE, REMOVE_AT -> "remove";
        };
        return verb + " in store \"" + store.name() + '"';
    }

    @Override
    RuntimeException timedOut(boolean sent, boolean leaderKnown) {
        return Failures.timedOut(what(), sent, leaderKnown);
    }

    @Override
    T result(@Nullable Object found) {
        WriteReply reply = (WriteReply) Objects.requireNonNull(found);
        if (reply.result() == Result.WRONG_CODEC) {
            throw new WrongCodecException(what()
                    + " was not applied: the store exists in this cluster with other codecs than \"" + store.keyCodec()
                    + "\" for keys and \"" + store.valueCodec() + "\" for values. Open it with those");
        }
        if (reply.result() == Result.KEY_FAILED) {
            throw new CodecException(
                    what()
                            + " was not applied: the equals method of the key, or of one that is there, threw on the leader,"
                            + " whose log tells what. Correct it",
                    null);
        }
        return wanted.apply(reply);
    }
}
