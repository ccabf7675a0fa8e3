package io.memdi.sim;

import io.memdi.Ack;
import io.memdi.Codec;
import io.memdi.ReadLevel;
import io.memdi.log.Mistake;
import io.memdi.machine.Settings;
import io.memdi.machine.Start;
import io.memdi.node.Defaults;
import io.memdi.node.NodeSettings;
import io.memdi.transport.Contact;
import io.memdi.transport.inproc.SimOptions;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What one run is to be, all of it drawn from one seed: the cluster, its limits, the network, the faults, the callers. */
final class Plan {
    /** What a run is about. */
    enum Theme {
        /** Faults within the budget; at the end the cluster must make progress. */
        SERVICE,
        /** Restarts while the cluster is being founded. */
        FOUNDING,
        /** A majority is lost; at the end the survivors must refuse. */
        MAJORITY_LOSS
    }

    /** Ways to trouble a cluster. */
    enum Mischief {
        SPLIT,
        ISOLATE,
        ISOLATE_LEADER,
        BLOCK,
        DEAFEN_LEADER,
        CUT,
        SLOW_LINK,
        LOSSY_LINK,
        HEAL,
        PAUSE,
        PAUSE_LEADER,
        SLOW_NODE,
        DRIFT,
        CRASH,
        CRASH_LEADER,
        CRASH_AFTER_SEND,
        /** A name that is down is started again, without its memory. */
        RESTART,
        TRANSFER,
        CLOSE,
        /** A node from outside the list joins. */
        JOIN,
        /** A member is taken out. */
        REMOVE,
        /** A name is started twice: the first process goes on, and is not reached any more. */
        TWIN,
        /** The list of founders is retired. */
        RETIRE_LIST;

        boolean changesMembers() {
            return compareTo(JOIN) >= 0;
        }
    }

    /** Seeds from here on draw also what was added since; those below stay the runs that they were. */
    static final long WIDER = 1L << 48;

    /** Likewise, later: from here on callers also block. */
    static final long BLOCKING = 1L << 49;

    /** Likewise: from here on members come and go. */
    static final long MEMBERS = 1L << 50;

    /** Likewise: from here on some runs lie in wait for the moments that matter. */
    static final long AMBUSHES = 1L << 51;

    /** Likewise: from here on some runs have clients. */
    static final long CLIENTS = 1L << 52;

    /** Likewise: from here on some clusters keep their data in directories. */
    static final long DURABLE = 1L << 53;

    /** Likewise: from here on some journals make the next file of the log ahead. */
    static final long AHEAD = 1L << 54;

    /** Likewise: from here on runs have more of what is rare. */
    static final long RICHER = 1L << 55;

    final long seed;
    final Theme theme;
    final List<String> names;
    final Settings settings;
    final int queueCapacity;
    final SimOptions troubled;
    final SimOptions calm;
    final double drift;
    final Duration chaos;
    final Map<Mischief, Double> mischief = new EnumMap<>(Mischief.class);
    final long mischiefNanos;
    final int callersPerNode;
    final long thinkNanos;
    final int hotKeys;
    final int coldKeys;
    final double readShare;
    final double quorumShare;
    final int maxOperations;
    final int inboundCapacity;

    /** Nodes from outside the list, which may join; the second only learns. */
    final List<String> guests;

    final ClientPlan clients;

    /** After a majority was lost, a survivor is told to recover. */
    final boolean recovers;

    /** The share of calls that are made through the view as a map, and of walks over the store beside each call. */
    final double mapShare;

    final double walkShare;

    /** Whether it waits for the moments at which classic mistakes would show. */
    final boolean ambushes;

    /** The share of single calls that block, instead of those of the asynchronous store. */
    final double blockShare;

    /** Nodes do not agree on the codecs of the store: whoever writes first decides. */
    final boolean disputed;

    /** All that nodes send is written as frames, and read again. */
    final boolean overTheWire;

    /** All nodes keep their data in directories. */
    final boolean durable;

    final DiskPlan disks;

    /** For everything else that is drawn while the run goes on. */
    final SplittableRandom random;

    Plan(long seed, @Nullable Mistake planted) {
        this(seed, planted, new SplittableRandom(seed ^ 0x77697265L).nextInt(4) == 0);
    }

    Plan(long seed, @Nullable Mistake planted, boolean overTheWire) {
        this.seed = seed;
        this.overTheWire = overTheWire;
        this.random = new SplittableRandom(seed ^ 0x6d656d6469L);
        int dice = random.nextInt(100);
        theme = dice < 20 ? Theme.FOUNDING : dice < 27 ? Theme.MAJORITY_LOSS : Theme.SERVICE;
        names = IntStream.range(0, size(random.nextInt(100)))
                .mapToObj(i -> String.valueOf((char) ('a' + i)))
                .toList();
        long heartbeat = millis(20, 50);
        long electionMin = heartbeat * pick(3, 5, 5, 8);
        long electionMax = electionMin + electionMin * pick(0, 1, 1, 2) + 1_000_000;
        int batch = pick(300, 2_000, Defaults.BATCH_BYTES);
        int window = batch * pick(1, 4, 16);
        long uncommitted = pick(1_000, 5_000, 100_000, 64 << 20);
        int openWrites = pick(1, 3, 16, Defaults.MAX_OPEN_WRITES);
        // One node alone may append, commit and forget in one turn, where nobody sees it.
        long retained = Math.max(window, pick(500, 20_000, 64 << 20, 64 << 20));
        retained = names.size() == 1 ? 64 << 20 : retained;
        SplittableRandom members = new SplittableRandom(seed ^ 0x6d656d62657273L);
        boolean changing = seed >= MEMBERS && members.nextInt(100) < 60;
        // Logs keep next to nothing, so that whoever was away has to heal, page by page.
        boolean forgetful = seed >= MEMBERS && names.size() > 1 && members.nextInt(100) < 40;
        if (forgetful) {
            batch = 300;
            window = 300;
            retained = 300;
        }
        clients = ClientPlan.of(seed);
        settings = new Settings(
                        heartbeat, electionMin, electionMax, batch, window, uncommitted, retained, openWrites, planted)
                .withClients(clients.allowed());
        queueCapacity = pick(4, 64, Defaults.QUEUE_CAPACITY);
        drift = pick(0, 1, 10, 100) / 1000.0;
        long maxLatency = Math.min(millis(1, 1, 5, 20), electionMin / 8);
        calm = SimOptions.defaults()
                .withLatency(Duration.ofNanos(maxLatency / 10), Duration.ofNanos(maxLatency))
                .withClockDrift(drift);
        // Elections in a row, because answers take about as long as anybody waits for them, and come in the next one.
        boolean stormy = random.nextInt(100) < 35;
        SimOptions troubled = calm.withDrops(share(0.5, 0.1))
                .withDuplicates(share(0.5, 0.15))
                .withReordering(share(0.5, 0.2))
                .withLateMessages(share(0.5, 0.03), Duration.ofMillis(pick(200, 2_000, 10_000)));
        // Many votes come an election or two late, when their candidate stands again and was not answered yet.
        SplittableRandom later = new SplittableRandom(seed ^ 0x6c61746572L);
        if (isWider() && later.nextInt(100) < 35) {
            long latency = electionMin * 3 / 4;
            troubled = troubled.withLateMessages(0.3 + 0.3 * later.nextDouble(), Duration.ofNanos(5 * electionMax / 2))
                    .withLatency(Duration.ofNanos(latency / 10), Duration.ofNanos(latency));
        } else if (stormy) {
            long latency = electionMin * pick(1, 3, 6) / 8;
            troubled = troubled.withLateMessages(0.2 * random.nextDouble(), Duration.ofNanos(4 * electionMax))
                    .withLatency(Duration.ofNanos(latency / 10), Duration.ofNanos(latency));
        }
        // Pages that come after what was written since, and rest on the way for a while.
        this.troubled = forgetful && members.nextBoolean()
                ? troubled.withReordering(0.3)
                        .withLateMessages(0.1, Duration.ofNanos(Math.max(2 * electionMax, 2 * maxLatency)))
                : troubled;
        chaos = Duration.ofMillis(random.nextInt(1_000, 8_000));
        drawMischief();
        if (stormy) {
            mischief.merge(Mischief.ISOLATE_LEADER, 2.0, Double::sum);
            mischief.merge(Mischief.TRANSFER, 1.0, Double::sum);
        }
        mischiefNanos = stormy ? millis(50, 100) : millis(20, 100, 300, 1_000);
        callersPerNode = pick(1, 2, 4);
        thinkNanos = millis(1, 10, 50);
        hotKeys = pick(1, 2, 4);
        coldKeys = forgetful ? pick(8, 40, 40) : pick(0, 8, 40);
        readShare = pick(20, 40, 60) / 100.0;
        quorumShare = pick(10, 50, 90) / 100.0;
        maxOperations = 3_000;
        inboundCapacity = pick(8, 64, Defaults.INBOUND_CAPACITY, Defaults.INBOUND_CAPACITY);
        disputed = random.nextInt(100) < 8;
        boolean maps = isWider() && later.nextBoolean();
        mapShare = maps ? 0.2 * later.nextDouble() : 0;
        walkShare = maps ? 0.1 * later.nextDouble() : 0;
        guests = changing ? List.of("x", "y") : List.of();
        recovers = seed >= MEMBERS && members.nextInt(100) < 70;
        ambushes = seed >= AMBUSHES && new SplittableRandom(seed ^ 0x616d62757368L).nextInt(100) < 60;
        if (changing) {
            drawChanges(members);
        }
        if (forgetful) {
            mischief.merge(Mischief.ISOLATE, 1.5, Double::sum);
            mischief.merge(Mischief.ISOLATE_LEADER, 1.0, Double::sum);
            mischief.merge(Mischief.TRANSFER, 0.5, Double::sum);
        }
        disks = DiskPlan.of(seed);
        durable = disks.durable();
        blockShare = seed >= BLOCKING && later.nextBoolean() ? 0.3 * later.nextDouble() : 0;
    }

    /** How long the next sync takes. */
    long syncNanos(SplittableRandom disk, boolean calmDisk) {
        boolean slow = disk.nextDouble() < disks.slowSyncs() && !calmDisk;
        long usual = calmDisk ? Math.min(disks.syncNanos(), settings.electionMinNanos() / 16) : disks.syncNanos();
        return 1 + disk.nextLong(slow ? 3 * settings.electionMaxNanos() : 2 * usual);
    }

    /** The level of a write that is to be held by a quorum, or by its leader alone. */
    Ack level(boolean quorum, int id) {
        boolean disk = durable && new SplittableRandom(seed + id).nextBoolean();
        return quorum ? (disk ? Ack.QUORUM_DISK : Ack.QUORUM_MEMORY) : disk ? Ack.LEADER_DISK : Ack.LEADER_MEMORY;
    }

    /** The level at which nothing that is acknowledged is lost. */
    Ack safest() {
        return durable ? Ack.QUORUM_DISK : Ack.QUORUM_MEMORY;
    }

    boolean isRicher() {
        return seed >= RICHER;
    }

    boolean isWider() {
        return seed >= WIDER;
    }

    private static int size(int dice) {
        return dice < 4 ? 1 : dice < 62 ? 3 : dice < 88 ? 5 : 7;
    }

    private void drawChanges(SplittableRandom members) {
        for (Mischief kind : Mischief.values()) {
            if (kind.changesMembers() && members.nextInt(100) < 60) {
                mischief.put(kind, (kind == Mischief.RETIRE_LIST ? 0.1 : 0.6) * (0.3 + members.nextDouble()));
            }
        }
        // Who went down is to come back, so that there is something to take in.
        mischief.merge(Mischief.RESTART, 0.5, Double::sum);
    }

    /** Each kind is in about half of the runs, so that some runs are all of one kind. */
    private void drawMischief() {
        for (Mischief kind : Mischief.values()) {
            if (!kind.changesMembers() && random.nextInt(100) < 45) {
                mischief.put(kind, 0.1 + random.nextDouble());
            }
        }
        mischief.put(Mischief.HEAL, 0.5 + 2 * random.nextDouble());
    }

    private int pick(int... values) {
        return values[random.nextInt(values.length)];
    }

    private long millis(int... values) {
        return pick(values) * 1_000_000L;
    }

    /** Nothing with that probability, else up to that much. */
    private double share(double none, double most) {
        return random.nextDouble() < none ? 0 : random.nextDouble() * most;
    }

    int minority() {
        return (names.size() - 1) / 2;
    }

    NodeSettings node(String name) {
        List<Contact> founders =
                names.stream().map(each -> new Contact(each, each)).toList();
        Start start =
                guests.contains(name) ? Start.joining(founders, name.equals(guests.get(0))) : Start.founding(founders);
        return node(name, start);
    }

    NodeSettings node(String name, Start start) {
        NodeSettings node = NodeSettings.of(name, start);
        return node.with(settings).with(limits(node)).with(calls());
    }

    NodeSettings.Limits limits(NodeSettings of) {
        return new NodeSettings.Limits(
                of.limits().maxKeyBytes(), of.limits().maxValueBytes(), queueCapacity, inboundCapacity);
    }

    NodeSettings.Calls calls() {
        return new NodeSettings.Calls(Ack.LEADER_MEMORY, ReadLevel.SESSION, Duration.ofMillis(500));
    }

    /** The codecs that some node may have for the values of its store. */
    static List<Codec<String>> allValues() {
        return List.of(Codec.string(), OtherCodec.STRING);
    }

    /** The codec of the values of a node's store. */
    Codec<String> values(String name) {
        return disputed && names.indexOf(name) % 2 == 1 ? OtherCodec.STRING : Codec.string();
    }

    StateChecker.Limits limits() {
        return new StateChecker.Limits(
                settings.electionMinNanos(), 1 - drift, clients.allowed().sessions());
    }

    @Override
    public String toString() {
        return String.format(
                "seed %d: %s of %d for %s, %s, clock drift %s, network %s, mischief every %d ms %s,"
                        + " %d callers per node every %d ms, keys %d hot %d cold, maps %.2f, walks %.2f, blocking %.2f, queue %d, inbox %d, %s%s%s%s%s",
                seed,
                theme,
                names.size(),
                chaos,
                settings,
                drift,
                troubled,
                mischiefNanos / 1_000_000,
                mischief.keySet(),
                callersPerNode,
                thinkNanos / 1_000_000,
                hotKeys,
                coldKeys,
                mapShare,
                walkShare,
                blockShare,
                queueCapacity,
                inboundCapacity,
                clients,
                disputed ? ", codecs are disputed" : "",
                ambushes ? ", ambushes" : "",
                overTheWire ? ", over the wire" : "",
                disks);
    }
}
