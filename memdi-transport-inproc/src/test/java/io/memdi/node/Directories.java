package io.memdi.node;

import io.memdi.Ack;
import io.memdi.Codec;
import io.memdi.Role;
import io.memdi.Store;
import io.memdi.WriteOptions;
import io.memdi.machine.Start;
import io.memdi.storage.Batch;
import io.memdi.storage.Journal;
import io.memdi.storage.JournalSettings;
import io.memdi.storage.Recovered;
import io.memdi.storage.SimDisk;
import io.memdi.storage.SnapshotHead;
import io.memdi.storage.SnapshotWriter;
import io.memdi.storage.SteppedJournal;
import io.memdi.transport.Contact;
import io.memdi.transport.inproc.SimNetwork;
import io.memdi.wire.StoreCodecs;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.BooleanSupplier;

/** Durable nodes in virtual time, whose directories can be copied, exchanged, and spoilt. */
final class Directories implements AutoCloseable {
    static final List<String> NAMES = List.of("a", "b", "c");
    static final Duration LONG = Duration.ofSeconds(60);
    private static final WriteOptions SAFE = WriteOptions.ack(Ack.QUORUM_DISK).withTimeout(Duration.ofSeconds(20));

    final SimNetwork network;
    private final Framed frames;
    private final Map<String, SimDisk> disks = new HashMap<>();
    private final Map<String, LocalNode> nodes = new HashMap<>();
    private final Map<String, Pumped> journals = new HashMap<>();

    Directories(long seed) {
        network = SimNetwork.create(seed);
        frames = new Framed(network);
    }

    /** Three nodes that are ready. */
    static Directories ready(long seed) {
        Directories three = new Directories(seed);
        NAMES.forEach(three::start);
        three.awaitReady(NAMES);
        return three;
    }

    void awaitReady(List<String> names) {
        names.forEach(name -> node(name).awaitReady(LONG));
    }

    LocalNode start(String name) {
        return start(name, NAMES);
    }

    LocalNode start(String name, List<String> list) {
        return start(name, Start.founding(contacts(list)));
    }

    LocalNode start(String name, Start start) {
        LocalNode node = LocalNode.start(NodeSettings.of(name, start), frames, codecs -> journal(name, codecs));
        nodes.put(name, node);
        return node;
    }

    static List<Contact> contacts(List<String> names) {
        return names.stream().map(name -> new Contact(name, name)).toList();
    }

    private Pumped journal(String name, StoreCodecs codecs) {
        SteppedJournal steps = new SteppedJournal(
                disk(name).mount(),
                codecs,
                new JournalSettings(64 << 10, 4 << 10, 64 << 10, 64 << 10),
                new Random(network.now().toNanos()));
        Pumped journal = new Pumped(steps);
        journals.put(name, journal);
        return journal;
    }

    Framed frames() {
        return frames;
    }

    SimDisk disk(String name) {
        return disks.computeIfAbsent(name, any -> new SimDisk(name.hashCode()));
    }

    void put(String name, SimDisk disk) {
        disks.put(name, disk);
    }

    /** The latest file of its log gets another bit, far in front of its end. */
    void damage(String name) {
        String file = disk(name).names().stream()
                .filter(each -> each.matches("[0-9]+\\.log"))
                .max(String::compareTo)
                .orElseThrow();
        disk(name).flip(file, 8 * 120);
    }

    LocalNode node(String name) {
        return Objects.requireNonNull(nodes.get(name), name);
    }

    /** The process is killed. */
    void kill(String name) {
        Objects.requireNonNull(journals.get(name)).dead = true;
        network.crash(name);
        disk(name).killProcess();
    }

    void killAll() {
        NAMES.forEach(this::kill);
    }

    Store<String, String> store(String name) {
        return node(name).store("texts", Codec.string(), Codec.string());
    }

    void write(String name, String key) {
        store(name).put(key, "value of " + key, SAFE);
    }

    void await(BooleanSupplier condition) {
        network.runUntil(condition, LONG);
    }

    /** Why a node has stopped, once it has. */
    String stopped(String name) {
        await(() -> node(name).status().role() == Role.STOPPED);
        return node(name).status().waitingFor();
    }

    String leader() {
        await(() -> node("a").cluster().leader() != null);
        return Objects.requireNonNull(node("a").cluster().leader());
    }

    /** Two that do not lead. */
    List<String> followers() {
        String leader = leader();
        return NAMES.stream().filter(name -> !name.equals(leader)).toList();
    }

    /** A journal whose thread is virtual time. */
    private final class Pumped implements Journal {
        private final SteppedJournal journal;
        private boolean dead;

        Pumped(SteppedJournal journal) {
            this.journal = journal;
        }

        private void pump() {
            network.after(Duration.ofMillis(1), () -> {
                while (!dead && journal.doWork()) {
                    // until nothing waits
                }
            });
        }

        @Override
        public Recovered recover() {
            return journal.recover();
        }

        @Override
        public void start(Listener listener) {
            journal.start(listener);
        }

        @Override
        public void startAnew(Listener listener, long openingId) {
            journal.startAnew(listener, openingId);
        }

        @Override
        public void submit(Batch batch) {
            journal.submit(batch);
            pump();
        }

        @Override
        public long pendingBytes() {
            return journal.pendingBytes();
        }

        @Override
        public long logBytes() {
            return 0;
        }

        @Override
        public long snapshotBytes() {
            return 0;
        }

        @Override
        public SnapshotWriter snapshot(SnapshotHead head) {
            SnapshotWriter writer = journal.snapshot(head);
            return new SnapshotWriter() {
                @Override
                public void page(byte[] page) {
                    writer.page(page);
                    pump();
                }

                @Override
                public long pendingBytes() {
                    return writer.pendingBytes();
                }

                @Override
                public void finish(long index) {
                    writer.finish(index);
                    pump();
                }

                @Override
                public void abort() {
                    writer.abort();
                    pump();
                }
            };
        }

        @Override
        public void close() {
            dead = true;
            journal.close();
        }
    }

    @Override
    public void close() {
        nodes.values().forEach(LocalNode::close);
        network.close();
    }
}
