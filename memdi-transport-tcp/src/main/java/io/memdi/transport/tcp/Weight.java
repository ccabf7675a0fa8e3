package io.memdi.transport.tcp;

import io.memdi.transport.Answer;
import io.memdi.transport.ClientMessage;
import io.memdi.transport.Entry;
import io.memdi.transport.HealMessage;
import io.memdi.transport.Message;
import io.memdi.transport.Query;
import io.memdi.transport.SessionState;
import io.memdi.transport.Write;
import io.memdi.wire.Encoded;

/** About how many bytes a message holds on to while it waits, and whether it may overtake. */
final class Weight {
    /** Of a message, entry or write without what it carries. */
    private static final int BASE = 64;

    private static final int PER_KEY = 16;
    private static final int PER_DIGESTS = 16 << 10;
    private static final int PER_STORE = 256;
    private static final int PER_OUTCOME = SessionState.STRIDE * Long.BYTES;

    /** Of a key or a value that does not tell how long it is; what it takes in the end is counted once it is written. */
    private static final int UNKNOWN = 256;

    private Weight() {}

    /**
     * Whether a message may go before others that were sent earlier: small ones that say who leads and who is alive, and depend on nothing
     * that was sent before. See docs/decisions.md, "Overtaking".
     */
    static boolean mayOvertake(Message message) {
        return message instanceof Message.Heartbeat
                || message instanceof Message.HeartbeatReply
                || message instanceof Message.VoteRequest
                || message instanceof Message.VoteReply
                || message instanceof Message.HigherTerm
                || message instanceof Message.StandNow
                || message instanceof ClientMessage.Hail
                || message instanceof ClientMessage.HailReply;
    }

    static long of(Message message) {
        if (message instanceof Message.Append append) {
            long sum = BASE;
            for (Entry entry : append.entries()) {
                sum += BASE + entry.bytes();
            }
            return sum;
        }
        if (message instanceof Message.Writes writes) {
            long sum = BASE;
            for (Write write : writes.writes()) {
                sum += BASE + write.size();
            }
            return sum;
        }
        if (message instanceof HealMessage.HealPage page) {
            return BASE + page.page().bytes();
        }
        if (message instanceof HealMessage.HealRequest request) {
            return BASE + (long) PER_KEY * request.inventory().size();
        }
        if (message instanceof HealMessage.HealDigests digests) {
            return BASE + (long) PER_DIGESTS * digests.digests().size();
        }
        if (message instanceof HealMessage.HealPart part) {
            long sum = BASE + (long) PER_STORE * part.stores().size();
            for (SessionState session : part.sessions()) {
                sum += BASE + (long) PER_OUTCOME * session.size();
            }
            return sum;
        }
        if (message instanceof Message.WriteReplies replies) {
            return BASE + (long) BASE * replies.replies().size();
        }
        return message instanceof ClientMessage ofClient ? of(ofClient) : BASE;
    }

    private static long of(ClientMessage message) {
        if (message instanceof ClientMessage.SessionWrites session) {
            return of(session.writes());
        }
        if (message instanceof ClientMessage.Queries queries) {
            long sum = BASE;
            for (Query query : queries.queries()) {
                Object key = query.key();
                sum += BASE + (key == null ? 0 : bytesOf(key));
            }
            return sum;
        }
        if (message instanceof ClientMessage.Answers answers) {
            long sum = BASE;
            for (Answer answer : answers.answers()) {
                sum += of(answer);
            }
            return sum;
        }
        if (message instanceof ClientMessage.StatusReply reply) {
            return PER_STORE + (long) PER_STORE * reply.status().stores().size();
        }
        return BASE;
    }

    private static long of(Answer answer) {
        long sum = BASE;
        if (answer instanceof Answer.Found found) {
            sum += bytesOf(found.value());
        } else if (answer instanceof Answer.Listed listed) {
            for (Answer.Item item : listed.items()) {
                sum += BASE + bytesOf(item.key()) + bytesOf(item.value());
            }
        }
        return sum;
    }

    private static long bytesOf(Object object) {
        if (object instanceof Encoded encoded) {
            return encoded.size();
        }
        if (object instanceof byte[] bytes) {
            return bytes.length;
        }
        return object instanceof String text ? text.length() : UNKNOWN;
    }
}
