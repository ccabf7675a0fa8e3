package io.memdi.bench;

import io.memdi.Ack;
import java.util.concurrent.TimeUnit;
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

/**
 * Writes to three nodes in one process, so many of them outstanding.
 *
 * <p>Each invocation issues one write, and if that fills the window waits for the oldest. So one thread keeps the window full, as an
 * application does that hands its writes over and looks after the results later.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 4, time = 1)
@Fork(
        value = 3,
        jvmArgsAppend = {"-Xms2g", "-Xmx2g"})
@SuppressWarnings("NullAway.Init") // JMH calls what initialises
public class WriteBenchmark {
    /** How many writes are outstanding. */
    @Param({"1", "16", "256"})
    public int window;

    /** What is waited for. */
    @Param({"LEADER_MEMORY", "QUORUM_MEMORY"})
    public Ack ack;

    /** Where the writes are issued. */
    @Param
    public Position at;

    /** Which threads the nodes run on. */
    @Param
    public Loops loops;

    private Writes writes;
    private Window outstanding;

    @Setup
    public void start() {
        writes = new Writes(loops, at, ack);
        outstanding = new Window(window);
    }

    @TearDown(Level.Iteration)
    public void drain() {
        outstanding.drain();
        writes.check();
    }

    @TearDown
    public void close() {
        writes.close();
    }

    @Benchmark
    public void put() {
        outstanding.add(writes.store.async().put(writes.key(), writes.value(), writes.options));
    }
}
