package io.memdi.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class WordsTest {
    @Test
    void splitsAtSpaces() {
        assertThat(Words.of("  put  a\tb ")).containsExactly("put", "a", "b");
        assertThat(Words.of("")).isEmpty();
        assertThat(Words.of(" \t ")).isEmpty();
    }

    @Test
    void keepsQuotedWordsTogether() {
        assertThat(Words.of("put \"a b\" 'c \"d\"'")).containsExactly("put", "a b", "c \"d\"");
        assertThat(Words.of("x\"y z\"w")).containsExactly("xy zw");
        assertThat(Words.of("put a ''")).containsExactly("put", "a", "");
    }

    @Test
    void escapesWithinDoubleQuotesOnly() {
        assertThat(Words.of("\"a\\\"b\\\\c\\d\"")).containsExactly("a\"b\\c\\d");
        assertThat(Words.of("a\\b 'c\\'")).containsExactly("a\\b", "c\\");
    }

    @Test
    void quotesWhatItReads() {
        for (String word : List.of("a", "", "a b", "it's", "say \"hi\"", "back\\slash", "\\\" \\", "--ack", "é")) {
            assertThat(Words.of("get " + Words.quoted(word))).containsExactly("get", word);
        }
        assertThat(Words.quoted("plain")).isEqualTo("plain");
    }

    @Test
    void refusesAnOpenQuote() {
        assertThatThrownBy(() -> Words.of("put a \"b"))
                .isInstanceOf(UsageFailure.class)
                .hasMessage("a quote is not closed: type a second \", or put a quote of the other kind around it");
    }
}
