package io.memdi.transport.inproc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memdi.Ack;
import io.memdi.Codec;
import io.memdi.Memdi;
import io.memdi.MemdiException;
import io.memdi.MemdiNode;
import io.memdi.ReadOptions;
import io.memdi.Store;
import io.memdi.StoreOptions;
import io.memdi.Versioned;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The examples of docs/testing-your-application.md, which {@link StockDocumentationTest} compares with this file. */
class StockTest {
    /** The application under test: it sells what is in stock, and never more. */
    record Stock(Store<String, Integer> store) {
        static Stock on(MemdiNode node) {
            StoreOptions safe = StoreOptions.defaults().withAck(Ack.QUORUM_MEMORY);
            return new Stock(node.store("stock", Codec.string(), Codec.int32(), safe));
        }

        boolean sell(String article) {
            while (true) {
                Versioned<Integer> left = store.getVersioned(article, ReadOptions.linearizable());
                if (left == null || left.value() == 0) {
                    return false;
                }
                if (store.replace(article, left.revision(), left.value() - 1)) {
                    return true;
                }
            }
        }
    }

    static MemdiNode start(SimNetwork network, String name) {
        return Memdi.node(name).transport(network).bootstrap("a", "b", "c").start();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void sellsEachPieceOnceAlthoughTheLeaderCrashes(long seed) {
        try (SimNetwork network = SimNetwork.create(seed)) {
            start(network, "a");
            MemdiNode b = start(network, "b");
            MemdiNode c = start(network, "c");
            c.awaitReady(Duration.ofSeconds(10));
            String leader = c.cluster().leader();
            MemdiNode survivor = leader.equals("c") ? b : c;
            Stock stock = Stock.on(survivor);
            stock.store().put("lamp", 100);

            network.after(Duration.ofMillis(50), () -> network.crash(leader));
            int sold = 0;
            while (stock.sell("lamp")) {
                sold++;
            }

            assertThat(sold).isEqualTo(100);
            assertThat(survivor.cluster().leader()).isNotEqualTo(leader);
        }
    }

    @Test
    void sellsNothingWhileItIsCutOff() {
        try (SimNetwork network = SimNetwork.create(7)) {
            start(network, "a");
            start(network, "b");
            MemdiNode c = start(network, "c");
            c.awaitReady(Duration.ofSeconds(10));
            Stock stock = Stock.on(c);
            stock.store().put("lamp", 100);

            network.partition(Set.of("c"));
            assertThatThrownBy(() -> stock.sell("lamp")).isInstanceOf(MemdiException.class);

            network.heal();
            assertThat(stock.sell("lamp")).isTrue();
            assertThat(network.now()).isLessThan(Duration.ofSeconds(10));
        }
    }

    @Test
    void sellsOverABadNetwork() {
        try (SimNetwork network = SimNetwork.create(8)) {
            network.options(SimOptions.defaults()
                    .withLatency(Duration.ofMillis(1), Duration.ofMillis(20))
                    .withDrops(0.02)
                    .withDuplicates(0.02)
                    .withReordering(0.05)
                    .withClockDrift(0.01));
            start(network, "a");
            start(network, "b");
            MemdiNode c = start(network, "c");
            Stock stock = Stock.on(c.awaitReady(Duration.ofSeconds(30)));
            stock.store().put("lamp", 100);
            assertThat(stock.sell("lamp")).isTrue();
        }
    }
}
