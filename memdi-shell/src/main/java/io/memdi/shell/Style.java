package io.memdi.shell;

/** What a piece of text is, which decides its colour. */
enum Style {
    PLAIN(""),
    GOOD("32"),
    BAD("31"),
    STRONG("1"),
    FAINT("2"),
    LEADER("1;36");

    private final String code;

    Style(String code) {
        this.code = code;
    }

    /** The text, wrapped in this style's escape sequence. */
    String paint(String text) {
        return code.isEmpty() || text.isEmpty() ? text : "\u001b[" + code + "m" + text + "\u001b[0m";
    }
}
