package io.memdi.shell;

import io.memdi.Ack;
import io.memdi.ReadLevel;
import java.util.List;
import java.util.Locale;

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

    /** The levels of acknowledgement that a cluster without storage has. */
    static final List<String> ACKS = List.of(Ack.LEADER_MEMORY, Ack.QUORUM_MEMORY).stream()
            .map(Kind::word)
            .toList();

    static final List<String> LEVELS =
            List.of(ReadLevel.values()).stream().map(Kind::word).toList();

    private final String label;

    Kind(String label) {
        this.label = label;
    }

    String label() {
        return label;
    }

    /** A constant as it is typed: {@code quorum-memory}. */
    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
