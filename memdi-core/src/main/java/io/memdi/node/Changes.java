package io.memdi.node;

import io.memdi.transport.Message.ChangeReply;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What leaders have answered to the changes of members that this node has asked for, as far as it was not looked at. Loop only. */
final class Changes {
    private final Map<Long, ChangeReply> answers = new LinkedHashMap<>();
    private long last;

    /** Requests begin with that number. */
    Changes(long first) {
        last = first - 1;
    }

    /** A number for a request. */
    long next() {
        return ++last;
    }

    /** Keeps the latest answers: those to requests that nobody waits for any more go in the course of time. */
    void onReply(ChangeReply reply) {
        answers.put(reply.request(), reply);
        if (answers.size() > Defaults.QUESTIONS) {
            answers.remove(answers.keySet().iterator().next());
        }
    }

    /** The latest answer to a request, once; null if there is none. */
    @Nullable
    ChangeReply take(long request) {
        return answers.remove(request);
    }
}
