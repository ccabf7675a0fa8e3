package io.memdi.node;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What questions have asked of nodes, by number, and what was said to that. Only what somebody waits for is kept, and counts as news: a
 * question that was asked again has taken its earlier number back, and what comes to that is dropped. Loop only.
 *
 * <p>A question that is over has left its number behind: of those, so many are remembered, and no more.
 */
final class Correspondence {
    private static final Object NOTHING = new Object();

    private final int capacity;
    private final Map<Long, Object> awaited = new LinkedHashMap<>();
    private long last;
    private boolean news;

    /**
     * Nothing was asked yet.
     *
     * @param capacity how many numbers are remembered
     */
    Correspondence(int capacity) {
        this.capacity = capacity;
    }

    /**
     * A number for what is asked now.
     *
     * @param before under which the same was asked before, which nobody waits for any more; 0 if it was not
     */
    long ask(long before) {
        awaited.remove(before);
        awaited.put(++last, NOTHING);
        forgetSome();
        return last;
    }

    /**
     * A number for what is asked now, and may have been asked before: an answer to either will do.
     *
     * @param number under which the same was asked before; 0 if it was not
     */
    long askAgain(long number) {
        if (number == 0) {
            return ask(0);
        }
        awaited.remove(number); // so that it is the latest one
        awaited.put(number, NOTHING);
        forgetSome();
        return number;
    }

    private void forgetSome() {
        if (awaited.size() > capacity) {
            awaited.remove(awaited.keySet().iterator().next());
        }
    }

    /** A node has said something. */
    void hear(long number, Object reply) {
        if (awaited.replace(number, reply) != null) {
            news = true;
        }
    }

    /** What was said to that last, once; null if nothing was. More may come. */
    @Nullable
    Object take(long number) {
        Object reply = awaited.replace(number, NOTHING);
        return reply == NOTHING ? null : reply;
    }

    /** Nobody waits for what may be said to that. */
    void forget(long number) {
        awaited.remove(number);
    }

    /** Whether something was said that somebody waits for, since this was asked last. */
    boolean takeNews() {
        boolean was = news;
        news = false;
        return was;
    }

    /** Nobody waits for anything. */
    void clear() {
        awaited.clear();
        news = false;
    }
}
