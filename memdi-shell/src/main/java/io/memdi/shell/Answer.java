package io.memdi.shell;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a command has to say.
 *
 * @param lines for people; none if it has printed all that it had to say
 * @param facts what is worth knowing besides, in a few words each
 * @param value for programs: what was asked for, and nothing else; null if nothing was
 * @param data for programs that want JSON: what there is to know, by name
 * @param verdict how it went
 */
record Answer(
        List<String> lines,
        List<String> facts,
        @Nullable String value,
        Map<String, @Nullable Object> data,
        Verdict verdict) {

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
        data = Collections.unmodifiableMap(new LinkedHashMap<>(data));
    }

    private Answer(List<String> lines, List<String> facts, @Nullable String value, Verdict verdict) {
        this(lines, facts, value, Map.of(), verdict);
    }

    /** Something was done. */
    static Answer done(String line, String... facts) {
        return new Answer(List.of(line), List.of(facts), null, Verdict.YES);
    }

    /**
     * Something about the cluster was changed, which whoever ran a script wants to read afterwards too: the line is for people and for
     * programs.
     */
    static Answer changed(String line, String... facts) {
        return new Answer(List.of(line), List.of(facts), line, Map.of("message", line), Verdict.YES);
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

    /** Everything was printed already. */
    static Answer told() {
        return new Answer(List.of(), List.of(), null, Verdict.YES);
    }

    static Answer quit() {
        return new Answer(List.of(), List.of(), null, Verdict.QUIT);
    }

    /** The same with more facts. */
    Answer and(List<String> more) {
        List<String> all = new ArrayList<>(facts);
        all.addAll(more);
        return new Answer(lines, all, value, data, verdict);
    }

    Answer and(String fact) {
        return and(List.of(fact));
    }

    /** The same with something to know; what {@link Json} can write. */
    Answer with(String name, @Nullable Object known) {
        Map<String, @Nullable Object> more = new LinkedHashMap<>(data);
        more.put(name, known);
        return new Answer(lines, facts, value, more, verdict);
    }
}
