package io.memdi.bench;

import io.memdi.ReadOptions;
import io.memdi.Store;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.ThreadParams;

/**
 * Reads from a node's memory, against the same lookup in a {@link ConcurrentHashMap}.
 *
 * <p>Both hold the same 100,000 key and value objects, and are asked for the same keys in the same random order. The objects are
 * allocated beforehand, so that they lie beside the entries of neither. The three nodes run all the while, also beside the map. Run
 * it with {@code -t 1} and {@code -t 2}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(
        value = 3,
        jvmArgsAppend = {"-Xms1g", "-Xmx1g"})
@SuppressWarnings("NullAway.Init") // JMH calls what initialises
public class ReadBenchmark {
    /** A power of two, and more than there are keys. */
    private static final int ORDER = 1 << 17;

    /** Where memdi is read. */
    @Param
    public Position at;

    /** Whether it is asked with the very objects that it holds, or with equal ones. */
    @Param({"EQUAL"})
    public AskedWith askedWith;

    /** Whether a read has to wait for the one before. */
    @Param
    public Asked asked;

    private ConcurrentMap<String, byte[]> map;
    private LocalCluster cluster;
    private Store<String, byte[]> store;
    private String[] order;

    /** What a key is asked for with. */
    public enum AskedWith {
        /** Another object: keys are compared by their characters. */
        EQUAL,
        /** The same object: a comparison of references is enough. */
        SAME
    }

    /** How reads follow each other. */
    public enum Asked {
        /** The processor knows the next key before it has the value of this one, and overlaps several reads. */
        AHEAD,
        /** The next key depends on the length of this value, so that reads cannot overlap: what is measured is how long one takes. */
        IN_TURN
    }

    /** Where a thread is in the order of keys. */
    @State(Scope.Thread)
    public static class Cursor {
        private String[] keys;
        private int next;
        private boolean inTurn;

        @Setup
        public void start(ReadBenchmark all, ThreadParams threads) {
            keys = all.order;
            inTurn = all.asked == Asked.IN_TURN;
            next = threads.getThreadIndex() * (ORDER / threads.getThreadCount());
        }

        String key() {
            next = (next + 1) & (ORDER - 1);
            return keys[next];
        }

        byte @Nullable [] found(byte @Nullable [] value) {
            if (inTurn && value != null) {
                next += value.length - Entries.VALUE_BYTES;
            }
            return value;
        }
    }

    @Setup
    public void fill() {
        map = new ConcurrentHashMap<>();
        cluster = new LocalCluster(Loops.OWN);
        store = LocalCluster.store(cluster.at(Position.LEADER));
        String[] keys = Entries.keys(Entries.COUNT);
        byte[][] values = new byte[keys.length][Entries.VALUE_BYTES];
        Window window = new Window(256);
        for (int i = 0; i < keys.length; i++) {
            map.put(keys[i], values[i]);
            window.add(store.async().put(keys[i], values[i]));
        }
        window.drain();
        store = LocalCluster.store(cluster.at(at));
        store.get(keys[0], ReadOptions.linearizable());
        if (store.size() != Entries.COUNT) {
            throw new IllegalStateException("the store has " + store.size() + " entries");
        }
        order = Entries.drawn(askedWith == AskedWith.SAME ? keys : Entries.keys(Entries.COUNT), ORDER);
        for (String key : order) {
            if (store.get(key) != map.get(key)) {
                throw new IllegalStateException("store and map differ at " + key);
            }
        }
        System.gc();
    }

    @TearDown
    public void close() {
        cluster.checkLeader();
        cluster.close();
    }

    @Benchmark
    public byte @Nullable [] concurrentHashMap(Cursor cursor) {
        return cursor.found(map.get(cursor.key()));
    }

    @Benchmark
    public byte @Nullable [] local(Cursor cursor) {
        return cursor.found(store.get(cursor.key(), ReadOptions.local()));
    }

    @Benchmark
    public byte @Nullable [] session(Cursor cursor) {
        return cursor.found(store.get(cursor.key()));
    }
}
