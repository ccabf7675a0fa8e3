package io.memdi.machine;

/** A named deadline: started, stopped, and asked whether it is over. It does not look at a clock. */
final class Countdown {
    private final String name;
    private long deadline = Long.MAX_VALUE;

    Countdown(String name) {
        this.name = name;
    }

    void start(long now, long nanos) {
        deadline = now + nanos;
    }

    /** Brings the deadline forward, if it is later than that. */
    void hasten(long now, long nanos) {
        deadline = Math.min(deadline, now + nanos);
    }

    void stop() {
        deadline = Long.MAX_VALUE;
    }

    boolean isRunning() {
        return deadline != Long.MAX_VALUE;
    }

    boolean isOver(long now) {
        return deadline != Long.MAX_VALUE && now - deadline >= 0;
    }

    /** When it is over; {@link Long#MAX_VALUE} if it does not run. */
    long deadline() {
        return deadline;
    }

    @Override
    public String toString() {
        return name + (isRunning() ? " at " + deadline : " stopped");
    }
}
