package io.memdi.shell;

import io.memdi.NotReadyException;
import java.util.List;

/** The commands that change who belongs to a cluster elsewhere. */
final class ClientCommands {
    /** Which node can found a cluster. */
    static final String WITHOUT_CLUSTER = "to one that was started with --join, and belongs to no cluster";

    private ClientCommands() {}

    static List<Command> all() {
        return List.of(
                new Command(
                        Syntax.of("remove", Kind.NODE),
                        "take a member out of the cluster; its node stops",
                        "remove d",
                        Scope.REMOTE,
                        ClientCommands::remove),
                new Command(
                        Syntax.of("retire"),
                        "retire the list that founded the cluster, so that others may be its majority",
                        "retire",
                        Scope.REMOTE,
                        ClientCommands::retire),
                new Command(
                        Syntax.of("found-alone"),
                        "let the one node at the address, which was started to join, found a cluster of its own",
                        "found-alone",
                        Scope.ONE_NODE,
                        (shell, none) -> {
                            RemoteConnection remote = oneNode(shell, WITHOUT_CLUSTER);
                            remote.cluster().foundAlone();
                            return founded(remote, "has founded a cluster of its own");
                        }),
                new Command(
                        Syntax.of("recover"),
                        "after the majority was lost: let the one node at the address go on alone, as a new cluster",
                        "recover",
                        Scope.ONE_NODE,
                        (shell, none) -> {
                            RemoteConnection remote = oneNode(
                                    shell,
                                    "best to the one whose status has the highest revision of those that are left");
                            remote.cluster().recover();
                            return founded(remote, "goes on alone, with what it holds");
                        }));
    }

    private static Answer remove(Shell shell, Arguments arguments) {
        String name = arguments.get(0);
        shell.connection().cluster().remove(name);
        return Answer.changed("ok, " + name + " does not belong to the cluster any more, and its node stops");
    }

    private static Answer retire(Shell shell, Arguments arguments) {
        shell.connection().cluster().retireList();
        return Answer.changed("ok, the list is retired: start nodes with --join from now on, as this one:"
                + " memdi node --join " + shell.current());
    }

    /**
     * The connection to the one node whose address was given, which has answered.
     *
     * @param which one to connect to
     * @throws Unreachable if it does not answer in time
     */
    static RemoteConnection oneNode(Shell shell, String which) {
        if (!(shell.connection() instanceof RemoteConnection remote)) {
            throw new IllegalStateException("only a client has such commands");
        }
        if (remote.addresses().size() != 1) {
            throw new PlainFailure(
                    "this is said to one node: connect to its address alone, as with memdi shell HOST:PORT; " + which);
        }
        remote.reachNode();
        return remote;
    }

    /** What there is to say of a cluster that one node has founded, once the client knows it. */
    static Answer founded(RemoteConnection remote, String done) {
        String join = "; the others join it: memdi node --join " + remote.here();
        try {
            remote.awaitReady();
        } catch (NotReadyException e) {
            return Answer.changed("ok, the node at " + remote.here() + " " + done + ", and is not ready yet: "
                    + remote.status().waitingFor() + join);
        }
        return Answer.changed("ok, the node at " + remote.here() + " " + done + join)
                .and(Times.count(remote.store(null).size(), "key", "keys"));
    }
}
