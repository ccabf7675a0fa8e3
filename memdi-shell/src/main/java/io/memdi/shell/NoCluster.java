package io.memdi.shell;

import io.memdi.Status;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** What there is to say of nodes that run, and belong to no cluster yet. */
final class NoCluster {
    /** What they may be waiting for, which nobody but their operator knows. */
    static final String ADVICE =
            "Start the other nodes of its list; or, if it was started to join, a member of that cluster. If there is no cluster to join, it"
                    + " can found one: connect to its address alone, and say found-alone, or restore NAME";

    /** What a node says that has data, or is to have it, in a way that no cluster is to be founded with; and what to do about that. */
    private static final Map<String, String> OBSTACLES = Map.of(
            "looks for a leader to heal from",
            "Start the other nodes of its cluster, for it to heal from their leader; its directory may hold what is left of that"
                    + " cluster, so that it founds none",
            "a cluster does one or the other",
            "Start all of its nodes with --dir, or all without");

    private NoCluster() {}

    /** What to do about such nodes. */
    static String advice(List<Sight> sights) {
        String special = OBSTACLES.entrySet().stream()
                .filter(obstacle -> Sight.statuses(sights).stream()
                        .anyMatch(status -> status.waitingFor().contains(obstacle.getKey())))
                .map(Map.Entry::getValue)
                .sorted()
                .collect(Collectors.joining(". "));
        return special.isEmpty() ? ADVICE : special;
    }

    /** Whether those that answer have none of them a cluster, and at least one answers. */
    static boolean isSo(List<Sight> sights) {
        List<Status> statuses = Sight.statuses(sights);
        return !statuses.isEmpty() && statuses.stream().allMatch(status -> status.cluster() == null);
    }

    /** Who answers, and what each waits for, in a line. */
    static String words(List<Sight> sights) {
        return sights.stream()
                .map(Sight::status)
                .filter(Objects::nonNull)
                .map(NoCluster::words)
                .collect(Collectors.joining("; "));
    }

    private static String words(Status status) {
        return "node " + status.name() + " runs, and "
                + (status.cluster() == null ? "belongs to no cluster yet" : "its cluster has not begun yet")
                + (status.waitingFor().isEmpty() ? "" : "; it waits: " + status.waitingFor());
    }
}
