package io.memdi.bench;

import io.memdi.Ack;
import io.memdi.Revision;
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

/** Writes to three nodes in one process by a thread that waits for each. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 4, time = 1)
@Fork(
        value = 3,
        jvmArgsAppend = {"-Xms2g", "-Xmx2g"})
@SuppressWarnings("NullAway.Init") // JMH calls what initialises
public class BlockingWriteBenchmark {
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

    @Setup
    public void start() {
        writes = new Writes(loops, at, ack);
    }

    @TearDown(Level.Iteration)
    public void check() {
        writes.check();
    }

    @TearDown
    public void close() {
        writes.close();
    }

    @Benchmark
    public Revision put() {
        return writes.store.put(writes.key(), writes.value(), writes.options);
    }
}
