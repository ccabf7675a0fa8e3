package io.memdi.shell;

import io.memdi.Ack;
import io.memdi.Codec;
import io.memdi.Memdi;
import io.memdi.MemdiNode;
import io.memdi.ReadOptions;
import io.memdi.Storage;
import io.memdi.Store;
import io.memdi.WriteOptions;
import io.memdi.transport.tcp.TcpTransport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

public class Durable {
    public static void main(String[] arguments) {
        Path data = Path.of("data");
        System.out.println(run(data, "a=127.0.0.1:7401", "b=127.0.0.1:7402", "c=127.0.0.1:7403"));
    }

    static String run(Path data, String... founders) {
        List<MemdiNode> nodes = new ArrayList<>();
        try {
            for (String founder : founders) {
                nodes.add(start(data, founder, founders));
            }
            MemdiNode a = nodes.get(0).awaitReady(Duration.ofSeconds(30)); // once it has found the others
            Store<String, String> greetings = a.store("greetings", Codec.string(), Codec.string());
            String before = greetings.get("en", ReadOptions.linearizable());
            greetings.put("en", "hello", WriteOptions.ack(Ack.QUORUM_DISK)); // once a majority has synced it
            return before == null ? "nothing was there before" : "a run before this one has left " + before;
        } finally {
            nodes.forEach(MemdiNode::close);
        }
    }

    private static MemdiNode start(Path data, String founder, String... founders) {
        String[] parts = founder.split("=");
        return Memdi.node(parts[0])
                .transport(TcpTransport.listen(parts[1])) // no TLS is needed at a loopback address
                .bootstrap(founders)
                .storage(Storage.directory(data.resolve(parts[0])))
                .start();
    }
}
