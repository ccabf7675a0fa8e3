package io.memdi.shell;

import io.memdi.Cluster;
import io.memdi.ClusterMember;
import io.memdi.Status;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The commands that look at the cluster, and hand its leadership over. */
final class ClusterCommands {
    private ClusterCommands() {}

    static List<Command> all() {
        return List.of(
                new Command(
                        Syntax.of("use").optionally(Kind.NODE),
                        "go to another node; commands go to that one",
                        "use b",
                        ClusterCommands::use),
                new Command(Syntax.of("members"), "list the members", "members", ClusterCommands::members),
                new Command(
                        Syntax.of("status"),
                        "show what every node is, and how far it is",
                        "status",
                        (shell, none) -> Answer.lines(StatusTable.lines(shell))),
                new Command(Syntax.of("leader"), "tell who leads", "leader", ClusterCommands::leader),
                new Command(
                        Syntax.of("transfer", Kind.NODE),
                        "hand the leadership to a node; asks again until its time is up",
                        "transfer c",
                        ClusterCommands::transfer));
    }

    private static Answer use(Shell shell, Arguments arguments) {
        @Nullable String name = arguments.optional(0);
        if (name == null) {
            return Answer.value("you are at " + shell.current(), shell.current());
        }
        shell.use(name);
        boolean paused = shell.nodes().condition(name) == LocalNodes.Condition.PAUSED;
        return Answer.done(
                "you are at " + name + (paused ? ", which is paused: what has to wait for it will time out" : ""));
    }

    private static Answer members(Shell shell, Arguments arguments) {
        String leader = Objects.requireNonNullElse(here(shell).leader(), "");
        TextTable table = new TextTable("member", "votes", "address", "incarnation", "");
        for (ClusterMember member : here(shell).members()) {
            LocalNodes.Condition condition = shell.nodes().condition(member.name());
            boolean leads = member.name().equals(leader);
            table.row(
                    new TextTable.Cell(member.name(), leads ? Style.LEADER : Style.PLAIN),
                    new TextTable.Cell(member.voter() ? "yes" : "no", Style.PLAIN),
                    new TextTable.Cell(member.address(), Style.PLAIN),
                    new TextTable.Cell(member.incarnation().toString(), Style.FAINT),
                    condition == LocalNodes.Condition.RUNNING
                            ? new TextTable.Cell(leads ? "leads" : "", Style.LEADER)
                            : new TextTable.Cell(Kind.word(condition), Style.BAD));
        }
        return Answer.lines(table.lines(shell.screen()));
    }

    private static Answer leader(Shell shell, Arguments arguments) {
        @Nullable String leader = here(shell).leader();
        String witness = "as " + shell.current() + " sees it";
        if (leader == null) {
            return Answer.no("nobody leads", witness);
        }
        @Nullable Status status = shell.nodes().statuses().get(shell.current());
        return status == null
                ? Answer.value(leader + " leads", leader, witness)
                : Answer.value(leader + " leads", leader, "term " + status.term(), witness);
    }

    private static Answer transfer(Shell shell, Arguments arguments) {
        String name = arguments.get(0);
        shell.nodes().node(name);
        here(shell).transferLeadership(name);
        Map<String, Status> statuses = shell.nodes().statuses();
        @Nullable Status leader = LocalNodes.leader(statuses);
        return leader == null
                ? Answer.done("ok, handed over")
                : Answer.done("ok, " + leader.name() + " leads", "term " + leader.term());
    }

    private static Cluster here(Shell shell) {
        return shell.nodes().node(shell.current()).cluster();
    }
}
