package io.memdi.transport.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memdi.Revision;
import io.memdi.transport.ClientMessage;
import io.memdi.transport.Contact;
import io.memdi.transport.Message;
import io.memdi.transport.TransportFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What every transport does, whatever it carries messages with. */
abstract class TransportContract {
    private final List<Talker> talkers = new ArrayList<>();

    /** What opens the transport of a node, at the address that the name had before, if it had one. */
    abstract TransportFactory network(String name);

    /** What opens the transport of a client. */
    TransportFactory clientNetwork(String name) {
        return network(name);
    }

    /** Waits, in the transport's time, until the condition holds; fails if it never does. */
    abstract void until(BooleanSupplier condition);

    /** Where nobody is. */
    abstract Contact nobody();

    @AfterEach
    void stop() {
        talkers.forEach(Talker::close);
    }

    final Talker start(String name) {
        Talker talker = open(name);
        talker.start();
        return talker;
    }

    final Talker open(String name) {
        return open(network(name), name);
    }

    private Talker open(TransportFactory factory, String name) {
        Talker talker = new Talker(factory, name);
        talkers.add(talker);
        return talker;
    }

    final Talker startClient(String name) {
        Talker talker = open(clientNetwork(name), name);
        talker.start();
        return talker;
    }

    /** A number that arrives in order with others. */
    static Message number(long number) {
        return new Message.ReadRequest(number);
    }

    final void roundTrip(Talker from, Talker to, long number) {
        until(() -> {
            from.send(to.contact(), number(number));
            return to.hasHeard(number(number));
        });
        until(() -> {
            to.send(from.contact(), number(number));
            return from.hasHeard(number(number));
        });
    }

    @Test
    void carriesEveryTypeOfMessageAsItIs() {
        Talker a = start("a");
        Talker b = start("b");
        List<Message> messages = Messages.all();
        assertThat(messages.stream().map(Object::getClass).distinct().count())
                .isEqualTo(typesOf(Message.class).count());
        messages.forEach(message -> a.send(b.contact(), message));
        until(() -> b.heard.size() == messages.size());
        for (Message message : messages) {
            // What has no equals tells what it holds.
            assertThat(b.messages()).anySatisfy(heard -> {
                assertThat(heard).hasSameClassAs(message);
                assertThat(Messages.withObjects(heard, b.codecs()))
                        .usingRecursiveComparison()
                        .isEqualTo(message);
            });
        }
        assertThat(b.heard).allSatisfy(envelope -> {
            assertThat(envelope.sender()).isEqualTo(a.self());
            assertThat(envelope.target()).isNull();
            assertThat(envelope.cluster()).isNull();
            assertThat(envelope.term()).isEqualTo(1);
        });
    }

    private static java.util.stream.Stream<Class<?>> typesOf(Class<?> type) {
        return java.util.Arrays.stream(type.getPermittedSubclasses())
                .flatMap(each -> each.isSealed() ? typesOf(each) : java.util.stream.Stream.of(each));
    }

    @Test
    void keepsTheOrder() {
        Talker a = start("a");
        Talker b = start("b");
        a.act(() -> LongStream.range(0, 2000).forEach(i -> a.transport.send(b.contact(), a.envelope(number(i)))));
        until(() -> b.heard.size() == 2000);
        assertThat(b.messages())
                .isEqualTo(LongStream.range(0, 2000)
                        .mapToObj(TransportContract::number)
                        .toList());
    }

    @Test
    void carriesLargeMessages() {
        Talker a = start("a");
        Talker b = start("b");
        Message large = Messages.append(1, "x".repeat(10 << 20));
        a.send(b.contact(), large);
        a.send(b.contact(), number(1));
        until(() -> b.heard.size() == 2);
        assertThat(b.messages()).containsExactly(large, number(1));
    }

    @Test
    void reachesOthersWhateverIsSentToNobody() {
        Talker a = start("a");
        Talker b = start("b");
        for (int i = 0; i < 10_000; i++) {
            int number = i;
            a.act(() -> a.transport.send(nobody(), a.envelope(number(number))));
        }
        roundTrip(a, b, 1);
        assertThat(a.lost).isEmpty();
    }

    @Test
    void neverWaitsForWhoDoesNotListen() {
        Talker a = start("a");
        Talker b = start("b");
        Talker silent = open("silent");
        Message large = Messages.append(1, "x".repeat(1 << 20));
        a.act(() -> {
            for (int i = 0; i < 1000; i++) {
                a.transport.send(silent.contact(), a.envelope(large));
            }
        });
        roundTrip(a, b, 1);
        assertThat(silent.heard).isEmpty();
    }

    @Test
    void tellsThatAConnectionWasLost() {
        Talker a = start("a");
        Talker b = start("b");
        Talker c = start("c");
        roundTrip(a, b, 1);
        roundTrip(a, c, 2);
        b.close();
        until(() -> a.lost.contains("b"));
        assertThat(a.lost).doesNotContain("c");
        assertThat(b.lost).isEmpty();
        roundTrip(a, c, 3);
        assertThat(c.lost).doesNotContain("a");
    }

    @Test
    void reachesANameThatIsStartedAgain() {
        Talker a = start("a");
        Talker before = start("b");
        roundTrip(a, before, 1);
        String address = before.transport.address();
        before.close();
        Talker again = start("b");
        assertThat(again.transport.address()).isEqualTo(address);
        roundTrip(a, again, 2);
        assertThat(before.messages()).doesNotContain(number(2));
    }

    @Test
    void closesOnceAndIsSilentAfterwards() {
        Talker a = start("a");
        Talker b = start("b");
        roundTrip(a, b, 1);
        int heard = b.heard.size();
        b.transport.close();
        b.transport.close();
        b.transport.send(a.contact(), b.envelope(number(99)));
        a.send(b.contact(), number(98));
        until(() -> a.lost.contains("b"));
        assertThat(b.heard).hasSizeGreaterThanOrEqualTo(heard);
        assertThat(b.messages()).doesNotContain(number(98));
        assertThat(a.messages()).doesNotContain(number(99));
    }

    @Test
    void closesBeforeItsStart() {
        Talker a = open("a");
        a.transport.close();
        a.transport.close();
        assertThatThrownBy(() -> a.transport.start("a", a)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void startsOnceAndForItsOwnName() {
        Talker a = open("a");
        assertThatThrownBy(() -> a.transport.start("b", a)).isInstanceOf(IllegalArgumentException.class);
        a.start();
        assertThatThrownBy(() -> a.transport.start("a", a)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void refusesWhatIsInUse() {
        start("a");
        assertThatThrownBy(() -> network("a").open("a"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("a");
    }

    @Test
    void hasOneAddressAndOneLoop() {
        Talker a = open("a");
        String address = a.transport.address();
        assertThat(address).isNotEmpty();
        a.start();
        assertThat(a.transport.address()).isEqualTo(address);
        assertThat(a.transport.eventLoop()).isSameAs(a.loop);
    }

    // --- clients ---

    private static Message ask(long number) {
        return new ClientMessage.StatusRequest(number);
    }

    private static Message answer(long number) {
        return new ClientMessage.OrderReply(number, "", false);
    }

    /** A client has asked, and was answered by whoever it has asked. */
    private void isAnswered(Talker client, Talker node, long number) {
        until(() -> {
            client.send(node.contact(), ask(number));
            return node.hasHeard(ask(number));
        });
        until(() -> {
            node.send(client.contact(), answer(number));
            return client.hasHeard(answer(number));
        });
    }

    @Test
    void answersAClientFromEachNode() {
        Talker a = start("a");
        Talker b = start("b");
        Talker client = startClient("client");
        isAnswered(client, a, 1);
        isAnswered(client, b, 2);
        assertThat(client.heard)
                .allSatisfy(envelope -> assertThat(envelope.sender().name())
                        .isEqualTo(envelope.message().equals(answer(1)) ? "a" : "b"));
    }

    @Test
    void carriesEverythingThatAClientSays() {
        Talker a = start("a");
        Talker client = startClient("client");
        List<Message> messages = Messages.ofClients();
        messages.forEach(message -> client.send(a.contact(), message));
        until(() -> a.heard.size() == messages.size());
        assertThat(a.heard).allSatisfy(envelope -> assertThat(envelope.sender()).isEqualTo(client.self()));
        assertThat(client.lost).isEmpty();
    }

    @Test
    void keepsTheOrderOfWhatAClientWrites() {
        Talker a = start("a");
        Talker client = startClient("client");
        List<Message> writes = LongStream.rangeClosed(1, 1000)
                .<Message>mapToObj(i -> new ClientMessage.SessionWrites(
                        new Revision(1, i), new Message.Writes(1, List.of(Messages.write("value " + i)))))
                .toList();
        client.act(() -> {
            for (Message message : writes) {
                client.transport.send(a.contact(), client.envelope(message));
                client.transport.send(a.contact(), client.envelope(new ClientMessage.Hail(1, Revision.NONE, true)));
            }
        });
        until(() -> a.messages().stream()
                        .filter(ClientMessage.SessionWrites.class::isInstance)
                        .count()
                == writes.size());
        assertThat(a.messages().stream().filter(ClientMessage.SessionWrites.class::isInstance))
                .isEqualTo(writes);
    }

    @Test
    void tellsAClientThatANodeWasLostAndReachesItAgain() {
        Talker before = start("a");
        Talker b = start("b");
        Talker client = startClient("client");
        isAnswered(client, before, 1);
        isAnswered(client, b, 2);
        before.close();
        until(() -> client.lost.contains("a"));
        assertThat(client.lost).doesNotContain("b");
        Talker again = start("a");
        isAnswered(client, again, 3);
        isAnswered(client, b, 4);
    }

    @Test
    void aClientThatIsGoneHarmsNobody() {
        Talker a = start("a");
        Talker b = start("b");
        Talker client = startClient("client");
        isAnswered(client, a, 1);
        client.close();
        a.send(client.contact(), answer(2));
        roundTrip(a, b, 3);
        Talker again = startClient("client");
        isAnswered(again, a, 4);
    }
}
