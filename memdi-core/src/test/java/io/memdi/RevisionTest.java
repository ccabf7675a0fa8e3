package io.memdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RevisionTest {
    @Test
    void whatItPrintsItReads() {
        for (Revision revision :
                new Revision[] {Revision.NONE, new Revision(3, 17), new Revision(Long.MAX_VALUE, Long.MAX_VALUE)}) {
            assertThat(Revision.parse(revision.toString())).isEqualTo(revision);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "3", "3.", ".17", "3.x", "-1.2", "1.-2", "1.2.3", " 1.2", "9223372036854775808.1"})
    void whatIsNoRevisionIsRefused(String text) {
        assertThatThrownBy(() -> Revision.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
