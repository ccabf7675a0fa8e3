package io.memdi.shell;

import io.memdi.Role;
import io.memdi.Status;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a node's log says of its being ready: when it is, and, as long as it is not, every so often what it waits for. (The node itself
 * says that once, when it begins or changes.)
 */
final class WaitLog {
    /** Between two lines about the same wait. */
    static final Duration PAUSE = Duration.ofSeconds(30);

    /** Whether the last line said that it is ready. */
    private boolean said;

    private boolean ready;
    private boolean waits;
    private long since;
    private long saidAt;

    /** Whether the node was ready when it was last looked at. */
    boolean isReady() {
        return ready;
    }

    /** The line that is due now that the node is ready; null if none is. */
    @Nullable
    String ready(Status status) {
        boolean due = !said;
        said = true;
        ready = true;
        waits = false;
        if (!due) {
            return null;
        }
        String term = " in term " + status.term();
        if (status.role() == Role.LEADER) {
            return "ready, leads" + term;
        }
        return "ready" + (status.leader() == null ? "" : ", follows " + status.leader() + term);
    }

    /** The line that is due now that the node is not ready; null if none is. */
    @Nullable
    String waiting(String reason, long now) {
        ready = false;
        if (!waits) {
            waits = true;
            since = now;
            saidAt = now;
        }
        if (now - saidAt < PAUSE.toNanos()) {
            return null;
        }
        saidAt = now;
        said = false;
        return "is not ready, for " + Duration.ofNanos(now - since).toSeconds() + " s now; waits: " + reason;
    }
}
