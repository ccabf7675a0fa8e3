package io.memdi.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memdi.Ack;
import io.memdi.Codec;
import io.memdi.Memdi;
import io.memdi.MemdiClient;
import io.memdi.MemdiNode;
import io.memdi.NoLeaderException;
import io.memdi.NodeClosedException;
import io.memdi.OutcomeUnknownException;
import io.memdi.OverloadedException;
import io.memdi.ReadLevel;
import io.memdi.ReadOptions;
import io.memdi.Revision;
import io.memdi.Role;
import io.memdi.Status;
import io.memdi.Store;
import io.memdi.Versioned;
import io.memdi.WriteOptions;
import io.memdi.WrongCodecException;
import io.memdi.transport.TransportFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client's user sees, in virtual time, with messages as objects and as frames. */
class ClientTest {
    private static final Duration LONG = Trio.LONG;
    private static final WriteOptions QUORUM = WriteOptions.ack(Ack.QUORUM_MEMORY);

    private Trio trio;
    private final List<MemdiClient> clients = new ArrayList<>();

    private void begin(boolean framed) {
        trio = framed ? Trio.framed(41) : Trio.ready(41);
    }

    private TransportFactory transport(boolean framed) {
        return framed ? trio.frames : trio.network;
    }

    private MemdiClient client(boolean framed, String... nodes) {
        MemdiClient client = Memdi.client().transport(transport(framed)).connect(nodes);
        clients.add(client);
        return client.awaitReady(LONG);
    }

    private static Store<String, String> store(MemdiClient client) {
        return client.store(Trio.STORE, Codec.string(), Codec.string());
    }

    @AfterEach
    void close() {
        clients.forEach(MemdiClient::close);
        trio.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aClientReadsAndWritesAsANodeDoes(boolean framed) {
        begin(framed);
        MemdiClient client = client(framed, trio.follower().name());
        Store<String, String> store = store(client);
        assertThat(store.get("en")).isNull();
        Revision revision = store.put("en", "hello");
        assertThat(store.getVersioned("en")).isEqualTo(new Versioned<>("hello", revision));
        assertThat(store.putIfAbsent("en", "again")).isFalse();
        assertThat(store.replace("en", revision, "hi", QUORUM)).isTrue();
        assertThat(store.replace("en", revision, "no")).isFalse();
        for (ReadLevel level : ReadLevel.values()) {
            assertThat(store.get("en", ReadOptions.at(level))).isEqualTo("hi");
        }
        assertThat(store.containsKey("en")).isTrue();
        assertThat(store.size()).isOne();
        assertThat(store.remove("en")).isTrue();
        assertThat(store.remove("en")).isFalse();
        assertThat(store.containsKey("en", ReadOptions.linearizable())).isFalse();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void itsMapIsAMap(boolean framed) {
        begin(framed);
        Map<String, String> map = store(client(framed, "a")).asMap();
        assertThat(map.put("a", "1")).isNull();
        assertThat(map.put("a", "2")).isEqualTo("1");
        assertThat(map.merge("a", "3", String::concat)).isEqualTo("23");
        assertThat(map.computeIfAbsent("b", key -> key + key)).isEqualTo("bb");
        assertThat(new TreeMap<>(map)).isEqualTo(Map.of("a", "23", "b", "bb"));
        assertThat(map.keySet().removeIf("a"::equals)).isTrue();
        assertThat(map).isEqualTo(Map.of("b", "bb"));
        map.clear();
        assertThat(map).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void itGoesThroughAllKeysPageByPage(boolean framed) {
        begin(framed);
        Store<String, String> own = Trio.store(trio.leader());
        Map<String, String> expected = new TreeMap<>();
        List<CompletableFuture<?>> puts = new ArrayList<>();
        for (int i = 0; i < 3000; i++) {
            expected.put("key" + i, "value" + i);
            puts.add(own.async().put("key" + i, "value" + i, QUORUM));
        }
        trio.await(() -> puts.stream().allMatch(CompletableFuture::isDone));
        Store<String, String> store = store(client(framed, "a"));
        for (ReadLevel level : ReadLevel.values()) {
            Map<String, String> found = new TreeMap<>();
            store.forEach((key, value) -> assertThat(found.put(key, value)).isNull(), ReadOptions.at(level));
            assertThat(found).isEqualTo(expected);
            assertThat(store.size(ReadOptions.at(level))).isEqualTo(3000);
        }
        Map<String, String> found = new TreeMap<>();
        CompletableFuture<?> walk = store.async().forEach(found::put);
        trio.await(walk::isDone);
        assertThat(found).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aFailoverIsAPause(boolean framed) {
        begin(framed);
        MemdiClient client = client(framed, "a", "b", "c");
        Store<String, String> store = store(client);
        store.put("k", "0", QUORUM);
        MemdiNode leader = trio.leader();
        List<CompletableFuture<Revision>> puts = new ArrayList<>();
        for (int i = 1; i <= 50; i++) {
            puts.add(store.async().put("k", "" + i, QUORUM));
        }
        trio.network.crash(leader.name());
        for (int i = 51; i <= 100; i++) {
            puts.add(store.async().put("k", "" + i, QUORUM));
        }
        trio.await(() -> puts.stream().allMatch(CompletableFuture::isDone));
        assertThat(puts).allMatch(put -> !put.isCompletedExceptionally());
        assertThat(store.get("k", ReadOptions.linearizable())).isEqualTo("100");
        assertThat(client.cluster().leader()).isNotEqualTo(leader.name());
        assertThat(puts.stream().map(CompletableFuture::join)).isSorted();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void itLearnsWhoElseThereIs(boolean framed) {
        begin(framed);
        MemdiClient client = client(framed, "a");
        assertThat(client.cluster().members()).isEqualTo(trio.leader().cluster().members());
        assertThat(client.status().role()).isEqualTo(Role.CLIENT);
        assertThat(client.status().waitingFor()).isEmpty();
        Status status = client.status("b");
        assertThat(status.name()).isEqualTo("b");
        assertThat(status.incarnation()).isEqualTo(trio.node("b").status().incarnation());
        assertThatThrownBy(() -> client.status("nobody"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("[a, b, c]");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void itAsksForChanges(boolean framed) {
        begin(framed);
        MemdiClient client = client(framed, "a", "b", "c");
        String follower = trio.follower().name();
        client.cluster().transferLeadership(follower);
        assertThat(client.cluster().leader()).isEqualTo(follower);
        trio.await(() -> trio.nodes().stream()
                .allMatch(node -> follower.equals(node.cluster().leader())));
        String other = trio.follower().name();
        client.cluster().remove(other);
        assertThat(client.cluster().members()).noneMatch(member -> member.name().equals(other));
        assertThatThrownBy(() -> client.cluster().remove("nobody"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no member is called");
        store(client).put("still", "writes", QUORUM);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aSessionThatWasSilentForLongEndsAndAnotherOneIsOpened(boolean framed) {
        begin(framed);
        MemdiClient client = client(framed, "a", "b", "c");
        Store<String, String> store = store(client);
        store.put("k", "1", QUORUM);
        String name = client.status().name();
        trio.network.partition(Set.of(name));
        CompletableFuture<Revision> lost = store.async().put("k", "2", QUORUM.withTimeout(Duration.ofMinutes(5)));
        trio.network.advance(Duration.ofMinutes(2));
        assertThat(lost).isNotDone();
        trio.network.heal();
        trio.await(lost::isDone);
        assertThatThrownBy(lost::join).hasCauseInstanceOf(OutcomeUnknownException.class);
        store.put("k", "3", QUORUM);
        assertThat(store.get("k", ReadOptions.linearizable())).isEqualTo("3");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void itReadsWhatItWroteWhicheverNodeAnswers(boolean framed) {
        begin(framed);
        for (int i = 0; i < 20; i++) {
            Store<String, String> store = store(client(framed, "a", "b", "c"));
            store.put("mine", "" + i);
            assertThat(store.get("mine")).isEqualTo("" + i);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void otherCodecsAreRefused(boolean framed) {
        begin(framed);
        Trio.store(trio.leader()).put("k", "v", QUORUM);
        Store<String, Long> other = client(framed, "a").store(Trio.STORE, Codec.string(), Codec.int64());
        assertThatThrownBy(() -> other.put("k", 1L)).isInstanceOf(WrongCodecException.class);
        assertThatThrownBy(() -> other.get("k"))
                .isInstanceOf(WrongCodecException.class)
                .hasMessageContaining("Open it with those");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whereNobodyIsItSaysSo(boolean framed) {
        begin(framed);
        MemdiClient client = Memdi.client()
                .transport(transport(framed))
                .timeout(Duration.ofSeconds(2))
                .connect("nobody");
        clients.add(client);
        assertThatThrownBy(() -> store(client).put("k", "v")).isInstanceOf(NoLeaderException.class);
        assertThat(client.status().waitingFor()).contains("no node").contains("nobody");
        client.close();
        assertThatThrownBy(() -> store(client)).isInstanceOf(NodeClosedException.class);
        assertThat(client.status().role()).isEqualTo(Role.STOPPED);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void thereAreAsManySessionsAsThereMayBe(boolean framed) {
        begin(framed);
        for (int i = 0; i < 256; i++) {
            store(client(framed, "a")).put("k" + i, "v");
        }
        MemdiClient late = client(framed, "a");
        assertThatThrownBy(() -> store(late).put("k", "v"))
                .isInstanceOf(OverloadedException.class)
                .hasMessageContaining("256 clients");
        assertThat(store(late).get("k1")).isEqualTo("v");
        clients.get(0).close();
        trio.network.advance(Duration.ofSeconds(2));
        store(late).put("k", "v");
        assertThat(Objects.requireNonNull(store(late).get("k"))).isEqualTo("v");
    }
}
