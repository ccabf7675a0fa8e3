package io.memdi.sim;

import io.memdi.transport.Message;
import io.memdi.transport.inproc.SimEvent;
import java.io.PrintStream;
import java.util.HashMap;
import java.util.Map;

/** Tells a run in lines for people: messages but heartbeats, faults, and what has changed at a node. */
final class Trace {
    private final World world;
    private final PrintStream out;
    private final Map<String, String> last = new HashMap<>();
    private int told;

    Trace(World world, PrintStream out) {
        this.world = world;
        this.out = out;
    }

    void start() {
        world.network.onEvent(event -> {
            if (isTold(event)) {
                out.println(event);
            }
        });
        world.network.afterEach(this::tellChanges);
    }

    private static boolean isTold(SimEvent event) {
        return switch (event.kind()) {
            case TURN, CALLBACK, ACTION, SENT -> false;
            default ->
                event.envelope() == null
                        || !(event.envelope().message() instanceof Message.Heartbeat
                                || event.envelope().message() instanceof Message.HeartbeatReply);
        };
    }

    private void tellChanges() {
        for (View view : world.checker.current().values()) {
            String now = String.format(
                    "%s %s term %d last %s committed %d", view.mode, view.role, view.term, view.last(), view.committed);
            if (!now.equals(last.put(view.toString(), now))) {
                out.printf("%s NODE       %s %s%n", Operation.seconds(world.now()), view, now);
            }
        }
        for (; told < world.history.size(); told++) {
            Operation operation = world.history.operations().get(told);
            out.printf("%s CALL       %s%n", Operation.seconds(world.now()), operation);
        }
    }
}
