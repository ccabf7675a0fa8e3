package io.memdi.transport.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.memdi.transport.ClientMessage;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A client that ends says so: nobody is told that a connection was lost. */
class FarewellTest {
    private final List<Talker> talkers = new ArrayList<>();
    private final TcpLogLines log = new TcpLogLines();

    @AfterEach
    void stop() {
        talkers.forEach(Talker::close);
        log.close();
    }

    private Talker start(TcpTransport transport, String name) {
        Talker talker = new Talker(transport, name);
        talker.maxClients = 256;
        talker.start();
        talkers.add(talker);
        return talker;
    }

    private static void isAnswered(Talker client, Talker node) {
        ClientMessage question = new ClientMessage.StatusRequest(1);
        ClientMessage answer = new ClientMessage.OrderReply(1, "", false);
        Servers.until("a question", () -> {
            client.send(node.contact(), question);
            return node.hasHeard(question);
        });
        Servers.until("an answer", () -> {
            node.send(client.contact(), answer);
            return client.hasHeard(answer);
        });
    }

    @Test
    void aClientThatClosesHasEndedItsConnection() {
        Talker node = start(TcpTransport.listen("127.0.0.1:0"), "a");
        Talker client = start(TcpTransport.dialing(), "client");
        isAnswered(client, node);
        client.close();
        Servers.until(
                "a line",
                () -> !log.with("a: client client at ").isEmpty()
                        || !log.with(" was lost").isEmpty());
        assertThat(log.with("a: client client at ")).singleElement().asString().contains(" has ended its connection");
        assertThat(log.with(" was lost")).isEmpty();
    }

    @Test
    void aNodeThatClosesIsMissedAtOnce() {
        Talker a = start(TcpTransport.listen("127.0.0.1:0"), "a");
        Talker client = start(TcpTransport.dialing(), "client");
        isAnswered(client, a);
        a.close();
        Servers.until(
                "a line", () -> !log.with("client: the connection to a at ").isEmpty());
        assertThat(log.with("client: the connection to a at ")).allMatch(line -> line.contains(" was lost"));
    }
}
