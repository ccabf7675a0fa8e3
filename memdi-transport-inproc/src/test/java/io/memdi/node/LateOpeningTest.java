package io.memdi.node;

import static io.memdi.node.Trio.LONG;
import static io.memdi.node.Trio.STORE;
import static io.memdi.node.Trio.store;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memdi.Ack;
import io.memdi.Codec;
import io.memdi.CodecException;
import io.memdi.Memdi;
import io.memdi.MemdiNode;
import io.memdi.NodeClosedException;
import io.memdi.ReadOptions;
import io.memdi.Revision;
import io.memdi.Store;
import io.memdi.WriteOptions;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A store that some nodes have opened and others have not: those hold it as bytes, until they open it. */
class LateOpeningTest {
    private static final WriteOptions QUORUM = WriteOptions.ack(Ack.QUORUM_MEMORY);

    private static void requireSame(MemdiNode one, MemdiNode other) {
        Revision at = store(one).put("last", "write", QUORUM);
        assertThat(store(other).get("last", ReadOptions.local().atLeast(at))).isEqualTo("write");
        store(other).get("last", ReadOptions.linearizable());
        assertThat(contents(other)).isEqualTo(contents(one));
        assertThat(other.status().stores()).isEqualTo(one.status().stores());
    }

    private static Map<String, String> contents(MemdiNode node) {
        Map<String, String> contents = new HashMap<>();
        store(node).forEach((key, value) -> assertThat(contents.put(key, value)).isNull());
        return contents;
    }

    @Test
    void aFollowerThatOpensLateHasItAll() {
        try (Trio trio = Trio.framed(71)) {
            Store<String, String> store = store(trio.leader());
            for (int i = 0; i < 3000; i++) {
                store.put("k" + i, "v" + i);
                if (i % 3 == 0) {
                    store.remove("k" + i / 2);
                }
            }
            requireSame(trio.leader(), trio.follower());
            Store<String, String> late = store(trio.otherFollower());
            assertThat(late.get("k2999", ReadOptions.linearizable())).isEqualTo("v2999");
            late.put("own", "write", QUORUM);
            requireSame(trio.leader(), trio.otherFollower());
        }
    }

    /** What is on its way, and what the leader has executed and not committed, meet the opening in the middle. */
    @Test
    void aLeaderDecidesAboutBytesAndThenAboutObjects() {
        try (Trio trio = Trio.framed(72)) {
            MemdiNode leader = trio.leader();
            Store<String, String> follower = store(trio.follower());
            Revision first = follower.put("k", "1", QUORUM);
            assertThat(follower.putIfAbsent("k", "2")).isFalse();
            assertThat(follower.replace("k", first, "2")).isTrue();
            assertThat(follower.replace("k", first, "3")).isFalse();
            for (int i = 0; i < 2000; i++) {
                follower.put("k" + i, "v" + i);
            }
            CompletableFuture<?> last = CompletableFuture.completedFuture(null);
            for (int i = 0; i < 500; i++) {
                last = follower.async().put("k" + i % 50, "w" + i, QUORUM);
            }
            Store<String, String> late = store(leader);
            CompletableFuture<?> written = last;
            trio.await(written::isDone);
            assertThat(written).isCompleted();
            assertThat(late.get("k", ReadOptions.linearizable())).isEqualTo("2");
            assertThat(late.get("k49", ReadOptions.linearizable())).isEqualTo("w499");
            assertThat(late.remove("k")).isTrue();
            assertThat(follower.get("k", ReadOptions.linearizable())).isNull();
            requireSame(leader, trio.follower());
        }
    }

    /** Nobody but the caller's node knows the codecs; another leader is elected, and a node comes back and heals. */
    @Test
    void bytesAreHandedOnAsTheyCame() {
        try (Trio trio = Trio.framed(73)) {
            MemdiNode caller = trio.follower();
            Store<String, String> store = store(caller);
            for (int i = 0; i < 500; i++) {
                store.put("k" + i, "v" + i, QUORUM);
            }
            String old = trio.leader().name();
            trio.network.crash(old);
            store.put("after", "the crash", QUORUM);
            try (MemdiNode back = Memdi.node(old)
                    .transport(trio.frames)
                    .bootstrap("a", "b", "c")
                    .start()) {
                back.awaitReady(LONG);
                store.put("after", "the return", QUORUM);
                assertThat(store(back).get("after", ReadOptions.linearizable())).isEqualTo("the return");
                requireSame(caller, back);
            }
        }
    }

    /** They have read everything once, and then fail on the same bytes: what this node would show is unknown, so it shows nothing. */
    @ParameterizedTest
    @MethodSource("io.memdi.node.Thrown#each")
    void codecsThatFailInTheMiddleEndTheNode(Throwable thrown) {
        try (Trio trio = Trio.framed(75)) {
            Store<String, String> store = store(trio.leader());
            for (int i = 0; i < 500; i++) {
                store.put("k" + i, "v" + i, QUORUM);
            }
            MemdiNode late = trio.follower();
            store(trio.otherFollower()).get("k499", ReadOptions.linearizable());
            trio.await(() ->
                    late.status().committed().isAtLeast(trio.leader().status().committed()));
            int[] decoded = new int[1];
            Codec<String> wearsOut = new Codec<>() {
                @Override
                public String name() {
                    return "string";
                }

                @Override
                public int hash(String value) {
                    return value.hashCode();
                }

                @Override
                public byte[] encode(String value) {
                    return value.getBytes(StandardCharsets.UTF_8);
                }

                @Override
                public String decode(byte[] bytes) {
                    if (++decoded[0] > 500) {
                        throw Thrown.now(thrown);
                    }
                    return new String(bytes, StandardCharsets.UTF_8);
                }
            };
            assertThatThrownBy(() -> late.store(STORE, Codec.string(), wearsOut))
                    .isInstanceOf(NodeClosedException.class);
            assertThat(late.status().waitingFor()).contains("half opened when its codecs failed");
            assertThat(store.put("k", "v", QUORUM)).isNotNull();
        }
    }

    /** Codecs that cannot read what is there are told so, and the node goes on with bytes. */
    @ParameterizedTest
    @MethodSource("io.memdi.node.Thrown#each")
    void codecsThatCannotReadWhatIsThereChangeNothing(Throwable thrown) {
        try (Trio trio = Trio.framed(74)) {
            Store<String, String> store = store(trio.leader());
            for (int i = 0; i < 500; i++) {
                store.put("k" + i, "v" + i, QUORUM);
            }
            MemdiNode late = trio.follower();
            Codec<String> broken = new Codec<>() {
                @Override
                public String name() {
                    return "string";
                }

                @Override
                public int hash(String value) {
                    return value.hashCode();
                }

                @Override
                public byte[] encode(String value) {
                    return value.getBytes(StandardCharsets.UTF_8);
                }

                @Override
                public String decode(byte[] bytes) {
                    throw Thrown.now(thrown);
                }
            };
            assertThatThrownBy(() -> late.store(STORE, Codec.string(), broken))
                    .isInstanceOf(CodecException.class)
                    .hasMessageContaining("nothing was changed")
                    .hasMessageContaining(STORE)
                    .hasMessageContaining("moody");
            assertThatThrownBy(() -> late.store(STORE, hashless(thrown), Codec.string()))
                    .isInstanceOf(CodecException.class)
                    .hasMessageContaining("hash of a key");
            store.put("k", "v", QUORUM);
            assertThat(store(late).get("k", ReadOptions.linearizable())).isEqualTo("v");
            requireSame(trio.leader(), late);
        }
    }

    private static Codec<String> hashless(Throwable thrown) {
        return new Codec<>() {
            @Override
            public String name() {
                return "string";
            }

            @Override
            public int hash(String value) {
                throw Thrown.now(thrown);
            }

            @Override
            public byte[] encode(String value) {
                return Codec.string().encode(value);
            }

            @Override
            public String decode(byte[] bytes) {
                return Codec.string().decode(bytes);
            }
        };
    }
}
