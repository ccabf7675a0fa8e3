package io.memdi.shell;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The commands that break things, and mend them. */
final class FaultCommands {
    private FaultCommands() {}

    static List<Command> all() {
        return listed().stream().map(command -> command.in(Scope.LOCAL)).toList();
    }

    private static List<Command> listed() {
        return List.of(
                new Command(
                        Syntax.of("kill", Kind.NODE),
                        "kill a node, as if its process had crashed",
                        "kill a",
                        FaultCommands::kill),
                new Command(
                        Syntax.of("pause", Kind.NODE),
                        "stop a node's thread, as a long garbage collection would",
                        "pause b",
                        (shell, arguments) -> {
                            shell.nodes().pause(arguments.get(0));
                            return Answer.done("ok, " + arguments.get(0) + " is paused until it is resumed");
                        }),
                new Command(
                        Syntax.of("resume", Kind.NODE), "let a paused node go on", "resume b", FaultCommands::resume),
                new Command(
                        Syntax.of("partition", Kind.GROUP).andMore(),
                        "split the network; nodes of a group have commas between them, or | stands between groups",
                        "partition a b,c",
                        FaultCommands::partition),
                new Command(Syntax.of("heal"), "join the network again", "heal", (shell, arguments) -> {
                    shell.nodes().heal();
                    return Answer.done("ok, every node reaches every other");
                }));
    }

    private static Answer kill(Shell shell, Arguments arguments) {
        String name = arguments.get(0);
        LocalNodes nodes = shell.nodes();
        nodes.node(name);
        if (nodes.alive().size() == 1) {
            throw new PlainFailure(name + " is the last node that is alive; quit ends it with the shell");
        }
        nodes.kill(name);
        if (!name.equals(shell.current())) {
            return Answer.done("ok, " + name + " is dead");
        }
        shell.use(
                nodes.running().isEmpty()
                        ? nodes.alive().get(0)
                        : nodes.running().get(0));
        return Answer.done("ok, " + name + " is dead; you were there, and are at " + shell.current() + " now");
    }

    private static Answer resume(Shell shell, Arguments arguments) {
        String name = arguments.get(0);
        if (shell.nodes().condition(name) == LocalNodes.Condition.RUNNING) {
            return Answer.no(name + " is not paused");
        }
        shell.nodes().resume(name);
        return Answer.done("ok, " + name + " goes on");
    }

    private static Answer partition(Shell shell, Arguments arguments) {
        List<Set<String>> groups = new ArrayList<>();
        // With bars between the groups, spaces may stand between the nodes of one, too.
        String all = String.join(" ", arguments.all());
        for (String group : all.split(all.contains("|") ? "\\|" : " ", -1)) {
            Set<String> names = new LinkedHashSet<>(Arrays.asList(group.split("[, ]", -1)));
            names.remove("");
            if (!names.isEmpty()) {
                groups.add(names);
            }
        }
        if (groups.isEmpty()) {
            throw new UsageFailure("partition needs groups of nodes; type: partition a b,c");
        }
        shell.nodes().partition(groups);
        List<Set<String>> split = shell.nodes().partition();
        return split.isEmpty()
                ? Answer.no("all nodes are in one group, so nothing is split; type: partition a b,c")
                : Answer.done("ok, split into " + StatusTable.groups(split));
    }
}
