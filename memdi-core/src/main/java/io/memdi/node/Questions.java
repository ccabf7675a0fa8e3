package io.memdi.node;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Questions about the node that could not be answered at once. Loop only; so many wait, and no more. */
final class Questions {
    private final List<Question<?>> waiting = new ArrayList<>();
    private final Completions completions;
    private final Supplier<String> waitingFor;

    Questions(Completions completions, Supplier<String> waitingFor) {
        this.completions = completions;
        this.waitingFor = waitingFor;
    }

    void add(Question<?> question) {
        if (answered(question)) {
            return;
        }
        if (waiting.size() < Defaults.QUESTIONS) {
            waiting.add(question);
        } else {
            question.end((Failure) () -> Failures.tooManyQuestions(question.what()), completions);
        }
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Tries them all; within a turn. */
    void answer(long now) {
        if (!waiting.isEmpty()) {
            waiting.removeIf(question -> question.isWithdrawn() || answered(question) || ranOut(question, now));
        }
    }

    private boolean answered(Question<?> question) {
        Object answer = question.attempt();
        if (answer != null) {
            question.end(answer, completions);
        }
        return answer != null;
    }

    private boolean ranOut(Question<?> question, long now) {
        boolean late = question.deadline - now <= 0;
        if (late) {
            String reason = waitingFor.get();
            question.end((Failure) () -> question.late(reason), completions);
        }
        return late;
    }

    void close(String reason) {
        for (Question<?> question : waiting) {
            boolean sent = !question.withdraw();
            question.end((Failure) () -> question.closed(sent, reason), completions);
        }
        waiting.clear();
    }

    long deadline() {
        long due = Long.MAX_VALUE;
        for (Question<?> question : waiting) {
            due = Math.min(due, question.deadline);
        }
        return due;
    }
}
