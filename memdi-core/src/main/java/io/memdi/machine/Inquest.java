package io.memdi.machine;

import io.memdi.Incarnation;
import io.memdi.transport.Member;
import io.memdi.transport.Message.ProposeReply;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Whether a cluster that has lost the majority of its founders is dead, or has gone on with others of whom this node has not heard.
 *
 * <p>The founders that are gone may have been replaced before, one by one, by changes of members that passed this node by; it may even be
 * one of those on whom the new majority depends. Whoever holds such a change is bound to the cluster, and says so. But a lagging node may
 * not hold it yet, while the leader that knows is silent, and then dies. So everyone is asked twice, and has to be in the same life both
 * times: then nobody has died since the first answers were complete, and of a change that was committed before, by then at least
 * one of those who could go on with it would know; and no change can be committed after, for want of the old majority.
 *
 * <pre>
 *   question      n         n+1       n+2  ...          each to all, again and again
 *   round 1       b  .  d   .  c  .        complete: {b, c, d} in these lives, and none is bound
 *   round 2                           b c  .  d         complete, with the same lives: dead
 * </pre>
 *
 * <p>Silence is no answer, here as everywhere in the founding. It costs nothing to wait: to found another cluster takes everyone as well.
 */
final class Inquest {
    private final int others;
    private final Map<String, Incarnation> first = new LinkedHashMap<>();
    private final Map<String, Incarnation> answers = new LinkedHashMap<>();
    private long asked;
    private long since = 1;

    /** Begins without any answer, of so many others. */
    Inquest(int others) {
        this.others = others;
    }

    /** The first question will have this number: answers to those of a former opening of the directory have lower ones. */
    void numberFrom(long first) {
        asked = first - 1;
        since = first;
    }

    /** The number of the next question. */
    long ask() {
        return ++asked;
    }

    /** Begins anew. */
    void restart() {
        first.clear();
        nextRound();
    }

    private void nextRound() {
        answers.clear();
        since = asked + 1;
    }

    /**
     * Takes in an answer that comes while the founders' majority is lost.
     *
     * @return whether the cluster is dead
     */
    boolean take(Member from, ProposeReply reply) {
        if (reply.bound()) {
            restart();
            return false;
        }
        if (reply.question() >= since && reply.question() <= asked) {
            answers.put(from.name(), from.incarnation());
        }
        if (answers.size() < others) {
            return false;
        }
        boolean dead = first.equals(answers);
        first.clear();
        first.putAll(answers);
        nextRound();
        return dead;
    }
}
