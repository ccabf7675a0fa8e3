package io.memdi.shell;

import io.memdi.Ack;
import io.memdi.Codec;
import io.memdi.Memdi;
import io.memdi.MemdiNode;
import io.memdi.ReadOptions;
import io.memdi.Store;
import io.memdi.WriteOptions;
import io.memdi.transport.inproc.InProcNetwork;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

public class Quickstart {
    public static void main(String[] arguments) {
        try (InProcNetwork network = InProcNetwork.create()) {
            List<MemdiNode> nodes = Stream.of("a", "b", "c")
                    .map(name -> Memdi.node(name)
                            .transport(network)
                            .bootstrap("a", "b", "c")
                            .start())
                    .toList();
            MemdiNode a = nodes.get(0).awaitReady(Duration.ofSeconds(10)); // once all three have found each other
            greetings(a).put("en", "hello", WriteOptions.ack(Ack.QUORUM_MEMORY)); // once a majority holds it

            String leader = a.cluster().leader();
            network.crash(leader); // as if its process had died

            MemdiNode survivor = leader.equals("a") ? nodes.get(1) : a;
            String value = greetings(survivor).get("en", ReadOptions.linearizable());
            System.out.println(leader + " is dead, and " + survivor.name() + " says " + value);
        }
    }

    static Store<String, String> greetings(MemdiNode node) {
        return node.store("greetings", Codec.string(), Codec.string());
    }
}
