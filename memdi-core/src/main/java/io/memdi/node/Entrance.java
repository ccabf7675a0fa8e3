package io.memdi.node;

import java.util.List;
import java.util.function.Consumer;
import org.jctools.queues.MessagePassingQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a loop takes calls in, each into its room; and where all of them end with it. Loop only, but for {@link #close}, which is called once
 * the loop runs no turn any more, or within the last one.
 */
final class Entrance {
    private static final Logger log = LoggerFactory.getLogger(Entrance.class);

    private final String name;
    private final CommandQueue commands;
    private final Completions completions;
    private final MessagePassingQueue.Consumer<Call<?>> enter;

    /** The call that this turn is taking in: it has left the queue, and may be nowhere else yet. */
    private @Nullable Call<?> inHand;

    Entrance(String name, CommandQueue commands, Completions completions, Rooms rooms) {
        this.name = name;
        this.commands = commands;
        this.completions = completions;
        this.enter = call -> {
            inHand = call;
            call.enter(rooms);
            inHand = null;
        };
    }

    /** Takes in a bounded part of the calls that wait; returns whether there may be more. */
    boolean drain() {
        return commands.drain(enter, Defaults.COMMANDS_PER_TURN) == Defaults.COMMANDS_PER_TURN;
    }

    /**
     * Ends every call. If a turn has failed, also the call that it was about is ended; and a room that cannot be closed keeps no other
     * open.
     */
    void close(String reason, List<Consumer<String>> rooms) {
        commands.close(reason);
        rooms.forEach(room -> attempt(() -> room.accept(reason)));
        attempt(() -> endInHand(reason));
        commands.end();
    }

    private void endInHand(String reason) {
        Call<?> call = inHand;
        if (call != null) {
            boolean sent = !call.withdraw();
            call.end((Failure) () -> call.closed(sent, reason), completions);
        }
    }

    private void attempt(Runnable end) {
        try {
            end.run();
        } catch (Throwable e) {
            log.error("{}: some open calls could not be ended, and wait until their time is up", name, e);
        }
    }
}
