package io.memdi.transport.tcp;

import io.memdi.ClusterId;
import io.memdi.Codec;
import io.memdi.Incarnation;
import io.memdi.transport.Contact;
import io.memdi.transport.Envelope;
import io.memdi.transport.EventLoop;
import io.memdi.transport.Member;
import io.memdi.transport.Message;
import io.memdi.transport.MessageHandler;
import io.memdi.transport.StoreSpec;
import io.memdi.transport.Transport;
import io.memdi.transport.TransportFactory;
import io.memdi.wire.EncodingTransport;
import io.memdi.wire.StoreCodecs;
import io.memdi.wire.WireNode;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A node that says what a test wants, and keeps what it hears. */
final class Talker implements MessageHandler, WireNode, AutoCloseable {
    static final StoreSpec TEXTS = new StoreSpec("texts", "string", "string");
    static final int MAX_FRAME = 16 << 20;

    final String name;
    final Transport transport;
    final EventLoop loop;
    final List<Envelope> heard = new CopyOnWriteArrayList<>();
    final List<String> lost = new CopyOnWriteArrayList<>();
    final AtomicInteger heardCount = new AtomicInteger();
    final AtomicLong heardBytes = new AtomicLong();

    private final Queue<Runnable> actions = new ConcurrentLinkedQueue<>();
    private final StoreCodecs codecs = new StoreCodecs();
    private volatile Incarnation incarnation;
    private volatile @Nullable ClusterId cluster;

    volatile int maxClients = 256;

    /** What of all that is heard is kept. */
    volatile Predicate<Message> wants = any -> true;

    /** Whether what is heard is kept, or only counted. */
    volatile boolean keeps = true;

    Talker(TransportFactory network, String name) {
        this.name = name;
        transport = network.open(name);
        loop = transport.eventLoop();
        incarnation = new Incarnation(1, System.identityHashCode(this));
        codecs.open(TEXTS, Codec.string(), Codec.string());
        codecs.register(1, List.of(TEXTS));
        if (transport instanceof EncodingTransport encoding) {
            encoding.attach(this);
        }
    }

    static Talker started(TransportFactory network, String name) {
        Talker talker = new Talker(network, name);
        talker.start();
        return talker;
    }

    void start() {
        transport.start(name, this);
        loop.start(this::turn);
    }

    Member self() {
        return new Member(name, incarnation, transport.address());
    }

    Contact contact() {
        return new Contact(name, transport.address());
    }

    void belongsTo(@Nullable ClusterId other) {
        cluster = other;
    }

    void liveAgain(Incarnation other) {
        incarnation = other;
    }

    /** Has the node send in its next turn. */
    void send(Contact to, Message message) {
        act(() -> transport.send(to, envelope(message)));
    }

    Envelope envelope(Message message) {
        return new Envelope(0, cluster, self(), null, 1, message);
    }

    void act(Runnable action) {
        actions.add(action);
        loop.wake();
    }

    private long turn() {
        for (Runnable next = actions.poll(); next != null; next = actions.poll()) {
            next.run();
        }
        return Long.MAX_VALUE;
    }

    List<Message> messages() {
        return heard.stream().map(Envelope::message).toList();
    }

    boolean hasHeard(Message message) {
        return messages().contains(message);
    }

    @Override
    public void onMessage(Envelope envelope) {
        if (keeps && wants.test(envelope.message())) {
            heard.add(envelope);
        }
        heardCount.incrementAndGet();
    }

    @Override
    public void onMessage(Envelope envelope, int bytes) {
        heardBytes.addAndGet(bytes);
        onMessage(envelope);
    }

    @Override
    public void onPeerDown(String peer) {
        lost.add(peer);
    }

    @Override
    public StoreCodecs codecs() {
        return codecs;
    }

    @Override
    public boolean isDurable() {
        return false;
    }

    @Override
    public int maxFrameBytes() {
        return MAX_FRAME;
    }

    @Override
    public int maxClients() {
        return maxClients;
    }

    @Override
    public Incarnation incarnation() {
        return incarnation;
    }

    @Override
    public @Nullable ClusterId cluster() {
        return cluster;
    }

    @Override
    public void close() {
        transport.close();
        loop.close();
    }
}
