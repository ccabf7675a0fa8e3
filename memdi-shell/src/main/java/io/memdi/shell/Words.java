package io.memdi.shell;

import java.util.ArrayList;
import java.util.List;

/**
 * Splits a line into words, at spaces. Double or single quotes keep what is between them together; within double quotes, a
 * backslash takes a double quote or a backslash as it is. Everything else stands for itself.
 */
final class Words {
    private static final char NONE = 0;

    private final String line;
    private final List<String> words = new ArrayList<>();
    private final StringBuilder word = new StringBuilder();
    private boolean inWord;
    private char quote = NONE;

    private Words(String line) {
        this.line = line;
    }

    /** @throws UsageFailure if a quote is not closed */
    static List<String> of(String line) {
        Words words = new Words(line);
        words.split();
        if (words.quote != NONE) {
            throw new UsageFailure("a quote is not closed: type a second " + words.quote
                    + ", or put a quote of the other kind around it");
        }
        return words.words;
    }

    /** The word as it must be typed. */
    static String quoted(String word) {
        boolean plain = !word.isEmpty()
                && !word.startsWith("--")
                && word.chars().noneMatch(c -> c == '"' || c == '\'' || Character.isWhitespace(c));
        return plain ? word : '"' + word.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private void split() {
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (quote != NONE) {
                i = inQuotes(c, i);
            } else if (c == '"' || c == '\'') {
                quote = c;
                inWord = true;
            } else if (Character.isWhitespace(c)) {
                endWord();
            } else {
                word.append(c);
                inWord = true;
            }
        }
        endWord();
    }

    /** Takes in a character between quotes; returns the place of the last character that this took. */
    private int inQuotes(char c, int at) {
        if (c == quote) {
            quote = NONE;
            return at;
        }
        boolean escapes = quote == '"' && c == '\\' && at + 1 < line.length();
        char next = escapes ? line.charAt(at + 1) : NONE;
        if (next == '"' || next == '\\') {
            word.append(next);
            return at + 1;
        }
        word.append(c);
        return at;
    }

    private void endWord() {
        if (inWord) {
            words.add(word.toString());
            word.setLength(0);
            inWord = false;
        }
    }
}
