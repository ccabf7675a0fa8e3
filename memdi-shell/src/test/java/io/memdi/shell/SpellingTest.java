package io.memdi.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SpellingTest {
    @Test
    void countsChanges() {
        assertThat(Spelling.distance("", "")).isZero();
        assertThat(Spelling.distance("", "abc")).isEqualTo(3);
        assertThat(Spelling.distance("kitten", "sitting")).isEqualTo(3);
        assertThat(Spelling.distance("put", "putt")).isEqualTo(1);
    }

    @Test
    void findsTheNearestOrNone() {
        List<String> known = List.of("put", "get", "status", "heal", "help");
        assertThat(Spelling.nearest("putt", known)).isEqualTo("put");
        assertThat(Spelling.nearest("STATSU", known)).isEqualTo("status");
        assertThat(Spelling.nearest("helpp", known)).isEqualTo("help");
        assertThat(Spelling.nearest("x", known)).isNull();
        assertThat(Spelling.nearest("frobnicate", known)).isNull();
    }
}
