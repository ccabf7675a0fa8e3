package io.memdi.transport.inproc;

import io.memdi.transport.Envelope;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Virtual time: lets one event after another happen, on the one thread that created it, and tells whoever wants to know.
 *
 * <p>Time may be driven by that thread, and by what stands for a user's thread in an event (a callback, an action); never within a
 * turn, a delivery or a hook, because those have to end before anything else happens.
 */
final class Simulation {
    /** So many events at one instant mean that time has stopped. */
    static final int MAX_EVENTS_PER_INSTANT = 100_000;

    /** A failure that already says where. */
    private static final class Failure extends AssertionError {
        private static final long serialVersionUID = 1;

        Failure(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    private final long seed;
    private final Thread owner = Thread.currentThread();
    private final EventQueue queue = new EventQueue();
    private final List<Runnable> hooks = new ArrayList<>();
    private @Nullable Consumer<SimEvent> listener;
    private long now;
    private int eventsNow;
    private long fingerprint;

    /** Whether something is under way that must not wait. */
    private boolean busy;

    Simulation(long seed) {
        this.seed = seed;
        this.fingerprint = mix(seed);
    }

    long seed() {
        return seed;
    }

    long now() {
        return now;
    }

    long fingerprint() {
        return fingerprint;
    }

    void listen(Consumer<SimEvent> to) {
        listener = listener == null ? to : listener.andThen(to);
    }

    void afterEach(Runnable hook) {
        hooks.add(hook);
    }

    /** Refuses every thread but the one that the simulation belongs to. */
    void checkThread() {
        if (Thread.currentThread() != owner) {
            throw new IllegalStateException("the simulation is single-threaded: it belongs to the thread "
                    + owner.getName() + ", and must not be used on "
                    + Thread.currentThread().getName());
        }
    }

    void put(Event event, long time) {
        queue.put(event, Math.max(time, now));
    }

    void remove(Event event) {
        queue.remove(event);
    }

    /** Lets the next event happen. */
    boolean step() {
        checkMayDrive();
        Event event = queue.peek();
        if (event == null) {
            return false;
        }
        queue.remove(event);
        moveTo(event.time);
        if (++eventsNow > MAX_EVENTS_PER_INSTANT) {
            throw failure(
                    "more than " + MAX_EVENTS_PER_INSTANT + " events at one instant; the last one: " + event, null);
        }
        try {
            busy = !event.mayWait();
            event.happen();
            busy = true;
            for (int i = 0; i < hooks.size(); i++) {
                hooks.get(i).run();
            }
        } catch (Failure e) {
            throw e;
        } catch (Throwable e) {
            throw failure(e.toString(), e);
        } finally {
            busy = false;
        }
        return true;
    }

    private void checkMayDrive() {
        checkThread();
        if (busy) {
            throw new IllegalStateException(
                    "a turn, a delivery and a hook must not wait for the simulation: it goes on only when they have ended");
        }
    }

    /** Lets events happen until the condition holds, or that virtual time has come. */
    boolean driveUntil(BooleanSupplier condition, long deadline) throws InterruptedException {
        checkMayDrive();
        while (!condition.getAsBoolean()) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            Event next = queue.peek();
            if (next == null && deadline == Long.MAX_VALUE) {
                throw failure("nothing is left to happen, so what is waited for never comes", null);
            }
            if (next == null || next.time > deadline) {
                moveTo(deadline);
                return condition.getAsBoolean();
            }
            step();
        }
        return true;
    }

    /** Lets everything happen up to a virtual time. */
    void advanceTo(long time) {
        checkMayDrive();
        for (Event next = queue.peek(); next != null && next.time <= time; next = queue.peek()) {
            step();
        }
        moveTo(time);
    }

    private void moveTo(long time) {
        if (time > now) {
            now = time;
            eventsNow = 0;
        }
    }

    /** An error that says how to see it again; one that says it already stays as it is. */
    AssertionError failure(String what, @Nullable Throwable cause) {
        return new Failure(String.format(Locale.ROOT, "seed %d, at %.9f s: %s", seed, now / 1e9, what), cause);
    }

    static boolean isFailure(Throwable e) {
        return e instanceof Failure;
    }

    /** Notes that something has happened. The line for people is made only if somebody listens. */
    void trace(SimEvent.Kind kind, String from, String to, @Nullable Envelope envelope, String detail) {
        long what = (kind.name().hashCode() * 31L + from.hashCode()) * 31L + to.hashCode();
        if (envelope != null) {
            what = what * 31L + envelope.message().getClass().getName().hashCode() + envelope.term();
            // What arrives is what was sent.
            what = kind == SimEvent.Kind.SENT ? mix(what + Contents.of(envelope)) : what;
        }
        fingerprint = mix(fingerprint + mix(now) + what);
        if (listener != null) {
            listener.accept(new SimEvent(now, kind, from, to, envelope, detail));
        }
    }

    /** Spreads the bits of a number over all of its result (the finalizer of SplitMix64). */
    static long mix(long z) {
        long a = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        long b = (a ^ (a >>> 27)) * 0x94d049bb133111ebL;
        return b ^ (b >>> 31);
    }
}
