package io.memdi.sim;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Where seeds come from, and how many runs there are at a time. */
final class Seeds {
    private Seeds() {}

    /** A seed that once found something, and what. */
    record Regression(long seed, String why) {}

    static List<Regression> regressions() {
        List<Regression> seeds = new ArrayList<>();
        try (InputStream file = Seeds.class.getResourceAsStream("/seeds.txt");
                BufferedReader lines = new BufferedReader(new InputStreamReader(file, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.isBlank() && !line.startsWith("#")) {
                    String[] parts = line.strip().split("\\s+", 2);
                    seeds.add(new Regression(Long.parseLong(parts[0]), parts.length > 1 ? parts[1] : ""));
                }
            }
            return seeds;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One seed of a row that starts at a base: neighbours have nothing in common. */
    static long of(long base, long i) {
        long z = base + i * 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return (z ^ (z >>> 31)) >>> 16
                | Plan.BLOCKING
                | Plan.MEMBERS
                | Plan.AMBUSHES
                | Plan.CLIENTS
                | Plan.DURABLE
                | Plan.AHEAD
                | Plan.RICHER;
    }

    /** Runs a task once for each core, on a thread of its own; a run stays on the thread that began it. */
    static void onEveryCore(Runnable task) throws InterruptedException {
        int cores = Runtime.getRuntime().availableProcessors();
        ExecutorService threads = Executors.newFixedThreadPool(cores);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < cores; i++) {
                running.add(threads.submit(task));
            }
            for (Future<?> each : running) {
                each.get();
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw new AssertionError(e.getCause());
        } finally {
            threads.shutdownNow();
        }
    }
}
