package io.memdi.shell;

import io.memdi.shell.Answer.Verdict;
import io.memdi.shell.Shell.Reader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Prints what commands have to say, for whoever reads it. */
final class Printer {
    private final Screen screen;
    private final Reader reader;

    Printer(Screen screen, Reader reader) {
        this.screen = screen;
        this.reader = reader;
    }

    Reader reader() {
        return reader;
    }

    void answer(String command, Answer answer, long nanos) {
        boolean told = answer.lines().isEmpty() && answer.value() == null;
        if (told || answer.verdict() == Verdict.QUIT) {
            return;
        }
        switch (reader) {
            case PERSON -> forPerson(answer, nanos);
            case PROGRAM -> forProgram(answer);
            case JSON -> json(command, answer, nanos);
        }
    }

    private void forProgram(Answer answer) {
        @Nullable String value = answer.value();
        if (value != null) {
            screen.line(value);
        } else if (answer.verdict() == Verdict.NO) {
            screen.error(answer.lines().get(0));
        }
    }

    private void forPerson(Answer answer, long nanos) {
        List<String> lines = new ArrayList<>(answer.lines());
        List<String> facts = new ArrayList<>(answer.facts());
        facts.add(Times.of(nanos));
        String end = screen.paint(Style.FAINT, "(" + String.join(", ", facts) + ")");
        if (lines.size() == 1) {
            lines.set(0, lines.get(0) + "   " + end);
        } else {
            lines.add(end);
        }
        lines.forEach(screen::line);
    }

    private void json(String command, Answer answer, long nanos) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("command", command);
        object.put("result", answer.verdict() == Verdict.YES ? "ok" : "no");
        if (answer.value() == null) {
            object.put("message", answer.lines().get(answer.lines().size() - 1));
        } else if (answer.data().isEmpty()) {
            object.put("lines", answer.lines());
        }
        object.putAll(answer.data());
        object.put("micros", nanos / 1000);
        screen.line(Json.of(object));
    }

    /** A part of an answer, for {@link Reader#JSON} only. */
    void json(Map<String, @Nullable Object> object) {
        screen.line(Json.of(object));
    }

    /**
     * A command has failed.
     *
     * @param command what was typed first; empty if that is not known
     * @param number of the line in a script; 0 if it is not in one
     * @param problem a line
     * @param nanos how long it took until that was known; 0 if nothing was tried
     */
    void failure(String command, long number, String problem, long nanos) {
        if (reader == Reader.JSON) {
            Map<String, @Nullable Object> object = new LinkedHashMap<>();
            object.put("command", command);
            object.put("result", "failed");
            object.put("error", problem);
            if (number > 0) {
                object.put("line", number);
            }
            object.put("micros", nanos / 1000);
            screen.line(Json.of(object));
            return;
        }
        String origin = number > 0 ? "line " + number + ": " : "";
        String after = reader == Reader.PERSON && nanos > 0 ? " (" + Times.of(nanos) + ")" : "";
        screen.error(origin + problem + after);
    }
}
