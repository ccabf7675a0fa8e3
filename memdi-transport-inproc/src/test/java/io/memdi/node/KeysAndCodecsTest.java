package io.memdi.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memdi.Ack;
import io.memdi.Codec;
import io.memdi.CodecException;
import io.memdi.Memdi;
import io.memdi.MemdiClient;
import io.memdi.MemdiNode;
import io.memdi.ReadOptions;
import io.memdi.Revision;
import io.memdi.Store;
import io.memdi.WriteOptions;
import io.memdi.WrongCodecException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Keys and codecs that do not keep to their contract, or do not agree, harm nobody but their own calls. */
class KeysAndCodecsTest {
    /** A key whose comparison fails, with everything but itself. */
    private static final class Prickly {
        private final String text;
        private final Throwable thrown;

        Prickly(String text, Throwable thrown) {
            this.text = text;
            this.thrown = thrown;
        }

        @Override
        public boolean equals(Object other) {
            if (this != other && !(other instanceof Prickly same && same.text.equals(text))) {
                throw Thrown.now(thrown);
            }
            return true;
        }

        @Override
        public int hashCode() {
            return 1;
        }
    }

    private record PricklyCodec(Throwable thrown) implements Codec<Prickly> {
        @Override
        public String name() {
            return "prickly";
        }

        @Override
        public byte[] encode(Prickly key) {
            return key.text.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public Prickly decode(byte[] bytes) {
            return new Prickly(new String(bytes, StandardCharsets.UTF_8), thrown);
        }

        @Override
        public int hash(Prickly key) {
            return 1;
        }
    }

    @ParameterizedTest
    @MethodSource("io.memdi.node.Thrown#each")
    void aKeyThatCannotBeComparedIsRefusedAndTheClusterGoesOn(Throwable thrown) {
        try (Trio trio = Trio.ready(41)) {
            MemdiNode node = trio.follower();
            Store<Prickly, String> store = node.store("prickly", new PricklyCodec(thrown), Codec.string());
            store.put(new Prickly("first", thrown), "v");
            assertThatThrownBy(() -> store.put(new Prickly("second", thrown), "w"))
                    .isInstanceOf(CodecException.class)
                    .hasMessageContaining("was not applied");
            // It waits, and so is looked up on the loop.
            assertThatThrownBy(() -> store.get(new Prickly("second", thrown), ReadOptions.linearizable()))
                    .isInstanceOf(thrown instanceof RuntimeException ? thrown.getClass() : CodecException.class);
            try (MemdiClient client =
                    Memdi.client().transport(trio.network).connect(node.name()).awaitReady(Trio.LONG)) {
                Store<Prickly, String> remote = client.store("prickly", new PricklyCodec(thrown), Codec.string());
                assertThatThrownBy(() -> remote.get(new Prickly("second", thrown)))
                        .isInstanceOf(CodecException.class);
            }
            Store<String, String> plain = Trio.store(node);
            plain.put("k", "v", WriteOptions.ack(Ack.QUORUM_MEMORY));
            trio.nodes()
                    .forEach(each -> assertThat(Trio.store(each).get("k", ReadOptions.linearizable()))
                            .isEqualTo("v"));
            assertThat(store.get(new Prickly("first", thrown), ReadOptions.linearizable()))
                    .isEqualTo("v");
        }
    }

    /** The store is created and written to in one append, and the read waits for just that. */
    @Test
    void aReadThatWaitedNeverSeesValuesOfAnotherType() {
        try (Trio trio = Trio.ready(42)) {
            MemdiNode other = trio.otherFollower();
            Store<String, String> texts = trio.follower().store("s", Codec.string(), Codec.string());
            Store<String, Long> numbers = other.store("s", Codec.string(), Codec.int64());
            Revision next = new Revision(
                    trio.leader().status().term(), trio.leader().status().last().index() + 2);
            CompletableFuture<Long> read =
                    numbers.async().get("k", ReadOptions.local().atLeast(next));
            texts.put("k", "text");
            trio.await(read::isDone);
            assertThatThrownBy(read::join)
                    .isInstanceOf(CompletionException.class)
                    .hasCauseInstanceOf(WrongCodecException.class);
            assertThatThrownBy(numbers::size).isInstanceOf(WrongCodecException.class);
            assertThatThrownBy(() -> numbers.forEach((key, value) -> {})).isInstanceOf(WrongCodecException.class);
        }
    }

    /** A write that was refused was acknowledged too: its session sees what it was refused for, also if that was an absence. */
    @Test
    void aSessionSeesWhatItsWriteWasRefusedFor() {
        try (Trio trio = Trio.ready(43)) {
            MemdiNode slow = trio.follower();
            Store<String, String> store = Trio.store(slow);
            Revision old = store.put("k", "v");
            assertThat(store.get("k")).isEqualTo("v");
            String leader = trio.leader().name();
            // Its appends are late, while its writes and their answers are not.
            trio.network.slow(leader, slow.name(), Duration.ofMillis(20));
            Trio.store(trio.leader()).remove("k", WriteOptions.ack(Ack.QUORUM_MEMORY));
            assertThat(store.replace("k", old, "w")).isFalse();
            assertThat(store.get("k")).isNull();
        }
    }
}
