package io.memdi.machine;

import io.memdi.storage.Batch;
import io.memdi.transport.ClientMessage;
import io.memdi.transport.Contact;
import io.memdi.transport.Envelope;
import io.memdi.transport.Member;
import io.memdi.transport.Message;
import io.memdi.transport.Message.WriteReply;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What one turn of the machines wants done. The loop carries it out in this order: hand to the disk what is to be kept, complete the
 * node's own writes, then its reads, write the notes to the log, send. (Tables and positions are published by the machines themselves, before the turn ends,
 * so that whoever is completed finds what it waited for.) Reused: valid until the next turn.
 */
public final class Effects {
    private final List<WriteReply> replies = new ArrayList<>();
    private final List<Message.ReadReply> reads = new ArrayList<>();
    private final List<Message.ChangeReply> changes = new ArrayList<>();
    private final List<Asked> asked = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private final List<Contact> targets = new ArrayList<>();
    private final List<Envelope> envelopes = new ArrayList<>();
    private long expected;
    private @Nullable String stopped;
    private @Nullable Batch batch;
    private @Nullable Image anew;

    /** Forgets the turn before. */
    void clear() {
        replies.clear();
        reads.clear();
        changes.clear();
        asked.clear();
        notes.clear();
        warnings.clear();
        targets.clear();
        envelopes.clear();
        expected = 0;
        batch = null;
        anew = null;
    }

    /** Of a durable server: what is to reach its disk. */
    void keep(Batch kept) {
        batch = kept;
    }

    /** Of a durable server: its log begins anew there, before the batch of this turn. */
    void beginAnew(Image image) {
        anew = image;
    }

    /** Takes what was to be sent away, in order. */
    void takeSends(BiConsumer<Contact, Envelope> to) {
        for (int i = 0; i < envelopes.size(); i++) {
            to.accept(targets.get(i), envelopes.get(i));
        }
        targets.clear();
        envelopes.clear();
    }

    void send(Contact to, Envelope envelope) {
        targets.add(to);
        envelopes.add(envelope);
    }

    void reply(WriteReply reply) {
        replies.add(reply);
    }

    void expect(long number) {
        if (number > 0) {
            expected = number;
        }
    }

    void read(Message.ReadReply reply) {
        reads.add(reply);
    }

    void change(Message.ChangeReply reply) {
        changes.add(reply);
    }

    void ask(Member client, ClientMessage message) {
        asked.add(new Asked(client, message));
    }

    void note(String line) {
        notes.add(line);
    }

    void warn(String line) {
        warnings.add(line);
    }

    void stop(String reason) {
        stopped = reason;
    }

    /** Whether nothing is taken any more: from when that is known on, and not from the end of that turn. */
    boolean isStopping() {
        return stopped != null;
    }

    /** Where the log begins anew, before what is to reach the disk; null if it goes on. */
    public @Nullable Image anew() {
        return anew;
    }

    /** What is to reach the disk, after all that was handed to it before; null if nothing is. */
    public @Nullable Batch batch() {
        return batch;
    }

    /** Answers to this node's own writes, whoever leads. */
    public List<WriteReply> replies() {
        return replies;
    }

    /** If above 0: the leader has dropped some of this node's writes, and waits for this number. */
    public long expected() {
        return expected;
    }

    /** Answers to this node's own read requests. */
    public List<Message.ReadReply> reads() {
        return reads;
    }

    /** Answers to changes of members that this node has asked for. */
    public List<Message.ChangeReply> changes() {
        return changes;
    }

    /**
     * Something that a client wants of this node, and no machine of it can say.
     *
     * @param client who wants it
     * @param message what it wants
     */
    public record Asked(Member client, ClientMessage message) {}

    /** What clients want of this node itself. */
    public List<Asked> asked() {
        return asked;
    }

    /** Lines for the log: changes of role with their causes, and what an operator should know. */
    public List<String> notes() {
        return notes;
    }

    /** Lines for the log that an operator has to heed. */
    public List<String> warnings() {
        return warnings;
    }

    /** How many envelopes there are to send. */
    public int sends() {
        return envelopes.size();
    }

    /** Whom the envelope at this place is for. */
    public Contact target(int i) {
        return targets.get(i);
    }

    /** The envelope at this place. */
    public Envelope envelope(int i) {
        return envelopes.get(i);
    }

    /** Why the node has to stop for good; null if it goes on. */
    public @Nullable String stopped() {
        return stopped;
    }
}
