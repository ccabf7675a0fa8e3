package io.memdi.transport.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.memdi.Ack;
import io.memdi.ClusterId;
import io.memdi.Incarnation;
import io.memdi.ReadOptions;
import io.memdi.WriteOptions;
import io.memdi.transport.Envelope;
import io.memdi.transport.Member;
import io.memdi.transport.Message;
import io.memdi.transport.tcp.Handshake.Answer;
import io.memdi.transport.tcp.Handshake.Code;
import io.memdi.transport.tcp.Handshake.Greeting;
import io.memdi.transport.tcp.Handshake.Refused;
import io.memdi.wire.MessageCodec;
import io.memdi.wire.StoreCodecs;
import io.memdi.wire.WireWriter;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whatever comes to the port costs its own connection, and one line in the log: the cluster goes on. */
class HostileTest {
    private static final String REFUSED = "a: refused a connection from 127.0.0.1:";

    private Servers servers;
    private TcpLogLines log;
    private int writes;

    @BeforeEach
    void start() {
        TcpLimits usual = TcpLimits.defaults();
        TcpLimits.Times times = usual.times();
        TcpLimits limits = usual.with(new TcpLimits.Times(
                times.connect(),
                Duration.ofMillis(600),
                times.answer(),
                Duration.ofMillis(500),
                times.idle(),
                times.silent(),
                times.close()));
        servers = Servers.of(name -> address -> TcpTransport.listen(address).limits(limits));
        servers.startAll("a", "b", "c");
        log = new TcpLogLines();
    }

    @AfterEach
    void stop() {
        try {
            serves();
        } finally {
            log.close();
            servers.close();
        }
    }

    private void serves() {
        writes++;
        servers.store("a").put("key", "value " + writes, WriteOptions.ack(Ack.QUORUM_MEMORY));
        assertThat(servers.store("b").get("key", ReadOptions.linearizable())).isEqualTo("value " + writes);
    }

    private RawPeer dial() throws IOException {
        return new RawPeer(servers.address("a"));
    }

    private void oneLine(String... parts) {
        Servers.until(
                Arrays.toString(parts) + " in the log",
                () -> !log.with(parts[0]).isEmpty());
        assertThat(log.with(parts[0])).singleElement().asString().contains(parts);
        assertThat(log.text()).doesNotContain("Exception", "\tat ");
    }

    @Test
    void randomBytes() throws IOException {
        Random random = new Random(4711);
        for (int i = 0; i < 100; i++) {
            byte[] bytes = new byte[1 + random.nextInt(4096)];
            random.nextBytes(bytes);
            try (RawPeer peer = dial()) {
                peer.say(bytes).untilEnded();
            }
        }
        oneLine(REFUSED, "what came begins with", "and is no handshake of memdi");
    }

    @Test
    void aHandshakeThatIsNotCompleted() throws IOException {
        try (RawPeer peer = dial()) {
            peer.say(Arrays.copyOf(Handshake.bytes(RawPeer.greeting("b", null, "a")), 20))
                    .untilEnded();
        }
        oneLine(REFUSED, "it has not completed the handshake within 600 ms");
    }

    @Test
    void aHandshakeThatTrickles() throws IOException {
        byte[] bytes = Handshake.bytes(RawPeer.greeting("b", null, "a"));
        try (RawPeer peer = dial()) {
            long begin = System.nanoTime();
            // A byte whenever the log is looked at: slower than the handshake may be, and never silent for long.
            Servers.until("the end of the trickle", () -> {
                int at = (int) ((System.nanoTime() - begin) / 100_000_000);
                try {
                    peer.say(bytes[Math.min(at, 30)]);
                } catch (IOException e) {
                    return true;
                }
                return !log.with(REFUSED).isEmpty();
            });
        }
        oneLine(REFUSED);
    }

    @Test
    void silence() throws IOException {
        try (RawPeer peer = dial()) {
            peer.untilEnded();
        }
        oneLine(REFUSED, "it has not completed the handshake within 600 ms");
    }

    @Test
    void aConnectionThatIsClosedAtOnce() throws IOException {
        dial().close();
        oneLine(REFUSED, "it was closed without a handshake");
    }

    @Test
    void aFrameThatIsTooLarge() throws IOException, Refused {
        try (RawPeer peer = dial()) {
            assertThat(peer.greet(RawPeer.greeting("x", null, "a")).answer().code())
                    .isEqualTo(Code.WELCOME);
            peer.number(Integer.MAX_VALUE).untilEnded();
        }
        oneLine("a: closed the connection from x at 127.0.0.1:", "expected a frame of 33 to ", "not of 2147483651");
    }

    @Test
    void randomFrames() throws IOException, Refused {
        Random random = new Random(815);
        for (int i = 0; i < 50; i++) {
            byte[] bytes = new byte[200];
            random.nextBytes(bytes);
            try (RawPeer peer = dial()) {
                peer.greet(RawPeer.greeting("x", null, "a")).answer();
                peer.number(200).say(bytes).untilEnded();
            }
        }
        oneLine("a: closed the connection from x at 127.0.0.1:");
    }

    /** Who has b's certificate is b, and nobody else. */
    @Test
    void aMessageOfSomebodyElse() throws IOException, Refused {
        WireWriter out = new WireWriter(200, 1000);
        Member other = new Member("c", new Incarnation(1, 2), "127.0.0.1:1");
        new MessageCodec(new StoreCodecs(), 1000)
                .write(out, new Envelope(0, null, other, null, 0, new Message.Hello(1)));
        try (RawPeer peer = dial()) {
            peer.greet(RawPeer.greeting("x", null, "a")).answer();
            peer.say(Arrays.copyOf(out.buffer(), out.size())).untilEnded();
        }
        oneLine("a: closed the connection from x at 127.0.0.1:", "a message says that it comes from node c");
    }

    /** A line of the log is one line, whoever has caused it. */
    @Test
    void aNameThatForgesALine() throws IOException, Refused {
        WireWriter out = new WireWriter(200, 1000);
        Member forger = new Member("x\na: FOLLOWER -> LEADER in term 9", new Incarnation(7, 7), "127.0.0.1:1");
        new MessageCodec(new StoreCodecs(), 1000)
                .write(out, new Envelope(0, null, forger, null, 0, new Message.Hello(1)));
        try (RawPeer peer = dial()) {
            peer.greet(RawPeer.greeting("x", null, "a")).answer();
            peer.say(Arrays.copyOf(out.buffer(), out.size())).untilEnded();
        }
        oneLine("a: closed the connection from x at 127.0.0.1:", "the sender's name to have no control characters");
        assertThat(log.with("a: FOLLOWER -> LEADER")).isEmpty();
    }

    @Test
    void halfAFrameThenSilence() throws IOException, Refused {
        try (RawPeer peer = dial()) {
            peer.greet(RawPeer.greeting("x", null, "a")).answer();
            peer.number(1000).say(new byte[10]).untilEnded();
        }
        oneLine(
                "a: the connection from x at 127.0.0.1:",
                "was lost: it has sent a part of a frame, and nothing more for 500 ms");
    }

    @Test
    void anotherVersion() throws IOException, Refused {
        try (RawPeer peer = dial()) {
            Answer answer = peer.greet(new Greeting(2, 9, RawPeer.party("b", null), false, "a"))
                    .answer();
            assertThat(answer.code()).isEqualTo(Code.VERSION);
            assertThat(answer.version()).isZero();
            assertThat(answer.reason())
                    .isEqualTo("it speaks versions 2 to 9 of the protocol, and node a speaks version 1: run versions of"
                            + " memdi that speak one in common");
            peer.untilEnded();
        }
        oneLine(REFUSED, "it speaks versions 2 to 9 of the protocol, and node a speaks version 1");
    }

    @Test
    void anotherCluster() throws IOException, Refused {
        ClusterId other = new ClusterId(1, 2);
        try (RawPeer peer = dial()) {
            Answer answer = peer.greet(RawPeer.greeting("b", other, "a")).answer();
            assertThat(answer.code()).isEqualTo(Code.CLUSTER);
            assertThat(answer.reason())
                    .isEqualTo("node b belongs to cluster " + other + ", and node a to cluster "
                            + servers.node("a").status().cluster());
            peer.untilEnded();
        }
        oneLine(REFUSED, "node b belongs to cluster " + other);
    }

    @Test
    void anotherName() throws IOException, Refused {
        try (RawPeer peer = dial()) {
            Answer answer = peer.greet(RawPeer.greeting("b", null, "c")).answer();
            assertThat(answer.code()).isEqualTo(Code.NAME);
            peer.untilEnded();
        }
        oneLine(REFUSED, "node b expects node c at this address, and this is node a: correct the list of addresses");
    }

    @Test
    void thousandsOneAfterAnother() throws IOException {
        for (int i = 0; i < 3000; i++) {
            try (RawPeer peer = dial()) {
                if (i % 3 == 0) {
                    peer.say((byte) i);
                } else if (i % 3 == 1) {
                    peer.greet(RawPeer.greeting("x" + i, null, "a"));
                }
            }
        }
        serves();
        Servers.until("all threads are gone", () -> threadsFrom("127.0.0.1") == 0 && threadsFrom("x") == 0);
    }

    /** Whoever comes as a node, and goes again, is no more worth a line than anybody else. */
    @Test
    void thousandsThatGreetAsANode() throws IOException, Refused {
        for (int i = 0; i < 1000; i++) {
            try (RawPeer peer = dial()) {
                assertThat(peer.greet(RawPeer.greeting("x" + i % 7, null, "a"))
                                .answer()
                                .code())
                        .isEqualTo(Code.WELCOME);
            }
        }
        Servers.until("all threads are gone", () -> threadsFrom("127.0.0.1") == 0 && threadsFrom("x") == 0);
        oneLine("a: the connection from x", "was lost: the other side has closed it");
    }

    private static long threadsFrom(String peer) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("memdi-a-from-" + peer))
                .count();
    }

    @Test
    void hundredsAtOnce() throws IOException {
        List<RawPeer> peers = new ArrayList<>();
        try {
            for (int i = 0; i < 400; i++) {
                peers.add(dial());
            }
            oneLine("64 connections have not completed the handshake yet", REFUSED);
            serves();
            for (RawPeer peer : peers) {
                peer.untilEnded();
            }
        } finally {
            for (RawPeer peer : peers) {
                peer.close();
            }
        }
        Servers.until("all threads are gone", () -> threadsFrom("127.0.0.1") == 0);
    }
}
