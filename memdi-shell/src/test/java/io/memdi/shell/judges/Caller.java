package io.memdi.shell.judges;

import io.memdi.Ack;
import io.memdi.NotAppliedException;
import io.memdi.OutcomeUnknownException;
import io.memdi.ReadLevel;
import io.memdi.ReadOptions;
import io.memdi.Revision;
import io.memdi.Store;
import io.memdi.Versioned;
import io.memdi.WriteOptions;
import io.memdi.sim.Operation;
import io.memdi.sim.Operation.Kind;
import io.memdi.sim.Operation.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who uses the cluster through a client of his own, one operation after the other, and writes each of them into the book:
 *
 * <ul>
 *   <li>{@code agreed-}: keys on which everybody writes at the {@linkplain Levels safe} level, in all ways that a store knows;
 *   <li>{@code count-}: counters, {@code list-}: lists to which everybody appends; both by a read and a write that is conditional on it;
 *   <li>{@code quick-}: keys on which everybody writes at the other levels;
 *   <li>{@code single-}: keys that are written once, at one of those.
 * </ul>
 *
 * <p>Keys are given up for new ones after a while, so that each has a history that can be searched. No value is written twice: a counter
 * says who counted, as in {@code 12#c1.40}.
 */
final class Caller implements Runnable {
    static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** Operations in the book, after which all go over to new keys. */
    private static final int ROUND = 600;

    /** So that four of them do not fill the book, nor take the processors from the nodes. */
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final String name;
    private final Store<String, String> store;
    private final Book book;
    private final SplittableRandom random;
    private int written;
    private volatile boolean stopped;

    Caller(String name, Store<String, String> store, Book book, long seed) {
        this.name = name;
        this.store = store;
        this.book = book;
        this.random = new SplittableRandom(seed);
    }

    void stop() {
        stopped = true;
    }

    @Override
    public void run() {
        while (!stopped && book.surprises().isEmpty()) {
            String round = "-" + book.size() / ROUND;
            int dice = random.nextInt(20);
            if (dice < 8) {
                share("agreed-" + random.nextInt(3) + round, book.levels().safe());
            } else if (dice < 11) {
                share("quick" + round, unsafe());
            } else if (dice < 14) {
                count("count" + round);
            } else if (dice < 17) {
                append("list" + round);
            } else {
                Operation single = book.single(name, "single-" + name + "-" + ++written, unsafe());
                write(single);
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /** One operation on a key that everybody writes. */
    private void share(String key, Ack ack) {
        switch (random.nextInt(10)) {
            case 0, 1 -> write(book.write(name, Kind.PUT, key, value(), Revision.NONE, ack));
            case 2 -> write(book.write(name, Kind.PUT_IF_ABSENT, key, value(), Revision.NONE, ack));
            case 3 -> write(book.write(name, Kind.REMOVE, key, null, Revision.NONE, ack));
            case 4, 5, 6 -> {
                Operation read = read(key, anyLevel());
                if (read.revision != null) {
                    boolean removes = random.nextInt(4) == 0;
                    Kind kind = removes ? Kind.REMOVE_AT : Kind.REPLACE;
                    write(book.write(name, kind, key, removes ? null : value(), read.revision, ack));
                }
            }
            default -> read(key, anyLevel());
        }
    }

    private Ack unsafe() {
        List<Ack> unsafe = book.levels().unsafe();
        return unsafe.get(random.nextInt(unsafe.size()));
    }

    private ReadLevel anyLevel() {
        return random.nextBoolean() ? ReadLevel.LINEARIZABLE : ReadLevel.values()[random.nextInt(4)];
    }

    private String value() {
        return name + "." + ++written;
    }

    private void count(String key) {
        Operation read = read(key, anyLevel());
        if (read.outcome == Outcome.ANSWERED) {
            change(read, (read.seen == null ? 1 : counted(read.seen) + 1) + "#" + value());
        }
    }

    static int counted(String value) {
        return Integer.parseInt(value.substring(0, value.indexOf('#')));
    }

    private void append(String key) {
        Operation read = read(key, anyLevel());
        if (read.outcome == Outcome.ANSWERED) {
            change(read, read.seen == null ? value() : read.seen + "," + value());
        }
    }

    /** Writes if nobody has written since. */
    private void change(Operation read, String value) {
        Ack safe = book.levels().safe();
        if (read.revision == null) {
            write(book.write(name, Kind.PUT_IF_ABSENT, read.key, value, Revision.NONE, safe));
        } else {
            write(book.write(name, Kind.REPLACE, read.key, value, read.revision, safe));
        }
    }

    Operation read(String key, ReadLevel level) {
        Operation read = book.read(name, key, level);
        try {
            Versioned<String> found = store.getVersioned(key, ReadOptions.at(level));
            read.seen = found == null ? null : found.value();
            read.revision = found == null ? null : found.revision();
            book.end(read, Outcome.ANSWERED);
        } catch (NotAppliedException e) {
            book.end(read, Outcome.NOT_APPLIED);
        } catch (RuntimeException | Error e) {
            book.surprise(read, e);
        }
        return read;
    }

    private void write(Operation write) {
        try {
            book.end(write, called(write) ? Outcome.APPLIED : Outcome.REFUSED);
        } catch (NotAppliedException e) {
            book.end(write, Outcome.NOT_APPLIED);
        } catch (OutcomeUnknownException e) {
            book.end(write, Outcome.UNKNOWN);
        } catch (RuntimeException | Error e) {
            book.surprise(write, e);
        }
    }

    private boolean called(Operation write) {
        WriteOptions options = WriteOptions.ack(write.ack);
        String value = write.value == null ? "" : write.value;
        return switch (write.kind) {
            case PUT -> put(write, value, options);
            case PUT_IF_ABSENT -> store.putIfAbsent(write.key, value, options);
            case REPLACE -> store.replace(write.key, write.expected, value, options);
            case REMOVE -> store.remove(write.key, options);
            case REMOVE_AT -> store.remove(write.key, write.expected, options);
            default -> throw new IllegalArgumentException(write.toString());
        };
    }

    private boolean put(Operation write, String value, WriteOptions options) {
        Revision revision = store.put(write.key, value, options);
        book.granted(write, revision);
        if (write.ack == book.levels().safe()) {
            write.revision = revision; // Else it is not for ever: an earlier try of the write may come back.
        }
        return true;
    }

    /** For what was written once. */
    @Nullable
    String look(String key) {
        return store.get(key, ReadOptions.linearizable());
    }
}
