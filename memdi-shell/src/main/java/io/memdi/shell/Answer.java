package io.memdi.shell;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a command has to say.
 *
 * @param lines for people
 * @param facts what is worth knowing besides, in a few words each
 * @param value for programs: what was asked for, and nothing else; null if nothing was
 * @param verdict how it went
 */
record Answer(
        List<String> lines, List<String> facts, @Nullable String value, Verdict verdict) {

    enum Verdict {
        YES,
        /** What was asked is not so: the key is absent, the condition does not hold. No failure. */
        NO,
        /** The shell ends. */
        QUIT
    }

    Answer {
        lines = List.copyOf(lines);
        facts = List.copyOf(facts);
    }

    /** Something was done. */
    static Answer done(String line, String... facts) {
        return new Answer(List.of(line), List.of(facts), null, Verdict.YES);
    }

    /** Something was asked for: the line is for people, the value for programs. */
    static Answer value(String line, String value, String... facts) {
        return new Answer(List.of(line), List.of(facts), value, Verdict.YES);
    }

    /** Something was asked for that fills lines. */
    static Answer lines(List<String> lines) {
        return new Answer(lines, List.of(), String.join(System.lineSeparator(), lines), Verdict.YES);
    }

    static Answer no(String line, String... facts) {
        return new Answer(List.of(line), List.of(facts), null, Verdict.NO);
    }

    static Answer quit() {
        return new Answer(List.of(), List.of(), null, Verdict.QUIT);
    }
}
