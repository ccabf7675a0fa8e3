package io.memdi.shell;

import io.memdi.ClusterMember;
import io.memdi.Incarnation;
import io.memdi.MemdiNode;
import java.util.List;

/** The commands that change who belongs to the cluster. */
final class MemberCommands {
    private static final String LIMIT = Times.of(Readiness.LIMIT) + " at most";

    private MemberCommands() {}

    static List<Command> all() {
        return List.of(
                new Command(
                        Syntax.of("restart", Kind.NAME),
                        "start a node again without its memory; waits until it has its place back, " + LIMIT,
                        "restart a",
                        Scope.LOCAL,
                        MemberCommands::restart),
                new Command(
                        Syntax.of("join", Kind.NAME).with("learner", Kind.NOTHING),
                        "start a new node; waits until it has joined the cluster, " + LIMIT,
                        "join d",
                        Scope.LOCAL,
                        MemberCommands::join),
                new Command(
                        Syntax.of("remove", Kind.NODE),
                        "take a member out of the cluster; its node stops",
                        "remove d",
                        Scope.LOCAL,
                        MemberCommands::remove),
                new Command(
                        Syntax.of("retire"),
                        "retire the list that founded the cluster, so that others may be its majority",
                        "retire",
                        Scope.LOCAL,
                        MemberCommands::retire),
                new Command(
                        Syntax.of("recover", Kind.NODE),
                        "after the majority was lost: let a survivor go on alone, as a new cluster",
                        "recover b",
                        Scope.LOCAL,
                        MemberCommands::recover));
    }

    private static Answer restart(Shell shell, Arguments arguments) {
        String name = arguments.get(0);
        checkRest(shell.nodes(), name);
        MemdiNode node = shell.nodes().restart(name);
        await(shell, node);
        return Answer.done(
                "ok, " + name + " is back, and holds what the others hold",
                "as " + brief(node.status().incarnation()),
                keys(shell, name));
    }

    /** @throws PlainFailure if a node is alive that must not lose its memory, since nobody could lead without it */
    private static void checkRest(LocalNodes nodes, String name) {
        if (!nodes.isAlive(name)) {
            return;
        }
        Voters voters = Voters.of(nodes);
        if (voters.areTooFewWithout(name)) {
            throw new PlainFailure(
                    name + " stays as it is: a restart would lose its memory, and " + instead(nodes, voters));
        }
    }

    private static String instead(LocalNodes nodes, Voters voters) {
        String all = String.join(", ", voters.all());
        if (voters.areTooFew()) {
            return "too few of " + all + " are left already to elect a leader. Type: " + voters.recovery();
        }
        if (voters.lost().isEmpty()) {
            return "a cluster of one or two does not survive that. First type: join " + nodes.unusedName();
        }
        String first = voters.lost().get(0);
        return "too few of " + all + " would be left to elect a leader. "
                + (nodes.isAlive(first)
                        ? "First wait until " + first + " is back, as status tells"
                        : "First type: restart " + first);
    }

    private static void await(Shell shell, MemdiNode node) {
        new Readiness(shell.nodes(), shell.screen()).await(node);
    }

    private static Answer join(Shell shell, Arguments arguments) {
        String name = arguments.get(0);
        boolean learns = arguments.has("learner");
        MemdiNode node = shell.nodes().join(name, !learns);
        await(shell, node);
        return Answer.done("ok, " + name + (learns ? " learns" : " votes"), keys(shell, name));
    }

    private static String keys(Shell shell, String name) {
        return Times.count(shell.nodes().store(name).size(), "key", "keys");
    }

    /** An incarnation as people can tell it from another. */
    static String brief(Incarnation incarnation) {
        return String.format("%08x", incarnation.high() >>> 32);
    }

    private static Answer remove(Shell shell, Arguments arguments) {
        String name = arguments.get(0);
        LocalNodes nodes = shell.nodes();
        nodes.condition(name);
        String at = shell.current();
        if (name.equals(at)) {
            at = nodes.running().stream()
                    .filter(each -> !each.equals(name))
                    .findFirst()
                    .orElseThrow(
                            () -> new PlainFailure(name + " is the last node that runs; quit ends it with the shell"));
        }
        nodes.remove(name, at);
        boolean moved = name.equals(shell.current());
        shell.use(at);
        return Answer.changed("ok, " + name + " does not belong to the cluster any more"
                + (moved ? "; you were there, and are at " + at + " now" : ""));
    }

    private static Answer retire(Shell shell, Arguments arguments) {
        LocalNodes nodes = shell.nodes();
        nodes.node(shell.current()).cluster().retireList();
        nodes.retireList();
        return Answer.changed(
                "ok, the list is retired: from now on a node that is restarted joins those who are alive");
    }

    private static Answer recover(Shell shell, Arguments arguments) {
        String name = arguments.get(0);
        LocalNodes nodes = shell.nodes();
        MemdiNode node = nodes.node(name);
        node.cluster().recover();
        nodes.retireList();
        await(shell, node);
        List<String> others = nodes.alive().stream()
                .filter(each -> !each.equals(name))
                .filter(each -> node.cluster().members().stream()
                        .map(ClusterMember::name)
                        .noneMatch(each::equals))
                .toList();
        return Answer.changed("ok, " + name + " goes on alone, with " + keys(shell, name)
                + "; restart the others, so that they join it"
                + (others.isEmpty() ? "" : ": " + String.join(", ", others)));
    }
}
