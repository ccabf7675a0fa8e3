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
                : configuration.members().stream()
                        .map(member -> new ClusterMember(
                                member.name(),
                                member.incarnation(),
                                member.address(),
                                configuration.voter(member.incarnation()) != null))
                        .toList();
        return new View(leader == null ? null : leader.name(), members);
    }
}
