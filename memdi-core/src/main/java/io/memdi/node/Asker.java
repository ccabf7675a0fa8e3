package io.memdi.node;

import io.memdi.TimedOutException;
import io.memdi.transport.EventLoop;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** How callers ask a loop about its node, or its client, and wait for the answer. Any thread. */
final class Asker {
    private final EventLoop loop;
    private final CommandQueue commands;

    Asker(EventLoop loop, CommandQueue commands) {
        this.loop = loop;
        this.commands = commands;
    }

    <T> T ask(String what, Supplier<@Nullable T> attempt, Question.Late late, long timeoutNanos) {
        return ask(new Question<>(what, attempt, late, loop.nanoTime() + timeoutNanos));
    }

    /** Of a thread that is interrupted already nothing is asked, or else it would depend on who is faster what it gets. */
    <T> T ask(Question<T> question) {
        if (Thread.currentThread().isInterrupted()) {
            throw question.interrupted(false);
        }
        if (!commands.ask(question)) {
            throw Failures.tooManyQuestions(question.what());
        }
        return question.await(loop, commands);
    }

    /** What a caller is told whose question the loop had no turn for. */
    static Question.Late noTurn(String what) {
        return waitingFor -> new TimedOutException(what + " was not answered in time: " + waitingFor);
    }

    /** Throws if operations are not taken any more. */
    void checkOpen(String what) {
        String reason = commands.refusal();
        if (reason != null) {
            throw Failures.closed(what + " was not done", reason);
        }
    }
}
