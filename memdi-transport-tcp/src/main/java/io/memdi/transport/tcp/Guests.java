package io.memdi.transport.tcp;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Who has dialed this node, and was let in: other nodes, and clients. Each kind has room of its own, so that clients, however many there
 * are, never keep a node out. Thread-safe; {@link #route} never waits.
 */
final class Guests {
    /** How many connections of nodes there are. */
    private int nodes;

    /**
     * The connection over which each node was last heard. Without TLS anybody may come under any name; so it is not the one that was
     * dialed last, whose end would say nothing of the node.
     */
    private final Map<String, Accepted> heard = new ConcurrentHashMap<>();

    /** How many clients have come in so far. */
    private long entered;

    /** The connections of clients, with their names, from the oldest on. */
    private final Map<Accepted, String> clients = new LinkedHashMap<>();

    /** The connections over which clients are answered. */
    private final Map<String, Accepted> routes = new ConcurrentHashMap<>();

    // --- nodes ---

    /** A node wants to come in; returns whether there is room. */
    synchronized boolean enterNode(int max) {
        if (nodes >= max) {
            return false;
        }
        nodes++;
        return true;
    }

    /** A node was heard over that connection. */
    void heard(String name, Accepted connection) {
        if (heard.get(name) != connection) {
            heard.put(name, connection);
        }
    }

    /** A connection of a node is gone; returns whether it was the one over which that was last heard. */
    synchronized boolean leaveNode(String name, Accepted connection) {
        nodes--;
        return heard.remove(name, connection);
    }

    boolean hasNode(String name) {
        return heard.containsKey(name);
    }

    // --- clients ---

    /**
     * A client wants to come in; returns whether there is room. If there is none but for that client itself, which may not know yet that
     * its connection is dead, the older one makes room.
     */
    synchronized boolean enterClient(String name, Accepted connection, int max) {
        if (clients.size() >= max) {
            Accepted older = oldestOf(name);
            if (older == null) {
                return false;
            }
            clients.remove(older);
            older.end("a newer connection of that client has come, and there is no room for both");
        }
        entered++;
        connection.entered(entered);
        clients.put(connection, name);
        return true;
    }

    private @Nullable Accepted oldestOf(String name) {
        for (Map.Entry<Accepted, String> each : clients.entrySet()) {
            if (each.getValue().equals(name)) {
                return each.getKey();
            }
        }
        return null;
    }

    /** From now on, the client is answered over that connection, unless one that has come in later was faster to say so. */
    void route(String name, Accepted connection) {
        routes.merge(name, connection, (known, other) -> other.isNewerThan(known) ? other : known);
    }

    /** Over which connection a client is answered; null if it has none. */
    @Nullable
    Accepted route(String name) {
        return routes.get(name);
    }

    /** Whether everything is written that was to be said to clients. */
    boolean areQuiet() {
        return routes.values().stream().allMatch(Accepted::isQuiet);
    }

    /** A client is gone. */
    synchronized void leaveClient(String name, Accepted connection) {
        routes.remove(name, connection);
        clients.remove(connection);
    }
}
