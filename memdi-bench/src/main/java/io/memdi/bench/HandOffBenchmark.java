package io.memdi.bench;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** The yardstick for writes: a bare hand-off of request and reply, with as many outstanding. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 4, time = 1)
@Fork(
        value = 3,
        jvmArgsAppend = {"-Xms2g", "-Xmx2g"})
@SuppressWarnings("NullAway.Init") // JMH calls what initialises
public class HandOffBenchmark {
    /** How many requests are outstanding. */
    @Param({"1", "16", "256"})
    public int window;

    private HandOff handOff;
    private int outstanding;

    /** What is handed over: new for each request, as in anything that could be made of it. */
    private record Request(long number) {}

    private long number;

    @Setup
    public void start() {
        handOff = new HandOff();
    }

    @TearDown(Level.Iteration)
    public void drain() {
        for (; outstanding > 0; outstanding--) {
            handOff.receive();
        }
    }

    @TearDown
    public void close() {
        handOff.close();
    }

    /** Sends a request, and if that fills the window takes a reply. */
    @Benchmark
    public @Nullable Object handOff() {
        handOff.send(new Request(number++));
        if (outstanding + 1 < window) {
            outstanding++;
            return null;
        }
        return handOff.receive();
    }
}
