package io.memdi.shell;

import io.memdi.Cluster;
import io.memdi.ClusterMember;
import io.memdi.Status;
import io.memdi.shell.TextTable.Cell;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The commands that look at the cluster, and hand its leadership over. */
final class ClusterCommands {
    private static final int MAX_ROUNDS = 1_000_000;

    private ClusterCommands() {}

    static List<Command> all() {
        return List.of(
                new Command(
                        Syntax.of("use").optionally(Kind.NODE),
                        "go to another node; commands go to that one",
                        "use b",
                        Scope.LOCAL,
                        ClusterCommands::use),
                new Command(Syntax.of("members"), "list the members", "members", ClusterCommands::members),
                new Command(
                        Syntax.of("status"),
                        "show what every node is, and how far it is",
                        "status",
                        Scope.NODES,
                        (shell, none) -> StatusTable.answer(shell)),
                new Command(
                        Syntax.of("top").optionally(Kind.NUMBER),
                        "show every second what the nodes do, N times, or until you have seen enough",
                        "top 10",
                        ClusterCommands::top),
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
        Cluster cluster = shell.connection().cluster();
        String leader = Objects.requireNonNullElse(cluster.leader(), "");
        TextTable table = new TextTable("member", "votes", "address", "incarnation", "");
        List<Map<String, Object>> data = new ArrayList<>();
        List<ClusterMember> members = new ArrayList<>(cluster.members());
        members.sort(Comparator.comparing(ClusterMember::name));
        for (ClusterMember member : members) {
            String condition = shell.connection().condition(member.name());
            boolean leads = member.name().equals(leader);
            table.row(
                    new Cell(member.name(), leads ? Style.LEADER : Style.PLAIN),
                    new Cell(member.voter() ? "yes" : "no", Style.PLAIN),
                    new Cell(member.address(), Style.PLAIN),
                    new Cell(member.incarnation().toString(), Style.FAINT),
                    condition.isEmpty()
                            ? new Cell(leads ? "leads" : "", Style.LEADER)
                            : new Cell(condition, Style.BAD));
            Map<String, Object> known = new LinkedHashMap<>();
            known.put("name", member.name());
            known.put("voter", member.voter());
            known.put("address", member.address());
            known.put("incarnation", member.incarnation().toString());
            known.put("leads", leads);
            data.add(known);
        }
        return Answer.lines(table.lines(shell.screen())).with("members", data);
    }

    private static Answer top(Shell shell, Arguments arguments) {
        int rounds = arguments.optional(0) == null ? Top.NO_END : arguments.number(0, MAX_ROUNDS);
        return new Top(shell).run(rounds);
    }

    private static Answer leader(Shell shell, Arguments arguments) {
        @Nullable String leader = shell.connection().cluster().leader();
        String witness = "as " + shell.current() + " sees it";
        boolean local = shell.connection().scope() == Scope.LOCAL;
        if (leader == null) {
            Answer nobody = Answer.no("nobody leads");
            return local ? nobody.and(witness) : nobody;
        }
        Answer answer = Answer.value(leader + " leads", leader).with("leader", leader);
        if (!local) {
            return term(answer, shell.connection().status());
        }
        @Nullable Status status = shell.nodes().statuses().get(shell.current());
        return (status == null ? answer : term(answer, status)).and(witness);
    }

    private static Answer term(Answer answer, Status status) {
        return answer.and("term " + status.term()).with("term", status.term());
    }

    private static Answer transfer(Shell shell, Arguments arguments) {
        String name = arguments.get(0);
        if (shell.connection().scope() == Scope.LOCAL) {
            shell.nodes().node(name);
        }
        shell.connection().cluster().transferLeadership(name);
        @Nullable
        Status leader = LocalNodes.leader(Sight.statuses(shell.connection().look()));
        return leader == null
                ? Answer.changed("ok, handed over")
                : term(Answer.changed("ok, " + leader.name() + " leads"), leader)
                        .with("leader", leader.name());
    }
}
