package io.memdi.bench;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The yardstick for local reads: the same lookup in a {@link ConcurrentHashMap}. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class MapReadBenchmark {
    private static final int KEYS = 1 << 16;

    private final ConcurrentMap<String, String> map = new ConcurrentHashMap<>();
    private int next;

    @Setup
    public void fill() {
        for (int i = 0; i < KEYS; i++) {
            map.put("key-" + i, "value-" + i);
        }
    }

    @Benchmark
    public @Nullable String concurrentHashMap() {
        next = (next + 1) & (KEYS - 1);
        return map.get("key-" + next);
    }
}
