package io.memdi.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.memdi.Codec;
import io.memdi.MemdiNode;
import io.memdi.ReadLevel;
import io.memdi.Store;
import io.memdi.StoreOptions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A store that was opened with a level of its own reads at that, whichever way it is asked. */
class StoreReadLevelTest {
    private static Store<String, String> store(MemdiNode node, ReadLevel level) {
        StoreOptions options = StoreOptions.defaults().withReadLevel(level);
        return node.store("levels", Codec.string(), Codec.string(), options);
    }

    private static void requireFound(Trio trio, Store<String, String> store, @Nullable String value) {
        assertThat(store.get("k")).isEqualTo(value);
        assertThat(store.containsKey("k")).isEqualTo(value != null);
        assertThat(store.getVersioned("k") == null).isEqualTo(value == null);
        assertThat(store.size()).isEqualTo(value == null ? 0 : 1);
        assertThat(trio.network.join(store.async().get("k"), Trio.LONG)).isEqualTo(value);
    }

    /** The leader has executed the write, and nobody else has it: no time passes until somebody waits. */
    @ParameterizedTest
    @EnumSource(ReadLevel.class)
    void onALeaderThatHasNotCommittedTheWrite(ReadLevel level) {
        try (Trio trio = Trio.ready(51)) {
            Store<String, String> store = store(trio.leader(), level);
            store.put("k", "v");
            requireFound(trio, store, level == ReadLevel.COMMITTED ? null : "v");
        }
    }

    @ParameterizedTest
    @EnumSource(ReadLevel.class)
    void onAFollowerThatDoesNotHaveTheWrite(ReadLevel level) {
        try (Trio trio = Trio.ready(52)) {
            Store<String, String> store = store(trio.follower(), level);
            store(trio.leader(), level).put("k", "v");
            requireFound(trio, store, level == ReadLevel.LINEARIZABLE ? "v" : null);
        }
    }
}
