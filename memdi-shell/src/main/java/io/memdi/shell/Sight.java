package io.memdi.shell;

import io.memdi.Role;
import io.memdi.Status;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a node says of itself when it is asked.
 *
 * @param name its name
 * @param status what it says; null if it says nothing
 * @param absence why it says nothing, in a word or two; empty if it does not
 * @param nanos how long the answer took
 */
record Sight(String name, @Nullable Status status, String absence, long nanos) {

    static Sight of(Status status, long nanos) {
        return new Sight(status.name(), status, "", nanos);
    }

    static Sight none(String name, String absence) {
        return new Sight(name, null, absence, 0);
    }

    static List<Status> statuses(List<Sight> sights) {
        return sights.stream().map(Sight::status).filter(Objects::nonNull).toList();
    }

    /** Where the log ends: at the leader's last entry, or, while nobody leads, at the last one that anybody holds. */
    static long newest(List<Sight> sights) {
        @Nullable Status leader = LocalNodes.leader(statuses(sights));
        return leader != null
                ? leader.last().index()
                : statuses(sights).stream()
                        .mapToLong(status -> status.last().index())
                        .max()
                        .orElse(0);
    }

    /** How many entries it is behind that; 0 if it says nothing. */
    long lag(long newest) {
        return status == null ? 0 : Math.max(0, newest - status.committed().index());
    }

    boolean leads() {
        return status != null && status.role() == Role.LEADER;
    }
}
