package io.memdi.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTest {
    @Test
    void writesValues() {
        assertThat(Json.of(null)).isEqualTo("null");
        assertThat(Json.of(true)).isEqualTo("true");
        assertThat(Json.of(-1)).isEqualTo("-1");
        assertThat(Json.of(1L << 60)).isEqualTo("1152921504606846976");
        assertThat(Json.of(Arrays.asList(1, null, "x"))).isEqualTo("[1,null,\"x\"]");
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("b", 1);
        map.put("a \"b\"", List.of(Map.of()));
        assertThat(Json.of(map)).isEqualTo("{\"b\":1,\"a \\\"b\\\"\":[{}]}");
    }

    @Test
    void escapesWhatMustBe() {
        assertThat(Json.of("a\\b\"c\nd\te\u0000\u007f")).isEqualTo("\"a\\\\b\\\"c\\nd\\u0009e\\u0000\\u007f\"");
        assertThat(Json.of("São ✓ 😀")).isEqualTo("\"São ✓ 😀\"");
        assertThat(Json.of("\ud83d")).isEqualTo("\"\\ud83d\"");
        assertThat(Json.of("\ud83dx\ude00")).isEqualTo("\"\\ud83dx\\ude00\"");
    }

    @Test
    void refusesWhatItDoesNotKnow() {
        assertThatThrownBy(() -> Json.of(1.5)).isInstanceOf(IllegalArgumentException.class);
    }
}
