package io.memdi.node;

import io.memdi.ClusterMember;
import io.memdi.transport.Configuration;
import io.memdi.transport.Member;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a node sees of its cluster, for any thread. */
record View(@Nullable String leader, List<ClusterMember> members) {
    static final View NOTHING = new View(null, List.of());

    static View of(@Nullable Member leader, @Nullable Configuration configuration) {
        List<ClusterMember> members = configuration == null
                ? List.of()
                : configuration.voters().stream()
                        .map(voter -> new ClusterMember(voter.name(), voter.incarnation(), voter.address(), true))
                        .toList();
        return new View(leader == null ? null : leader.name(), members);
    }
}
