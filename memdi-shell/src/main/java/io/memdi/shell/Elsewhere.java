package io.memdi.shell;

import java.util.Map;

/** Why a command is not there, and what takes its place: what can be done to nodes depends on whose they are. */
final class Elsewhere {
    private static final Map<String, String> INSTEAD = Map.of(
            "use", "a client asks any node that answers, and sends writes to the leader",
            "restart", "start a node elsewhere where it runs, with memdi node",
            "join", "start a node elsewhere where it is to run, with memdi node --join",
            "kill", "end a node elsewhere where it runs",
            "found-alone", "nodes in this process have founded their cluster together",
            "restore",
                    "nodes in this process hand objects over, and a backup has bytes; start one with memdi node --join");

    private Elsewhere() {}

    /** Why a command that the shell has does not work on what it is connected to. */
    static String why(String command) {
        if (command.equals("found-alone") || command.equals("restore")) {
            return command + " is for a node elsewhere: " + INSTEAD.get(command);
        }
        return command + " is for nodes in this process, as memdi shell --local 3 starts them"
                + (INSTEAD.containsKey(command) ? "; " + INSTEAD.get(command) : "");
    }
}
