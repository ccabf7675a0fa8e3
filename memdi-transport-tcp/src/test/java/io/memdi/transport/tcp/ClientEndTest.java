package io.memdi.transport.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.memdi.ClusterId;
import io.memdi.Incarnation;
import io.memdi.Revision;
import io.memdi.transport.ClientMessage;
import io.memdi.transport.Contact;
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
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Clients, which have no address: what they may say, how many they may be, and that they harm nobody. */
class ClientEndTest {
    private static final Message ASK = new ClientMessage.StatusRequest(1);

    private final List<Talker> talkers = new ArrayList<>();
    private final TcpLogLines log = new TcpLogLines();
    private TcpLimits limits = TcpLimits.defaults();

    @AfterEach
    void stop() {
        talkers.forEach(Talker::close);
        log.close();
    }

    private Talker node(String name) {
        return start(TcpTransport.listen("127.0.0.1:0").limits(limits), name, 256);
    }

    private Talker node(String name, int maxClients) {
        return start(TcpTransport.listen("127.0.0.1:0").limits(limits), name, maxClients);
    }

    private Talker client(String name) {
        return start(TcpTransport.dialing().limits(limits), name, 0);
    }

    private Talker start(TcpTransport transport, String name, int maxClients) {
        Talker talker = new Talker(transport, name);
        talker.maxClients = maxClients;
        talker.start();
        talkers.add(talker);
        return talker;
    }

    private static Message ask(long number) {
        return new ClientMessage.StatusRequest(number);
    }

    private static Message answer(long number) {
        return new ClientMessage.OrderReply(number, "", false);
    }

    private static void sendUntilHeard(Talker from, Contact to, Talker hears, Message message) {
        Servers.until(hears.name + " hears " + message, () -> {
            from.send(to, message);
            return hears.hasHeard(message);
        });
    }

    private static void ask(Talker client, Talker node, long number) {
        sendUntilHeard(client, node.contact(), node, ask(number));
    }

    private static void isAnswered(Talker client, Talker node, long number) {
        ask(client, node, number);
        sendUntilHeard(node, client.contact(), client, answer(number));
    }

    // --- how it opens ---

    @Test
    void hasNoAddressAndAdvertisesNone() {
        try (var transport = TcpTransport.dialing().open("client")) {
            assertThat(transport.address()).isEmpty();
        }
        assertThat(TcpTransport.dialing()).hasToString("TcpTransport[dials only]");
        assertThatThrownBy(() -> TcpTransport.dialing().advertise("10.0.0.1:7400"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("a transport that only dials is reached by nobody, at whatever address");
    }

    @Test
    void leavesItsMachineWithoutTlsOnlyWhereThatWasAskedFor() {
        Contact far = new Contact("a", "192.0.2.1:7400");
        Talker client = client("client");
        client.send(far, ASK);
        Servers.until("a line", () -> !log.with("192.0.2.1").isEmpty());
        assertThat(log.with("192.0.2.1"))
                .singleElement()
                .asString()
                .contains(
                        "client: no connection to a at 192.0.2.1:7400: without TLS, everybody on the way there could read"
                                + " and change everything. Say tls(identity, trusted) of the transport; or plaintext(), if"
                                + " the network is closed to others");
        Talker near = node("near");
        ask(client, near, 1);
        // Asked for, it goes there, and finds out in its own time that nobody is.
        TcpLimits.Times times = limits.times();
        limits = limits.with(new TcpLimits.Times(
                Duration.ofMillis(50),
                times.handshake(),
                times.answer(),
                times.frame(),
                times.idle(),
                times.silent(),
                times.close()));
        Talker asked = start(TcpTransport.dialing().plaintext().limits(limits), "asked", 0);
        asked.send(far, ASK);
        Servers.until(
                "it has tried",
                () -> !log.with("asked: a cannot be reached at 192.0.2.1:7400").isEmpty());
    }

    // --- what it does ---

    @Test
    void isAnsweredOverTheConnectionThatItHasDialed() {
        Talker a = node("a");
        Talker client = client("client");
        isAnswered(client, a, 1);
        Envelope another = new Envelope(0, null, a.self(), new Incarnation(0, 0), 1, answer(2));
        a.act(() -> a.transport.send(client.contact(), another));
        Envelope mine = new Envelope(0, null, a.self(), client.incarnation(), 1, answer(3));
        a.act(() -> a.transport.send(client.contact(), mine));
        Servers.until("the client hears", () -> client.hasHeard(answer(3)));
        assertThat(client.messages()).as("what is for another incarnation").doesNotContain(answer(2));
    }

    @Test
    void isGoneWithoutAlarm() {
        Talker a = node("a");
        Talker client = client("client");
        isAnswered(client, a, 1);
        client.close();
        Servers.until("a notices", () -> !log.with("a: client client at ").isEmpty());
        a.send(client.contact(), answer(2));
        Talker b = node("b");
        sendUntilHeard(a, b.contact(), b, new Message.Heartbeat(1, 1));
        assertThat(a.lost).isEmpty();
    }

    @Test
    void learnsUnderTheNameOfTheNodeThatAConnectionWasLost() {
        Talker a = node("a");
        Talker b = node("b");
        Talker client = client("client");
        // It knows the addresses alone.
        Contact atA = new Contact(a.transport.address(), a.transport.address());
        Contact atB = new Contact(b.transport.address(), b.transport.address());
        sendUntilHeard(client, atA, a, ASK);
        sendUntilHeard(client, atB, b, ASK);
        a.close();
        Servers.until("the client learns it", () -> client.lost.contains("a"));
        assertThat(client.lost).doesNotContain("b");
    }

    @Test
    void isAnsweredOverTheNewerOfTwoConnections() throws IOException, Refused {
        Talker a = node("a");
        try (RawPeer older = dial(a, "client");
                RawPeer newer = dial(a, "client")) {
            newer.say(frame("client", "", ASK));
            Servers.until("a hears", () -> a.hasHeard(ASK));
            a.send(new Contact("client", ""), answer(1));
            assertThat(newer.readNumber()).isGreaterThan(30);
            // The older one is heard all the same.
            older.say(frame("client", "", ask(2)));
            Servers.until("a hears", () -> a.hasHeard(ask(2)));
        }
    }

    /** A connection of a client that has completed the handshake. */
    private static RawPeer dial(Talker to, String name) throws IOException, Refused {
        RawPeer peer = new RawPeer(to.transport.address());
        assertThat(greet(peer, to, name, null).code()).isEqualTo(Code.WELCOME);
        return peer;
    }

    private static Answer greet(RawPeer peer, Talker to, String name, ClusterId cluster) throws IOException, Refused {
        return peer.greet(new Greeting(1, 1, RawPeer.party(name, cluster), true, to.name))
                .answer();
    }

    private static byte[] frame(String name, String address, Message message) {
        WireWriter out = new WireWriter(200, 10_000);
        Member sender = new Member(name, new Incarnation(7, 7), address);
        new MessageCodec(new StoreCodecs(), 10_000).write(out, new Envelope(0, null, sender, null, 0, message));
        return out.toByteArray();
    }

    // --- what it may not do ---

    private void isClosedFor(String reason, byte[] frame) throws IOException, Refused {
        Talker a = node("a");
        try (RawPeer peer = dial(a, "client")) {
            peer.say(frame).say(frame("client", "", ASK)).untilEnded();
        }
        Servers.until("a line", () -> !log.with("a: closed the connection").isEmpty());
        assertThat(log.with("a: closed the connection from client at 127.0.0.1:"))
                .singleElement()
                .asString()
                .endsWith(reason);
        assertThat(log.text()).doesNotContain("\tat ");
        assertThat(a.heard).isEmpty();
        Talker b = client("another");
        ask(b, a, 3);
    }

    @Test
    void neverSpeaksAsANode() throws IOException, Refused {
        isClosedFor(
                ": it is a client, and has sent a message of nodes: StandNow",
                frame("client", "", new Message.StandNow()));
    }

    @Test
    void neverSpeaksForAnotherClient() throws IOException, Refused {
        isClosedFor(": a message says that it comes from other", frame("other", "", ASK));
    }

    @Test
    void neverHasANodeDialAnAddress() throws IOException, Refused {
        isClosedFor(
                ": it is a client, and a message says that it has an address: 127.0.0.1:1",
                frame("client", "127.0.0.1:1", ASK));
    }

    @Test
    void whatIsSaidAmongNodesIsRefusedOneTypeAfterAnother() throws IOException, Refused {
        Talker a = node("a");
        List<Message> amongNodes = Messages.all().stream()
                .filter(message -> !(message instanceof Message.OfClients))
                .toList();
        assertThat(amongNodes).hasSizeGreaterThan(20);
        Talker writer = node("writer");
        for (Message message : amongNodes) {
            WireWriter out = new WireWriter(200, 1 << 20);
            Member sender = new Member("client", new Incarnation(7, 7), "");
            new MessageCodec(writer.codecs(), 1 << 20).write(out, new Envelope(0, null, sender, null, 1, message));
            try (RawPeer peer = dial(a, "client")) {
                peer.say(out.toByteArray()).untilEnded();
            }
        }
        assertThat(a.heard).isEmpty();
    }

    @Test
    void takesNoNameOfANode() throws IOException, Refused {
        Talker a = node("a");
        Talker b = node("b");
        Message heartbeat = new Message.Heartbeat(1, 1);
        sendUntilHeard(b, a.contact(), a, heartbeat);
        a.send(new Contact("c", "127.0.0.1:" + Servers.freePort()), heartbeat);
        Servers.until(
                "a has tried to reach c",
                () -> !log.with("a: c cannot be reached").isEmpty());
        for (String name : List.of("a", "b", "c")) {
            try (RawPeer peer = new RawPeer(a.transport.address())) {
                Answer answer = greet(peer, a, name, null);
                assertThat(answer.code()).isEqualTo(Code.NAME);
                assertThat(answer.reason())
                        .isEqualTo("a client calls itself " + name + ", and so does a node: give it another name");
                peer.untilEnded();
            }
        }
        dial(a, "d").close();
    }

    @Test
    void ofAnotherClusterIsRefused() throws IOException, Refused {
        Talker a = node("a");
        a.belongsTo(new ClusterId(1, 1));
        try (RawPeer peer = new RawPeer(a.transport.address())) {
            Answer answer = greet(peer, a, "client", new ClusterId(2, 2));
            assertThat(answer.code()).isEqualTo(Code.CLUSTER);
            assertThat(answer.reason()).startsWith("client client belongs to cluster 00000000000000020000000000000002");
        }
        dial(a, "knows-none-yet").close();
    }

    // --- how many they may be ---

    @Test
    void areRefusedInWordsBeyondTheirNumberAndGoOnTrying() {
        Talker a = node("a", 2);
        Talker one = client("one");
        Talker two = client("two");
        ask(one, a, 1);
        ask(two, a, 2);
        Talker three = client("three");
        three.send(a.contact(), ask(3));
        String why = "node a serves 2 clients already, as many as it may: close some, or raise maxClients";
        Servers.until("both lines", () -> log.with(why).size() == 2);
        assertThat(log.with("three: no connection to a at"))
                .singleElement()
                .asString()
                .endsWith("it refuses this client: " + why);
        assertThat(log.with("a: refused a connection from 127.0.0.1:"))
                .singleElement()
                .asString()
                .endsWith(why);
        // Nodes come in, and those that are there are served.
        Talker b = node("b");
        sendUntilHeard(b, a.contact(), a, new Message.Heartbeat(1, 1));
        isAnswered(one, a, 4);
        assertThat(a.messages()).doesNotContain(ask(3));
        two.close();
        ask(three, a, 5);
    }

    @Test
    void aClientThatComesBackHasItsOwnRoom() throws IOException, Refused {
        Talker a = node("a", 2);
        try (RawPeer other = dial(a, "other");
                RawPeer older = dial(a, "client");
                RawPeer newer = dial(a, "client")) {
            older.untilEnded();
            newer.say(frame("client", "", ASK));
            other.say(frame("other", "", ask(2)));
            Servers.until("a hears both", () -> a.hasHeard(ASK) && a.hasHeard(ask(2)));
        }
    }

    @Test
    void nodesHaveRoomOfTheirOwn() throws IOException, Refused {
        TcpLimits.Bounds usual = limits.bounds();
        limits = limits.with(
                new TcpLimits.Bounds(usual.handshakes(), 2, usual.peers(), usual.messages(), usual.bytes()));
        Talker a = node("a", 1);
        try (RawPeer client = dial(a, "client");
                RawPeer b = new RawPeer(a.transport.address());
                RawPeer c = new RawPeer(a.transport.address());
                RawPeer d = new RawPeer(a.transport.address())) {
            assertThat(b.greet(RawPeer.greeting("b", null, "a")).answer().code())
                    .isEqualTo(Code.WELCOME);
            assertThat(c.greet(RawPeer.greeting("c", null, "a")).answer().code())
                    .isEqualTo(Code.WELCOME);
            Answer answer = d.greet(RawPeer.greeting("d", null, "a")).answer();
            assertThat(answer.code()).isEqualTo(Code.FULL);
            assertThat(answer.reason()).isEqualTo("nodes have 2 connections to node a already, as many as they may");
            b.socket.close();
            Servers.until("there is room again", () -> comesIn(a, "d"));
            client.say(frame("client", "", ASK));
            Servers.until("the client is heard", () -> a.hasHeard(ASK));
        }
    }

    private static boolean comesIn(Talker to, String name) {
        try (RawPeer peer = new RawPeer(to.transport.address())) {
            return peer.greet(RawPeer.greeting(name, null, to.name)).answer().code() == Code.WELCOME;
        } catch (IOException | Refused e) {
            return false;
        }
    }

    /** Who floods pays for it: somebody else who is slow completes the handshake in the midst of it. */
    @Test
    void aFloodFromOneAddressKeepsNobodyElseOut() throws IOException, Refused {
        TcpLimits.Times times = limits.times();
        limits = limits.with(new TcpLimits.Times(
                times.connect(),
                Servers.LONG.multipliedBy(5),
                times.answer(),
                times.frame(),
                times.idle(),
                times.silent(),
                times.close()));
        Talker a = node("a");
        List<Socket> flood = new ArrayList<>();
        byte[] greeting = Handshake.bytes(RawPeer.greeting("b", null, "a"));
        try (RawPeer slow = new RawPeer(a.transport.address())) {
            slow.say(Arrays.copyOf(greeting, 20));
            for (int i = 0; i < 200; i++) {
                flood.add(from("127.0.0.2", a));
            }
            Servers.until("the oldest of the flood is ended", () -> hasEnded(flood.get(0)));
            slow.say(Arrays.copyOfRange(greeting, 20, greeting.length));
            assertThat(slow.answer().code()).isEqualTo(Code.WELCOME);
            String why = "64 connections have not completed the handshake yet, most of them from 127.0.0.2";
            Servers.until("a line", () -> !log.with(why).isEmpty());
            assertThat(log.with(why)).singleElement().asString().contains("a: refused a connection from 127.0.0.2:");
            ask(client("client"), a, 1);
        } finally {
            for (Socket each : flood) {
                each.close();
            }
        }
    }

    private static Socket from(String address, Talker to) throws IOException {
        HostPort target = HostPort.parse(to.transport.address());
        Socket socket = new Socket();
        try {
            socket.bind(new InetSocketAddress(address, 0));
        } catch (IOException e) {
            assumeTrue(false, "not every system has " + address);
        }
        socket.connect(target.resolved());
        return socket;
    }

    private static boolean hasEnded(Socket socket) {
        try {
            socket.setSoTimeout(10);
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    @Test
    void aRefusalWaitsLongerThanOtherFailures() {
        Backoff backoff = new Backoff(new SplittableRandom(1));
        for (int i = 0; i < 100; i++) {
            assertThat(backoff.noRoom()).isBetween(Backoff.NO_ROOM / 2, Backoff.NO_ROOM);
        }
        assertThat(Backoff.NO_ROOM).isGreaterThan(2 * Backoff.LONGEST);
    }

    /** As many clients as there may be: half of them ask without an end, and half read nothing of the much that they are told. */
    @Test
    void heartbeatsOfANodeArriveWhateverClientsDo() throws IOException, Refused {
        Talker a = node("a");
        a.wants = message -> message instanceof Message.Heartbeat;
        Talker b = node("b");
        List<RawPeer> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 256; i++) {
                clients.add(dial(a, "client" + i));
            }
            AtomicBoolean goesOn = new AtomicBoolean(true);
            for (int i = 128; i < 256; i += 32) {
                List<RawPeer> some = clients.subList(i, i + 32);
                int first = i;
                new Thread(() -> flood(some, first, goesOn)).start();
            }
            Servers.until("the flood comes", () -> a.heardCount.get() > 10_000);
            for (int i = 1; i <= 50; i++) {
                int floodBefore = a.heardCount.get();
                tellAll(a, 128);
                sendUntilHeard(b, a.contact(), a, new Message.Heartbeat(i, i));
                sendUntilHeard(a, b.contact(), b, new Message.HeartbeatReply(i));
                Servers.until("the flood goes on", () -> a.heardCount.get() > floodBefore + 1000);
            }
            goesOn.set(false);
            assertThat(a.lost).isEmpty();
            assertThat(b.lost).isEmpty();
        } finally {
            for (RawPeer client : clients) {
                client.close();
            }
        }
    }

    private static void flood(List<RawPeer> clients, int first, AtomicBoolean goesOn) {
        try {
            List<byte[]> frames = IntStream.range(first, first + clients.size())
                    .mapToObj(i -> frame("client" + i, "", new ClientMessage.Hail(1, Revision.NONE, true)))
                    .toList();
            while (goesOn.get()) {
                for (int i = 0; i < clients.size(); i++) {
                    clients.get(i).socket.getOutputStream().write(frames.get(i));
                }
            }
        } catch (IOException e) {
            // The end of the test; before it, the flood would be missed.
            assertThat(e).isNotNull();
        }
    }

    private static void tellAll(Talker a, int clients) {
        Message large = Messages.answers("x".repeat(1 << 20));
        a.act(() -> {
            for (int i = 0; i < clients; i++) {
                a.transport.send(new Contact("client" + i, ""), a.envelope(large));
            }
        });
    }

    // --- what waits for them ---

    @Test
    void holdsNoMoreForClientsThatDoNotReadThanThereMayBe() throws IOException, Refused {
        Talker a = node("a");
        Budget.Pool pool = ((TcpNode) a.transport).pool();
        Talker reads = client("reads");
        isAnswered(reads, a, 1);
        List<RawPeer> deaf = new ArrayList<>();
        try {
            for (int i = 0; i < 64; i++) {
                deaf.add(dial(a, "client" + i));
            }
            // The system takes some megabytes for each of them, how many is its own affair.
            Servers.until("much waits", () -> {
                tellAll(a, 64);
                return pool.held() > TcpLimits.CLIENTS_BYTES / 2;
            });
            for (int i = 2; i < 20; i++) {
                isAnswered(reads, a, i);
                assertThat(pool.held()).isLessThanOrEqualTo(TcpLimits.CLIENTS_BYTES + 65 * (128 << 10));
            }
        } finally {
            for (RawPeer client : deaf) {
                client.close();
            }
        }
        Servers.until("all is given back", () -> pool.held() == 0);
    }
}
