package io.memdi.shell;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What a command waits with that shows something again and again, until somebody has seen enough. */
interface Pace {
    /**
     * Waits.
     *
     * @param nanos how long
     * @return whether to go on; false if somebody wants it to end
     */
    boolean goesOn(long nanos);

    /** How it is made to end, in a few words. */
    String hint();

    /** Ends when the thread is interrupted. */
    static Pace patient() {
        return new Pace() {
            @Override
            public boolean goesOn(long nanos) {
                try {
                    return !new CountDownLatch(1).await(nanos, TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    return false;
                }
            }

            @Override
            public String hint() {
                return "Ctrl-C ends it";
            }
        };
    }
}
