package io.memdi.node;

import io.memdi.ClusterId;
import io.memdi.Incarnation;
import io.memdi.Revision;
import org.jspecify.annotations.Nullable;

/** What tests look at inside a client, without a turn of its own. */
public final class ClientProbe {
    private ClientProbe() {}

    /** The cluster that it is connected to; null as long as it knows none. */
    public static @Nullable ClusterId cluster(RemoteClient client) {
        return client.machine().cluster();
    }

    public static Incarnation incarnation(RemoteClient client) {
        return client.machine().incarnation();
    }

    /** What no later read of its session may fall behind. */
    public static Revision seen(RemoteClient client) {
        return client.turns().inquiries().seen();
    }

    /** The ticket of its session; {@link Revision#NONE} if it has none. */
    public static Revision session(RemoteClient client) {
        return client.machine().session();
    }

    /** What it waits for, whom it follows and what session it has. */
    public static String situation(RemoteClient client) {
        return "leader " + client.machine().leader() + " of term "
                + client.machine().term() + ", session " + client.machine().session() + ", waits for: "
                + client.machine().waitingFor();
    }
}
