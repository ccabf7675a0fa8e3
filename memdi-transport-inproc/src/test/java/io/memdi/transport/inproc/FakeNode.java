package io.memdi.transport.inproc;

import io.memdi.Incarnation;
import io.memdi.transport.Contact;
import io.memdi.transport.Envelope;
import io.memdi.transport.EventLoop;
import io.memdi.transport.Member;
import io.memdi.transport.Message;
import io.memdi.transport.MessageHandler;
import io.memdi.transport.Transport;
import io.memdi.transport.TransportFactory;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A node that says numbers and writes down what it hears. {@code Heartbeat} is a number said; it is answered with a {@code
 * HeartbeatReply} if the node echoes.
 */
final class FakeNode implements MessageHandler, AutoCloseable {
    final String name;
    final Transport transport;
    final EventLoop loop;

    /** Numbers heard, as "a:1", in order; answers as "a:1!". Written by turns. */
    final List<String> heard = new CopyOnWriteArrayList<>();

    /** Names of nodes whose connection was lost. */
    final List<String> lost = new CopyOnWriteArrayList<>();

    final AtomicInteger turns = new AtomicInteger();

    /** The names of the threads that ran turns. */
    final Queue<String> threads = new ConcurrentLinkedQueue<>();

    volatile boolean echo;

    /** Said by the test: this node has no turns any more, or for now. */
    volatile boolean stopped;

    private final Queue<Object> inbox = new ConcurrentLinkedQueue<>();
    private final Member self;

    FakeNode(TransportFactory network, String name) {
        this.name = name;
        transport = network.open(name);
        loop = transport.eventLoop();
        self = new Member(name, new Incarnation(1, name.hashCode()), transport.address());
        transport.start(name, this);
        loop.start(this::turn);
    }

    static FakeNode echoing(TransportFactory network, String name) {
        FakeNode node = new FakeNode(network, name);
        node.echo = true;
        return node;
    }

    /** Has the node say a number to another; on its loop, at once if called there. */
    void say(String to, long number) {
        act(() -> send(to, new Message.Heartbeat(number, 0)));
    }

    /** Has the node do something in its next turn. */
    void act(Runnable action) {
        inbox.add(action);
        loop.wake();
    }

    void send(String to, Message message) {
        transport.send(new Contact(to, to), new Envelope(0, null, self, null, 1, message));
    }

    private long turn() {
        turns.incrementAndGet();
        if (threads.isEmpty() || !threads.contains(Thread.currentThread().getName())) {
            threads.add(Thread.currentThread().getName());
        }
        for (Object next = inbox.poll(); next != null; next = inbox.poll()) {
            if (next instanceof Runnable action) {
                action.run();
            } else {
                hear((Envelope) next);
            }
        }
        return Long.MAX_VALUE;
    }

    private void hear(Envelope envelope) {
        String sender = envelope.sender().name();
        if (envelope.message() instanceof Message.Heartbeat said) {
            heard.add(sender + ":" + said.round());
            if (echo) {
                send(sender, new Message.HeartbeatReply(said.round()));
            }
        } else if (envelope.message() instanceof Message.HeartbeatReply answered) {
            heard.add(sender + ":" + answered.round() + "!");
        }
    }

    @Override
    public void onMessage(Envelope envelope) {
        inbox.add(envelope);
        loop.wake();
    }

    @Override
    public void onPeerDown(String peer) {
        lost.add(peer);
    }

    @Override
    public void close() {
        transport.close();
        loop.close();
    }
}
