package io.memdi.shell;

import io.memdi.ClusterMember;
import io.memdi.Incarnation;
import io.memdi.MemdiNode;
import java.util.List;

/** The commands that change who belongs to the cluster. */
final class MemberCommands {
    private MemberCommands() {}

    static List<Command> all() {
        return List.of(
                new Command(
                        Syntax.of("restart", Kind.NAME),
                        "start a node again without its memory; it takes its place back",
                        "restart a",
                        MemberCommands::restart),
                new Command(
                        Syntax.of("join", Kind.NAME).with("learner", Kind.NOTHING),
                        "start a new node, which joins the cluster",
                        "join d",
                        MemberCommands::join),
                new Command(
                        Syntax.of("remove", Kind.NODE),
                        "take a member out of the cluster; its node stops",
                        "remove d",
                        MemberCommands::remove),
                new Command(
                        Syntax.of("retire"),
                        "retire the list that founded the cluster, so that others may be its majority",
                        "retire",
                        MemberCommands::retire),
                new Command(
                        Syntax.of("recover", Kind.NODE),
                        "after the majority was lost: let a survivor go on alone, as a new cluster",
                        "recover b",
                        MemberCommands::recover));
    }

    private static Answer restart(Shell shell, Arguments arguments) {
        String name = arguments.get(0);
        MemdiNode node = shell.nodes().restart(name);
        Readiness.await(node, shell.screen());
        return Answer.done(
                "ok, " + name + " is back, with nothing lost",
                "as " + brief(node.status().incarnation()),
                keys(shell, name));
    }

    private static Answer join(Shell shell, Arguments arguments) {
        String name = arguments.get(0);
        boolean learns = arguments.has("learner");
        MemdiNode node = shell.nodes().join(name, !learns);
        Readiness.await(node, shell.screen());
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
        nodes.node(at).cluster().remove(name);
        nodes.removed(name);
        boolean moved = name.equals(shell.current());
        shell.use(at);
        return Answer.done("ok, " + name + " does not belong to the cluster any more"
                + (moved ? "; you were there, and are at " + at + " now" : ""));
    }

    private static Answer retire(Shell shell, Arguments arguments) {
        LocalNodes nodes = shell.nodes();
        nodes.node(shell.current()).cluster().retireList();
        nodes.retireList();
        return Answer.done("ok, the list is retired: from now on a node that is restarted joins those who are alive");
    }

    private static Answer recover(Shell shell, Arguments arguments) {
        String name = arguments.get(0);
        LocalNodes nodes = shell.nodes();
        MemdiNode node = nodes.node(name);
        node.cluster().recover();
        nodes.retireList();
        Readiness.await(node, shell.screen());
        List<String> others = nodes.alive().stream()
                .filter(each -> !each.equals(name))
                .filter(each -> node.cluster().members().stream()
                        .map(ClusterMember::name)
                        .noneMatch(each::equals))
                .toList();
        return Answer.done("ok, " + name + " goes on alone, with " + keys(shell, name)
                + "; restart the others, so that they join it"
                + (others.isEmpty() ? "" : ": " + String.join(", ", others)));
    }
}
