package io.memdi.machine;

import io.memdi.ClusterId;
import org.jspecify.annotations.Nullable;

/** Another process under the name of a node that asks to be taken in: it may be gone, and not known to be; that shows within an election timeout. */
final class NameOwner {
    private final Core core;
    private final Countdown patience = new Countdown("wait until the name is free");

    /** The first request whose answer tells whether the name is still in use, once patience has run out. */
    private long decisive = Long.MAX_VALUE;

    NameOwner(Core core) {
        this.core = core;
    }

    /**
     * A leader says that it is there.
     *
     * @param number of the request that was answered
     * @param asked number of the latest request
     */
    void isHeard(long number, long asked, @Nullable ClusterId cluster) {
        if (!patience.isRunning()) {
            patience.start(core.now, 2 * core.settings.electionMaxNanos());
            decisive = Long.MAX_VALUE;
        } else if (patience.isOver(core.now) && number < decisive) {
            // After a standstill this may be an answer from long ago. What is asked from here on tells.
            decisive = Math.min(decisive, asked + 1);
        } else if (patience.isOver(core.now)) {
            core.effects.stop(
                    "the name " + core.contact.name() + " is in use: another process with that name belongs to cluster "
                            + cluster
                            + ", and answers its leader. Stop that process before you start another under its name, or"
                            + " start this one under a name of its own");
        }
    }

    /** It is not in the way, or nobody asks any more. */
    void isGone() {
        patience.stop();
    }
}
