package io.memdi.shell;

import io.memdi.Ack;
import io.memdi.ReadLevel;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** What an argument of a command is: how it is called in a usage line, and what completes it. */
enum Kind {
    KEY("KEY"),
    VALUE("VALUE"),
    REVISION("REVISION"),
    PREFIX("PREFIX"),
    NODE("NODE"),
    NAME("NAME"),
    GROUP("GROUP"),
    FILE("FILE"),
    COMMAND("COMMAND"),
    NUMBER("N"),
    ACK("LEVEL"),
    LEVEL("LEVEL"),
    /** An option that stands alone. */
    NOTHING("");

    static final List<String> ACKS = words(Ack.values());

    static final List<String> LEVELS = words(ReadLevel.values());

    private final String label;

    Kind(String label) {
        this.label = label;
    }

    String label() {
        return label;
    }

    /** Constants as they are typed. */
    static List<String> words(Enum<?>[] constants) {
        return Stream.of(constants).map(Kind::word).toList();
    }

    /** A constant as it is typed: {@code quorum-memory}. */
    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
