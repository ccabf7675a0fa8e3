package io.memdi.bench.load;

import io.memdi.Ack;
import io.memdi.Codec;
import io.memdi.Memdi;
import io.memdi.MemdiClient;
import io.memdi.MemdiNode;
import io.memdi.NodeBuilder;
import io.memdi.Storage;
import io.memdi.Store;
import io.memdi.WriteOptions;
import io.memdi.transport.tcp.TcpTransport;
import io.memdi.transport.tcp.TlsIdentity;
import io.memdi.transport.tcp.TlsTrust;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * A JVM of the cluster, or one of a client: does what it reads from its standard input, a command per line, and answers each with a line that
 * begins with {@code ok} or {@code failed}. It ends when its input does.
 */
public final class Agent {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final char[] PASSWORD = "changeit".toCharArray();

    private final Memdi memdi;
    private final long openedNanos;
    private final Store<String, byte[]> store;
    private @Nullable Probe probe;
    private @Nullable Driver driver;

    private Agent(Memdi memdi, long openedNanos) {
        this.memdi = memdi;
        this.openedNanos = openedNanos;
        this.store = memdi.store("load", Codec.string(), Codec.bytes());
    }

    /**
     * Runs an agent.
     *
     * @param args {@code node NAME ADDRESS KEYS DATA LIST...}, {@code joiner NAME ADDRESS KEYS DATA CONTACT...} or {@code client NAME - KEYS -
     *     ADDRESS...}; KEYS is a directory with the keys of all, DATA that of the node; a dash for none
     * @throws IOException if the standard input cannot be read
     */
    public static void main(String[] args) throws IOException {
        long begun = System.nanoTime();
        Memdi memdi = open(args);
        Agent agent = new Agent(memdi, System.nanoTime() - begun);
        System.out.println("ok " + ProcessHandle.current().pid());
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            try {
                System.out.println("ok " + agent.run(line.split(" ", -1)));
            } catch (InterruptedException | RuntimeException e) {
                System.out.println("failed " + e.toString().replace('\n', ' '));
            }
        }
        Runtime.getRuntime().halt(0);
    }

    private static Memdi open(String[] args) {
        String name = args[1];
        String[] others = Arrays.copyOfRange(args, 5, args.length);
        boolean client = args[0].equals("client");
        TcpTransport transport = client ? TcpTransport.dialing() : TcpTransport.listen(args[2]);
        if (!args[3].equals("-")) {
            Path keys = Path.of(args[3]);
            transport = transport.tls(
                    TlsIdentity.pkcs12(keys.resolve(name + ".p12"), PASSWORD),
                    TlsTrust.pkcs12(keys.resolve("trust.p12"), PASSWORD));
        }
        if (client) {
            return Memdi.client().transport(transport).name(name).connect(others);
        }
        NodeBuilder node = Memdi.node(name).transport(transport);
        if (!args[4].equals("-")) {
            node.storage(Storage.directory(Path.of(args[4])));
        }
        return (args[0].equals("node") ? node.bootstrap(others) : node.join(others)).start();
    }

    private String run(String[] command) throws InterruptedException {
        return switch (command[0]) {
            case "ready" -> ready();
            case "opened" -> String.valueOf(openedNanos);
            case "leader" -> String.valueOf(memdi.cluster().leader());
            case "drive" ->
                new Driver(store, Ack.valueOf(command[1]), Integer.parseInt(command[2]))
                        .run(Long.parseLong(command[3]), Long.parseLong(command[4]));
            case "begin" -> begin(Ack.valueOf(command[1]), Integer.parseInt(command[2]));
            case "lap" -> driver().lap();
            case "end" -> driver().end();
            case "fill" -> fill(Integer.parseInt(command[1]));
            case "size" -> String.valueOf(store.size());
            case "cpu" -> String.valueOf(Cpu.nanos());
            case "digest" -> memdi.status().stores().toString();
            case "transfer" -> transfer(command[1]);
            case "remove" -> remove(command[1]);
            case "probe" -> beginProbe();
            case "pause" -> probe == null ? "0 0 0" : probe.report();
            case "close" -> close();
            default -> throw new IllegalArgumentException("no such command: " + command[0]);
        };
    }

    private String ready() {
        if (memdi instanceof MemdiNode node) {
            node.awaitReady(LONG);
        } else if (memdi instanceof MemdiClient client) {
            client.awaitReady(LONG);
        }
        return "ready";
    }

    private String transfer(String name) {
        memdi.cluster().transferLeadership(name);
        return name;
    }

    private String remove(String name) {
        memdi.cluster().remove(name);
        return name;
    }

    private String begin(Ack ack, int outstanding) {
        driver = new Driver(store, ack, outstanding);
        driver.begin();
        return "begun";
    }

    private Driver driver() {
        if (driver == null) {
            throw new IllegalStateException("nothing has begun");
        }
        return driver;
    }

    private String beginProbe() {
        probe = new Probe(store);
        return "probes";
    }

    private String close() throws InterruptedException {
        if (probe != null) {
            probe.end();
        }
        memdi.close();
        return "closed";
    }

    /** Puts so many keys, with values of their own. */
    private String fill(int count) throws InterruptedException {
        Semaphore room = new Semaphore(1024);
        List<Throwable> failures = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            room.acquire();
            byte[] value = new byte[Driver.VALUE_BYTES];
            value[0] = (byte) i;
            value[1] = (byte) (i >> 8);
            CompletableFuture<?> put = store.async()
                    .put(
                            Driver.key(i),
                            value,
                            WriteOptions.ack(Ack.QUORUM_MEMORY).withTimeout(LONG));
            CompletableFuture<?> unused = put.whenComplete((revision, failure) -> {
                if (failure != null) {
                    synchronized (failures) {
                        failures.add(failure);
                    }
                }
                room.release();
            });
        }
        room.acquire(1024);
        synchronized (failures) {
            return count - failures.size() + " " + (failures.isEmpty() ? "" : failures.get(0));
        }
    }
}
