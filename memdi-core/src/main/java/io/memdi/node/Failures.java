package io.memdi.node;

import io.memdi.CodecException;
import io.memdi.NoLeaderException;
import io.memdi.NodeClosedException;
import io.memdi.NotAppliedException;
import io.memdi.NotReadyException;
import io.memdi.OutcomeUnknownException;
import io.memdi.OverloadedException;
import io.memdi.TimedOutException;

/** What callers are told: what happened to the operation, and what to do. Each operation says what it is, as in "put in store x". */
final class Failures {
    private static final String FIND_OUT = "; it will not be applied twice. To find out, read the key at LINEARIZABLE";

    private Failures() {}

    static RuntimeException timedOut(String operation, boolean sent, boolean leaderKnown) {
        if (sent) {
            return new OutcomeUnknownException(operation
                    + " may have been applied: it was sent to the leader, and no answer came in time" + FIND_OUT);
        }
        if (!leaderKnown) {
            return new NoLeaderException(operation
                    + " was not applied: no leader was known here in time. Issue it again once the cluster has a leader;"
                    + " status() tells what is waited for");
        }
        return new TimedOutException(operation
                + " was not applied: earlier writes from here, a leader that takes none at the moment, or a pause of this process kept"
                + " it waiting until its time was up. Issue it again, with more time or fewer writes at once");
    }

    static RuntimeException readTimedOut(String operation, boolean leaderKnown) {
        String message = operation + " was not answered in time: ";
        return leaderKnown
                ? new TimedOutException(message
                        + "this node has not received, or could not confirm, what the read asks for, or was paused. Issue it again,"
                        + " or read at a level, or a revision, that waits for less")
                : new NoLeaderException(
                        message + "no leader is known to this node, and the read has to wait for one. Issue it"
                                + " again once the cluster has a leader, or read at LOCAL");
    }

    static RuntimeException interrupted(Call<?> call, boolean sent) {
        if (sent) {
            return new OutcomeUnknownException(call.what()
                    + " may have been applied: the thread was interrupted while it waited for the answer" + FIND_OUT);
        }
        return new NotAppliedException(call.undone() + ": the thread was interrupted before that");
    }

    static RuntimeException closed(Call<?> call, boolean sent, String reason) {
        if (sent) {
            return new OutcomeUnknownException(
                    call.what() + " may have been applied: it was sent to the leader, and then " + reason + FIND_OUT);
        }
        return closed(call.undone(), reason);
    }

    /** The same, of what never became a call: with the words for what has not happened. */
    static RuntimeException closed(String undone, String reason) {
        return new NodeClosedException(undone + ": " + sentence(reason) + " Issue it at another node");
    }

    static RuntimeException walkEnded(String operation, String reason) {
        return new NodeClosedException(
                operation + " ended before its last key: " + sentence(reason) + " Start it again at another node");
    }

    static RuntimeException readHidden(String operation) {
        return new NotReadyException(operation
                + " was not answered in time: this node is not ready, and does not hold yet what its cluster holds."
                + " awaitReady and status() say what it waits for. Issue it again then, or at another node");
    }

    static RuntimeException notWhole(String operation) {
        return new NotReadyException(operation
                + " ended before its last key: this node is not ready yet, or had fallen behind its leader's log, and heals."
                + " Start it again, here once the node is ready, or at another node");
    }

    private static String sentence(String reason) {
        return reason.endsWith(".") ? reason : reason + '.';
    }

    /** Of what was asked of another node, other than a write. */
    static RuntimeException underWay(String operation, String reason) {
        return new OutcomeUnknownException(operation + " may take place yet: the leader was asked for it, and then "
                + reason + ". To find out, look at leader() on a node that runs");
    }

    static RuntimeException lostSession(String operation, String reason) {
        return new OutcomeUnknownException(
                operation + " may have been applied: " + reason + " before the answer came" + FIND_OUT);
    }

    static RuntimeException overloaded(Call<?> call, int capacity) {
        return new OverloadedException(call.undone() + ": there are " + capacity
                + " open operations here already, as many as queueCapacity allows. Wait until some have ended and their futures are completed,"
                + " then issue it again");
    }

    static RuntimeException inquiryTimedOut(String operation, boolean leaderKnown) {
        String message = operation + " was not answered in time: ";
        return leaderKnown
                ? new TimedOutException(message
                        + "no node that this client reaches held, or could confirm, what the read asks for. Issue it again, or read at a"
                        + " level, or a revision, that waits for less")
                : new NoLeaderException(
                        message
                                + "this client knows no leader; status() tells what it waits for. Issue it again once the cluster has one");
    }

    static RuntimeException refused(String undone, String reason) {
        return new OverloadedException(undone + ": " + sentence(reason));
    }

    static RuntimeException tooManyQuestions(String what) {
        return new OverloadedException(
                what + " was not done: " + Defaults.QUESTIONS
                        + " calls that neither read nor write are waiting already, as many as may. Wait until some have ended, then issue it again");
    }

    static CodecException codec(String codec, String problem, Throwable cause) {
        return new CodecException(
                "nothing was applied: codec \"" + codec + "\" has thrown when it was asked for " + problem + ": "
                        + cause,
                cause);
    }
}
