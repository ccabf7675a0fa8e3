package io.memdi.transport.inproc;

/** Something that happens at one moment of virtual time. An event is in the queue at most once, and may be used again. */
abstract class Event {
    /** Virtual nanoseconds; of use while it is in the queue. */
    long time;

    /** Orders events of the same time by when they were queued. */
    long sequence;

    /** Its place in the queue's heap; -1 if it is not queued. */
    int place = -1;

    final boolean isQueued() {
        return place >= 0;
    }

    boolean isBefore(Event other) {
        return time != other.time ? time < other.time : sequence < other.sequence;
    }

    /** One that runs a task. */
    static Event of(Runnable task) {
        return new Event() {
            @Override
            void happen() {
                task.run();
            }
        };
    }

    /** Whether it may let time pass itself, by waiting: true for what stands for a user's thread. */
    boolean mayWait() {
        return false;
    }

    abstract void happen();
}
