package io.memdi.machine;

import io.memdi.Role;
import io.memdi.log.Mistake;
import io.memdi.transport.Member;
import io.memdi.transport.Message.ReadReply;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Linearizable reads without a log entry (Raft dissertation, 6.4). The read index is the leader's last index when asked, so that it
 * covers what was acknowledged from the leader's memory alone; it is given out once that index is committed, which includes an
 * entry of the leader's own term, and a quorum has answered a heartbeat round that began after the request. All reads of one
 * turn share a round.
 */
final class ReadIndex {
    private static final int MAX_WAITING = 4096;

    private final Core core;
    private final Heartbeat heartbeat;
    private final List<Asked> fresh = new ArrayList<>();
    private final ArrayDeque<Asked> waiting = new ArrayDeque<>();

    private record Asked(Member reader, long request, long index, long round) {}

    ReadIndex(Core core, Heartbeat heartbeat) {
        this.core = core;
        this.heartbeat = heartbeat;
    }

    /** A node asks. Beyond a bound it gets no answer, and asks again. */
    void onRequest(Member reader, long request) {
        if (core.role == Role.LEADER && waiting.size() + fresh.size() < MAX_WAITING) {
            long index = core.plants(Mistake.READS_WITHOUT_OWN_COMMIT) ? core.committed : core.log.lastIndex();
            fresh.add(new Asked(reader, request, index, 0));
        }
    }

    /** Begins a round for the requests of this turn. */
    void beginRound() {
        if (!fresh.isEmpty()) {
            long round = heartbeat.beat();
            for (Asked asked : fresh) {
                waiting.add(new Asked(asked.reader(), asked.request(), asked.index(), round));
            }
            fresh.clear();
        }
    }

    /** Answers what is confirmed by now. */
    void answer() {
        long confirmed = waiting.isEmpty() ? 0 : heartbeat.confirmedRound();
        while (!waiting.isEmpty()
                && waiting.getFirst().round() <= confirmed
                && waiting.getFirst().index() <= core.committed) {
            Asked asked = waiting.removeFirst();
            ReadReply reply = new ReadReply(asked.request(), asked.index());
            if (core.isSelf(asked.reader())) {
                core.effects.read(reply);
            } else {
                core.send(asked.reader(), reply);
            }
        }
    }

    void end() {
        fresh.clear();
        waiting.clear();
    }
}
