package io.memdi.client;

import io.memdi.transport.Answer;
import io.memdi.transport.ClientMessage.OrderReply;
import io.memdi.transport.ClientMessage.StatusReply;
import io.memdi.transport.Contact;
import io.memdi.transport.Envelope;
import io.memdi.transport.Message.WriteReply;
import java.util.ArrayList;
import java.util.List;

/** What one turn of a client's machine wants done. Reused: valid until the next turn. */
public final class ClientEffects {
    private final List<WriteReply> replies = new ArrayList<>();
    private final List<Answer> answers = new ArrayList<>();
    private final List<OrderReply> orders = new ArrayList<>();
    private final List<StatusReply> statuses = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private final List<Contact> targets = new ArrayList<>();
    private final List<Envelope> envelopes = new ArrayList<>();
    private long expected;
    private String sessionLost = "";

    /** Stays from turn to turn. */
    private boolean onMemory;

    void clear() {
        replies.clear();
        answers.clear();
        orders.clear();
        statuses.clear();
        notes.clear();
        warnings.clear();
        targets.clear();
        envelopes.clear();
        expected = 0;
        sessionLost = "";
    }

    void send(Contact to, Envelope envelope) {
        targets.add(to);
        envelopes.add(envelope);
    }

    void replies(List<WriteReply> more, long waitsFor) {
        replies.addAll(more);
        if (waitsFor > 0) {
            expected = waitsFor;
        }
    }

    void answers(List<Answer> more) {
        answers.addAll(more);
    }

    void order(OrderReply reply) {
        orders.add(reply);
    }

    void status(StatusReply reply) {
        statuses.add(reply);
    }

    void note(String line) {
        notes.add(line);
    }

    void warn(String line) {
        warnings.add(line);
    }

    void storage(boolean durable) {
        onMemory = !durable;
    }

    /** Whether the cluster is known to keep its data in memory alone: as it was heard, also within the turn. */
    public boolean isOnMemory() {
        return onMemory;
    }

    void loseSession(String reason) {
        sessionLost = reason;
    }

    /** Why the session has ended, which it had before anything of {@link #replies}; empty if it has not. */
    public String sessionLost() {
        return sessionLost;
    }

    /** Answers to writes. */
    public List<WriteReply> replies() {
        return replies;
    }

    /** What has been said to writes so far in this turn was heeded. */
    public void forgetReplies() {
        replies.clear();
    }

    /** If above 0: the leader has dropped writes, and waits for this number. */
    public long expected() {
        return expected;
    }

    /** Answers to queries. */
    public List<Answer> answers() {
        return answers;
    }

    /** Answers to orders. */
    public List<OrderReply> orders() {
        return orders;
    }

    /** How nodes are that were asked. */
    public List<StatusReply> statuses() {
        return statuses;
    }

    /** Lines for the log. */
    public List<String> notes() {
        return notes;
    }

    /** Lines for the log that somebody should act upon. */
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
}
