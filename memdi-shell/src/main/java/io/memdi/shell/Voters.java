package io.memdi.shell;

import io.memdi.ClusterMember;
import io.memdi.Role;
import io.memdi.Status;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Who votes in the cluster, and whose memory is left: the majority of the voters elects a leader only while it is alive as what it was.
 *
 * @param all the names of the voters; none if there is no cluster
 * @param left those that are alive, as the incarnations that are listed; a paused one is taken for what it was
 * @param fittest the one to recover if need be: of those that are left and run, the one that holds most; null if none does
 */
record Voters(List<String> all, List<String> left, @Nullable String fittest) {

    Voters {
        all = List.copyOf(all);
        left = List.copyOf(left);
    }

    /** As the leader lists them; where nobody leads, as the node that holds most. */
    static Voters of(LocalNodes nodes) {
        Map<String, Status> statuses = nodes.statuses();
        statuses.values().removeIf(status -> status.role() == Role.STOPPED);
        @Nullable Status leader = LocalNodes.leader(statuses);
        @Nullable Status witness = leader == null ? most(statuses.values().stream()) : leader;
        List<ClusterMember> voters = witness == null
                ? List.of()
                : nodes.node(witness.name()).cluster().members().stream()
                        .filter(ClusterMember::voter)
                        .toList();
        List<String> left = voters.stream()
                .filter(voter -> isLeft(voter, nodes, statuses))
                .map(ClusterMember::name)
                .toList();
        @Nullable Status fittest = most(statuses.values().stream().filter(status -> left.contains(status.name())));
        return new Voters(
                voters.stream().map(ClusterMember::name).toList(), left, fittest == null ? null : fittest.name());
    }

    private static @Nullable Status most(Stream<Status> statuses) {
        return statuses.max(Comparator.comparing(Status::last)).orElse(null);
    }

    private static boolean isLeft(ClusterMember voter, LocalNodes nodes, Map<String, Status> statuses) {
        @Nullable Status status = statuses.get(voter.name());
        return status == null
                ? nodes.condition(voter.name()) == LocalNodes.Condition.PAUSED
                : status.incarnation().equals(voter.incarnation());
    }

    /** Whether nobody can be elected any more, so that a survivor has to recover. */
    boolean areTooFew() {
        return isMinority(left.size());
    }

    /** Whether that would be so if a node lost its memory. */
    boolean areTooFewWithout(String name) {
        return left.contains(name) && isMinority(left.size() - 1);
    }

    private boolean isMinority(int some) {
        return !all.isEmpty() && 2 * some <= all.size();
    }

    /** Those whose memory is gone. */
    List<String> lost() {
        return all.stream().filter(name -> !left.contains(name)).toList();
    }

    /** What to type once they are too few. */
    String recovery() {
        String survivor = Objects.requireNonNullElse(fittest, "NODE");
        String others = all.stream().filter(name -> !name.equals(survivor)).collect(Collectors.joining(", "));
        return "recover " + survivor + (others.isEmpty() ? "" : ", and then restart " + others);
    }
}
