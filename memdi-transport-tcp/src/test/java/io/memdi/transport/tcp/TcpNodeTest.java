package io.memdi.transport.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memdi.ClusterId;
import io.memdi.Incarnation;
import io.memdi.Revision;
import io.memdi.transport.ClientMessage;
import io.memdi.transport.Contact;
import io.memdi.transport.Envelope;
import io.memdi.transport.Message;
import io.memdi.transport.tcp.Handshake.Answer;
import io.memdi.transport.tcp.Handshake.Code;
import io.memdi.transport.tcp.Handshake.Greeting;
import io.memdi.transport.tcp.Handshake.Refused;
import io.memdi.wire.MessageCodec;
import io.memdi.wire.StoreCodecs;
import io.memdi.wire.WireWriter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is particular to TCP, with the times that it takes made short. */
class TcpNodeTest {
    private static final Message HELLO = new Message.Hello(1);
    private static final Message NUMBER = new Message.ReadRequest(1);

    private final List<Talker> talkers = new ArrayList<>();
    private final TcpLogLines log = new TcpLogLines();
    private TcpLimits limits = TcpLimits.defaults();

    @AfterEach
    void stop() {
        talkers.forEach(Talker::close);
        log.close();
    }

    private Talker start(String name, UnaryOperator<TcpTransport> how) {
        Talker talker =
                Talker.started(how.apply(TcpTransport.listen("127.0.0.1:0").limits(limits)), name);
        talkers.add(talker);
        return talker;
    }

    private Talker start(String name) {
        return start(name, transport -> transport);
    }

    private static void sendUntilHeard(Talker from, Talker to, Message message) {
        Servers.until(to.name + " hears " + message, () -> {
            from.send(to.contact(), message);
            return to.hasHeard(message);
        });
    }

    private void times(Duration answer, Duration idle, Duration silent) {
        TcpLimits.Times times = limits.times();
        limits = limits.with(new TcpLimits.Times(
                times.connect(), times.handshake(), answer, times.frame(), idle, silent, times.close()));
    }

    private void bounds(TcpLimits.Bounds bounds) {
        limits = limits.with(bounds);
    }

    // --- opening ---

    @Test
    void refusesAPortInUse() {
        Talker a = start("a");
        assertThatThrownBy(() -> TcpTransport.listen(a.transport.address()).open("b"))
                .isInstanceOf(TcpTransportException.class)
                .hasMessage("node \"b\" cannot listen at " + a.transport.address()
                        + ": the port is in use, by another process or another node of this one; end that, or choose another"
                        + " port, 0 for any that is free");
    }

    @Test
    void refusesAnAddressThatIsNotItsOwn() {
        assertThatThrownBy(() -> TcpTransport.listen("192.0.2.1:0").plaintext().open("a"))
                .isInstanceOf(TcpTransportException.class)
                .hasMessageContaining("that is no address of this machine; listen at one of its own");
    }

    @Test
    void refusesAnUnknownHost() {
        assertThatThrownBy(() -> TcpTransport.listen("no-such-host.invalid:0").open("a"))
                .isInstanceOf(TcpTransportException.class)
                .hasMessage(
                        "node \"a\" cannot listen at no-such-host.invalid:0: the host is not known; correct the name, or"
                                + " use an address");
    }

    @Test
    void refusesToBeOpenToTheWorldUnlessAsked() {
        assertThatThrownBy(() -> TcpTransport.listen("0.0.0.0:0")
                        .advertise("10.0.0.1:7400")
                        .open("a"))
                .isInstanceOf(TcpTransportException.class)
                .hasMessageContaining(
                        "without TLS, everybody who reaches that address could read and write everything");
        assertThatThrownBy(() -> TcpTransport.listen("0.0.0.0:0").plaintext().open("a"))
                .isInstanceOf(TcpTransportException.class)
                .hasMessageContaining("Say with advertise(\"host:port\")");
        TcpTransport asked = TcpTransport.listen("0.0.0.0:0").plaintext();
        try (var open = asked.advertise("10.0.0.1:7400").open("a")) {
            assertThat(open.address()).isEqualTo("10.0.0.1:7400");
        }
        try (var open = asked.advertise("10.0.0.1:0").open("a")) {
            assertThat(open.address()).matches("10\\.0\\.0\\.1:[1-9][0-9]*");
        }
    }

    @Test
    void refusesWhatIsNoAddress() {
        for (String text :
                List.of("", "host", "host:", ":1", "host:x", "host:-1", "host:65536", "::1:7400", " :1", "a\nb:1")) {
            assertThatThrownBy(() -> TcpTransport.listen(text))
                    .as(text)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("an address is host:port, as in 10.0.0.1:7400 or [::1]:7400, not \"" + text + '"');
        }
        assertThat(HostPort.parse("[::1]:7400")).isEqualTo(new HostPort("::1", 7400));
        assertThat(HostPort.parse("[::1]:7400")).hasToString("[::1]:7400");
        assertThat(HostPort.parse("db.example.org:0")).hasToString("db.example.org:0");
    }

    @Test
    void runsOnThreadsOfTheApplication() {
        Queue<Thread> made = new ConcurrentLinkedQueue<>();
        Talker a = start(
                "a",
                transport -> transport.threads(body -> {
                    Thread thread = new Thread(body);
                    thread.setDaemon(true);
                    made.add(thread);
                    return thread;
                }));
        Talker b = start("b");
        sendUntilHeard(a, b, NUMBER);
        sendUntilHeard(b, a, NUMBER);
        assertThat(made).extracting(Thread::getName).contains("memdi-a-to-b", "memdi-a-from-b", "memdi-a-accept");
        a.close();
        Servers.until("all threads end", () -> made.stream().noneMatch(Thread::isAlive));
    }

    /** Without a thread that writes to it, a client would wait for ever for its answers. */
    @Test
    void sendsAClientAwayThatNoThreadCanWriteTo() throws IOException, Refused {
        AtomicInteger left = new AtomicInteger(Integer.MAX_VALUE);
        Talker a = start(
                "a",
                transport -> transport.threads(body -> {
                    Thread thread = new Thread(body);
                    thread.setDaemon(true);
                    return left.getAndDecrement() > 0 ? thread : null;
                }));
        left.set(1);
        Greeting client = new Greeting(1, 1, RawPeer.party("client", null), true, "a");
        try (RawPeer peer = new RawPeer(a.transport.address())) {
            assertThat(peer.greet(client).answer().code()).isEqualTo(Code.WELCOME);
            peer.untilEnded();
        }
        left.set(Integer.MAX_VALUE);
        Talker again = Talker.started(TcpTransport.dialing(), "client");
        talkers.add(again);
        Message ask = new ClientMessage.StatusRequest(1);
        sendUntilHeard(again, a, ask);
        Message answer = new ClientMessage.OrderReply(1, "", false);
        a.send(again.contact(), answer);
        Servers.until("the client hears", () -> again.hasHeard(answer));
    }

    // --- peers ---

    @Test
    void saysOnceThatANodeCannotBeReachedAndGoesOnTrying() {
        Talker a = start("a");
        String address = "127.0.0.1:" + Servers.freePort();
        Contact b = new Contact("b", address);
        Servers.until("a line", () -> {
            a.send(b, HELLO);
            return !log.with("cannot be reached").isEmpty();
        });
        Talker late = Talker.started(TcpTransport.listen(address), "b");
        talkers.add(late);
        sendUntilHeard(a, late, NUMBER);
        assertThat(log.with("a: b cannot be reached at " + address + ": Connection refused; goes on trying"))
                .hasSize(1);
        assertThat(log.with("a: is connected to b at " + address)).hasSize(1);
        assertThat(a.lost).isEmpty();
    }

    @Test
    void refusesAnotherNodeThanTheOneExpected() {
        Talker a = start("a");
        Talker b = start("b");
        a.send(new Contact("c", b.transport.address()), HELLO);
        String why = "node a expects node c at this address, and this is node b: correct the list of addresses";
        // Each end logs when it learns of it, in no order.
        Servers.until("a line at both ends", () -> log.with(why).size() >= 2);
        assertThat(log.with(why)).hasSize(2).anyMatch(line -> line.contains("a: no connection to c"));
        assertThat(b.heard).isEmpty();
    }

    @Test
    void dialsAnAddressWhoseNameIsNotKnown() {
        Talker a = start("a");
        Talker b = start("b");
        String address = b.transport.address();
        Servers.until("b hears", () -> {
            a.send(new Contact(address, address), HELLO);
            return b.hasHeard(HELLO);
        });
    }

    @Test
    void aMemberOfAnotherClusterHearsOnlyWhatFoundsOrJoins() {
        Talker a = start("a");
        Talker b = start("b");
        a.belongsTo(new ClusterId(1, 1));
        b.belongsTo(new ClusterId(2, 2));
        a.send(b.contact(), NUMBER);
        String why = "node a belongs to cluster 00000000000000010000000000000001, and node b to cluster"
                + " 00000000000000020000000000000002";
        Servers.until("a line at both ends", () -> log.with(why).size() >= 2);
        assertThat(log.with(why)).hasSize(2).anyMatch(line -> line.contains("a: no connection to b"));
        Envelope founding = new Envelope(0, null, a.self(), null, 1, HELLO);
        Servers.until("b hears what founds", () -> {
            a.act(() -> a.transport.send(b.contact(), founding));
            return b.hasHeard(HELLO);
        });
        assertThat(b.messages()).doesNotContain(NUMBER);
    }

    @Test
    void keepsConnectionsThroughAnotherLife() {
        Talker a = start("a");
        Talker b = start("b");
        sendUntilHeard(a, b, NUMBER);
        a.liveAgain(new Incarnation(9, 9));
        a.belongsTo(new ClusterId(3, 3));
        sendUntilHeard(a, b, new Message.ReadRequest(2));
        assertThat(log.with("is connected to b")).hasSize(1);
        Envelope last = b.heard.get(b.heard.size() - 1);
        assertThat(last.sender().incarnation()).isEqualTo(new Incarnation(9, 9));
        assertThat(last.cluster()).isEqualTo(new ClusterId(3, 3));
    }

    @Test
    void letsAnIdleConnectionGoWithoutAlarm() {
        times(Duration.ofSeconds(5), Duration.ofMillis(200), Duration.ofSeconds(180));
        Talker a = start("a");
        Talker b = start("b");
        sendUntilHeard(b, a, NUMBER);
        sendUntilHeard(a, b, NUMBER);
        Servers.until(
                "the threads of idle connections end",
                () -> Thread.getAllStackTraces().keySet().stream()
                        .map(Thread::getName)
                        .noneMatch(name -> name.matches("memdi-[ab]-(to|from)-[ab]")));
        sendUntilHeard(a, b, new Message.ReadRequest(2));
        assertThat(a.lost).isEmpty();
        assertThat(b.lost).isEmpty();
        assertThat(log.with("lost")).isEmpty();
    }

    @Test
    void dropsASilentConnectionThatNobodyLetGo() throws IOException, Refused {
        times(Duration.ofSeconds(5), Duration.ofSeconds(60), Duration.ofMillis(200));
        Talker a = start("a");
        try (RawPeer peer = new RawPeer(a.transport.address())) {
            peer.greet(RawPeer.greeting("x", null, "a")).answer();
            peer.untilEnded();
        }
        Servers.until(
                "a line", () -> !log.with("nothing has come over it for 200 ms").isEmpty());
    }

    @Test
    void keepsUpNoMorePeersThanThereMayBe() {
        TcpLimits.Bounds usual = limits.bounds();
        bounds(new TcpLimits.Bounds(usual.handshakes(), usual.accepted(), 2, usual.messages(), usual.bytes()));
        Talker a = start("a");
        Talker b = start("b");
        sendUntilHeard(a, b, NUMBER);
        for (int i = 0; i < 10; i++) {
            a.send(new Contact("n" + i, "127.0.0.1:1"), NUMBER);
        }
        sendUntilHeard(a, b, new Message.ReadRequest(2));
        assertThat(log.with("connections to 2 others are kept up already")).hasSize(1);
        a.send(new Contact("n", "nonsense"), NUMBER);
    }

    @Test
    void saysThatAnAddressIsNone() {
        Talker a = start("a");
        a.send(new Contact("b", "b"), NUMBER);
        Servers.until(
                "a line",
                () -> !log.with("a: nothing is sent to b: an address is host:port")
                        .isEmpty());
    }

    /** Anybody can say without TLS that he is b, and go: b is there all the same. */
    @Test
    void theEndOfATwinSaysNothingOfTheNode() throws IOException, Refused {
        Talker a = start("a");
        Talker b = start("b");
        sendUntilHeard(a, b, NUMBER);
        sendUntilHeard(b, a, NUMBER);
        try (RawPeer silent = new RawPeer(a.transport.address());
                RawPeer twin = new RawPeer(a.transport.address())) {
            assertThat(silent.greet(RawPeer.greeting("b", null, "a")).answer().code())
                    .isEqualTo(Code.WELCOME);
            assertThat(twin.greet(RawPeer.greeting("b", null, "a")).answer().code())
                    .isEqualTo(Code.WELCOME);
            WireWriter out = new WireWriter(200, 1000);
            new MessageCodec(new StoreCodecs(), 1000).write(out, b.envelope(HELLO));
            twin.say(Arrays.copyOf(out.buffer(), out.size()));
            Servers.until("a hears the twin", () -> a.hasHeard(HELLO));
            sendUntilHeard(b, a, new Message.ReadRequest(2));
        }
        Servers.until(
                "a has only its reader of what it has dialed, and that of b",
                () -> Thread.getAllStackTraces().keySet().stream()
                                .filter(thread -> thread.getName().equals("memdi-a-from-b"))
                                .count()
                        == 2);
        sendUntilHeard(b, a, new Message.ReadRequest(3));
        assertThat(a.lost).isEmpty();
        b.close();
        Servers.until("a is told of b", () -> a.lost.contains("b"));
    }

    /** The loop may have looked a peer up just before that was let go. */
    @Test
    void sendsWhatCameWhileAPeerWasLetGo() {
        times(Duration.ofSeconds(5), Duration.ofMillis(1), Duration.ofSeconds(180));
        Talker a = start("a");
        Talker b = start("b");
        Peer idle = new Peer((TcpNode) a.transport, b.contact(), HostPort.parse(b.transport.address()));
        idle.run(); // Until it is let go, since nothing is sent.
        idle.send(new Outgoing(a.envelope(NUMBER), null, 100));
        Servers.until("b hears", () -> b.hasHeard(NUMBER));
    }

    /** So the node can bound what waits for it. */
    @Test
    void tellsTheNodeHowLargeAMessageIs() {
        Talker a = start("a");
        Talker b = start("b");
        Message large = Messages.append(1, "x".repeat(1 << 20));
        b.send(a.contact(), large);
        Servers.until("a hears", () -> a.hasHeard(large));
        assertThat(a.heardBytes.get()).isBetween(1L << 20, (1L << 20) + 200);
    }

    // --- who does not answer, or does not read ---

    /** Takes one connection, completes the handshake, and then only does what the test says. */
    private static Socket deaf(ServerSocket server, String name) throws IOException, Refused {
        Socket socket = server.accept();
        Greeting greeting = Handshake.readGreeting(socket.getInputStream(), 1);
        assertThat(greeting.expected()).isEqualTo(name);
        socket.getOutputStream().write(Handshake.bytes(new Answer(1, Code.WELCOME, RawPeer.party(name, null), "")));
        return socket;
    }

    private static ServerSocket server() throws IOException {
        return new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    }

    private static Contact contact(String name, ServerSocket server) {
        return new Contact(name, "127.0.0.1:" + server.getLocalPort());
    }

    @Test
    void givesAConnectionUpThatAnswersNoPing() throws IOException, Refused {
        times(Duration.ofMillis(300), Duration.ofSeconds(60), Duration.ofSeconds(180));
        Talker a = start("a");
        try (ServerSocket server = server()) {
            a.send(contact("b", server), NUMBER);
            try (Socket deaf = deaf(server, "b")) {
                Servers.until("a gives up", () -> {
                    a.send(contact("b", server), NUMBER);
                    return a.lost.contains("b");
                });
                String why = "was lost: it has not answered for 300 ms";
                Servers.until("a says why", () -> !log.with(why).isEmpty());
                assertThat(log.with(why)).hasSize(1);
                assertThat(deaf.isClosed()).isFalse();
            }
        }
    }

    @Test
    void dropsAndCountsWhatDoesNotFit() throws IOException, Refused {
        TcpLimits.Bounds usual = limits.bounds();
        bounds(new TcpLimits.Bounds(usual.handshakes(), usual.accepted(), usual.peers(), 64, 8 << 20));
        times(Duration.ofMillis(500), Duration.ofSeconds(60), Duration.ofSeconds(180));
        Talker a = start("a");
        Message large = Messages.append(1, "x".repeat(1 << 20));
        try (ServerSocket server = server()) {
            Contact b = contact("b", server);
            a.send(b, NUMBER);
            try (Socket deaf = deaf(server, "b")) {
                a.act(() -> {
                    for (int i = 0; i < 100; i++) {
                        a.transport.send(b, a.envelope(large));
                    }
                });
                Servers.until("a gives up", () -> a.lost.contains("b"));
                assertThat(deaf.isClosed()).isFalse();
            }
            assertThat(log.with("messages to b were dropped, because more waited for the connection than may; they will"
                            + " be sent again"))
                    .hasSize(1);
        }
    }

    /** Who is away is not called slow. */
    @Test
    void saysOfWhatDoesNotFitThatNobodyIsThere() {
        TcpLimits.Bounds usual = limits.bounds();
        bounds(new TcpLimits.Bounds(usual.handshakes(), usual.accepted(), usual.peers(), 64, 8 << 20));
        Talker a = start("a");
        Contact b = new Contact("b", "127.0.0.1:" + Servers.freePort());
        Servers.until("a line", () -> {
            a.act(() -> {
                for (int i = 0; i < 100; i++) {
                    a.transport.send(b, a.envelope(NUMBER));
                }
            });
            return !log.with("messages to b were dropped").isEmpty();
        });
        assertThat(log.with("messages to b were dropped"))
                .allMatch(line -> line.contains("because it cannot be reached, or does not answer"));
    }

    @Test
    void heartbeatsAndVotesDoNotWaitBehindBulk() {
        Outbound outbound = new Outbound(limits.bounds());
        Talker a = start("a");
        outbound.offer(new Outgoing(a.envelope(NUMBER), null, 64));
        outbound.offer(new Outgoing(a.envelope(Messages.append(1, "x")), null, 1000));
        outbound.offer(new Outgoing(a.envelope(new Message.Heartbeat(1, 1)), null, 64));
        outbound.offer(new Outgoing(a.envelope(new Message.VoteReply(false, 1, true)), null, 64));
        List<Message> order = new ArrayList<>();
        for (Outgoing next = outbound.poll(); next != null; next = outbound.poll()) {
            order.add(next.envelope().message());
        }
        assertThat(order)
                .containsExactly(
                        new Message.Heartbeat(1, 1),
                        new Message.VoteReply(false, 1, true),
                        NUMBER,
                        Messages.append(1, "x"));
    }

    @Test
    void whatCannotBeWrittenCostsItsFrameAlone() {
        Talker a = start("a");
        Talker b = start("b");
        sendUntilHeard(a, b, NUMBER);
        a.send(b.contact(), Messages.append(1, "x".repeat(Talker.MAX_FRAME + 1)));
        a.send(b.contact(), new Message.TransferRequest("\ud800"));
        // Of a term before the one in which the store was registered: dropped without a word.
        Envelope early = new Envelope(0, null, a.self(), null, 0, Messages.append(1, "x"));
        a.act(() -> a.transport.send(b.contact(), early));
        a.send(b.contact(), new Message.ReadRequest(2));
        Servers.until("b hears what follows", () -> b.hasHeard(new Message.ReadRequest(2)));
        assertThat(b.messages().stream().filter(message -> !NUMBER.equals(message)))
                .containsExactly(new Message.ReadRequest(2));
        assertThat(log.with("a: a Append to b was not sent: ")).hasSize(1);
        assertThat(log.with("is connected to b")).hasSize(1);
        assertThat(a.lost).isEmpty();
    }

    @Test
    void encodesABodyOnceForAllFollowers() {
        Message.Append append = Messages.append(1, "value");
        SharedBody body = new SharedBody(append, 1, 100);
        Talker a = start("a");
        var codec = new MessageCodec(a.codecs(), Talker.MAX_FRAME);
        assertThat(body.bytes(codec, Talker.MAX_FRAME)).isSameAs(body.bytes(codec, Talker.MAX_FRAME));
        assertThat(body.is(append, 1)).isTrue();
        assertThat(body.is(append, 2)).isFalse();
        assertThat(body.is(Messages.append(1, "value"), 1)).isFalse();
        Talker b = start("b");
        Talker c = start("c");
        a.act(() -> {
            a.transport.send(b.contact(), a.envelope(append));
            a.transport.send(c.contact(), a.envelope(append));
        });
        Servers.until("both hear", () -> b.hasHeard(append) && c.hasHeard(append));
    }

    // --- closing ---

    /** What the last turn has sent is written, to who reads it. */
    @Test
    void writesOutWhatWasSentLastBeforeItIsClosed() {
        TcpLimits.Times times = limits.times();
        limits = limits.with(new TcpLimits.Times(
                times.connect(),
                times.handshake(),
                times.answer(),
                times.frame(),
                times.idle(),
                times.silent(),
                Servers.LONG));
        Talker a = start("a");
        Talker b = start("b");
        Talker client = Talker.started(TcpTransport.dialing(), "client");
        talkers.add(client);
        sendUntilHeard(a, b, NUMBER);
        sendUntilHeard(client, a, new ClientMessage.StatusRequest(1));
        for (int i = 0; i < 20; i++) {
            Talker leaver = Talker.started(TcpTransport.dialing().limits(limits), "leaver" + i);
            talkers.add(leaver);
            sendUntilHeard(leaver, a, new ClientMessage.StatusRequest(2 + i));
            Message farewell = new ClientMessage.Farewell(new Revision(1, i));
            leaver.act(() -> {
                leaver.transport.send(a.contact(), leaver.envelope(farewell));
                leaver.transport.close();
            });
            Servers.until("a hears the farewell", () -> a.hasHeard(farewell));
        }
        Message answer = new ClientMessage.OrderReply(1, "", false);
        a.act(() -> {
            a.transport.send(b.contact(), a.envelope(new Message.StandNow()));
            a.transport.send(client.contact(), a.envelope(answer));
            a.transport.close();
        });
        Servers.until("both hear", () -> b.hasHeard(new Message.StandNow()) && client.hasHeard(answer));
    }

    /** Who does not read is not waited for: the node closes all the same. */
    @Test
    void closesWithoutWhoDoesNotRead() throws IOException, Refused {
        Talker a = start("a");
        Message large = Messages.append(1, "x".repeat(1 << 20));
        try (ServerSocket server = server()) {
            Contact b = contact("b", server);
            a.send(b, NUMBER);
            try (Socket deaf = deaf(server, "b")) {
                a.act(() -> {
                    for (int i = 0; i < 32; i++) {
                        a.transport.send(b, a.envelope(large));
                    }
                });
                a.close();
                Servers.until(
                        "all threads end",
                        () -> Thread.getAllStackTraces().keySet().stream()
                                .noneMatch(thread -> thread.getName().startsWith("memdi-a-")));
                assertThat(deaf.isClosed()).isFalse();
            }
        }
        assertThat(a.lost).isEmpty();
    }
}
