package io.memdi.transport.tcp;

import io.memdi.transport.Entry;
import io.memdi.transport.Message;
import io.memdi.transport.Write;

/** About how many bytes a message holds on to while it waits, and whether it may overtake. */
final class Weight {
    /** Of a message, entry or write without what it carries. */
    private static final int BASE = 64;

    private static final int PER_KEY = 16;
    private static final int PER_STORE = 16 << 10;
    private static final int PER_SESSION = 256;

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
                || message instanceof Message.StandNow;
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
        if (message instanceof Message.HealPage page) {
            return BASE + page.page().bytes();
        }
        if (message instanceof Message.HealRequest request) {
            return BASE + (long) PER_KEY * request.inventory().size();
        }
        if (message instanceof Message.HealOpened opened) {
            return BASE
                    + (long) PER_STORE * opened.stores().size()
                    + (long) PER_SESSION * opened.sessions().size();
        }
        if (message instanceof Message.WriteReplies replies) {
            return BASE + (long) BASE * replies.replies().size();
        }
        return BASE;
    }
}
