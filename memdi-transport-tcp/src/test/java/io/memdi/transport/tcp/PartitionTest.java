package io.memdi.transport.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.memdi.Ack;
import io.memdi.ReadOptions;
import io.memdi.Role;
import io.memdi.WriteOptions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Links that fall silent, without a word to either end. */
class PartitionTest {
    private static final WriteOptions QUORUM = WriteOptions.ack(Ack.QUORUM_MEMORY);

    @Test
    void aLeaderThatIsCutOffIsReplacedAndComesBack() throws Exception {
        TcpLimits usual = TcpLimits.defaults();
        TcpLimits.Times times = usual.times();
        TcpLimits limits = usual.with(new TcpLimits.Times(
                times.connect(),
                Duration.ofMillis(500),
                Duration.ofMillis(700),
                times.frame(),
                times.idle(),
                times.silent(),
                times.close()));
        try (Proxies proxies = new Proxies();
                Servers servers = Servers.of(name -> address -> {
                    int port = Servers.freePort();
                    proxies.before(name, address, port);
                    return TcpTransport.listen("127.0.0.1:" + port)
                            .advertise(address)
                            .limits(limits);
                });
                TcpLogLines log = new TcpLogLines()) {
            servers.startAll("a", "b", "c");
            servers.store("a").put("before", "1", QUORUM);
            String cutOff = servers.leader();
            List<String> others = servers.names().stream()
                    .filter(name -> !name.equals(cutOff))
                    .toList();

            proxies.isolate(cutOff);
            servers.store(others.get(0)).put("during", "2", QUORUM);
            assertThat(servers.store(others.get(1)).get("during", ReadOptions.linearizable()))
                    .isEqualTo("2");
            Servers.until(
                    "the old leader gives up",
                    () -> servers.node(cutOff).status().role() != Role.LEADER);
            // The new leader goes on to send to the old one, and the old one to both; the third may have nothing to
            // say.
            Servers.until(
                    "connections are given up",
                    () -> others.stream()
                                    .anyMatch(name -> !log.with(name + ": the connection to " + cutOff)
                                            .isEmpty())
                            && others.stream()
                                    .noneMatch(name -> log.with(cutOff + ": the connection to " + name)
                                            .isEmpty()));

            proxies.isolate();
            Servers.until(
                    "the old leader holds what it missed",
                    () -> "2".equals(servers.store(cutOff).get("during", ReadOptions.local())));
            servers.store(cutOff).put("after", "3", QUORUM);
            servers.untilEqual();
        }
    }
}
