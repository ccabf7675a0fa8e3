package io.memdi.node;

import io.memdi.Cluster;
import io.memdi.ClusterMember;
import io.memdi.NoLeaderException;
import io.memdi.NotReadyException;
import io.memdi.TimedOutException;
import io.memdi.machine.Replica;
import io.memdi.transport.Configuration;
import io.memdi.transport.Member;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The cluster as one node sees it. */
final class LocalCluster implements Cluster {
    private final LocalNode node;
    private final Replica replica;

    LocalCluster(LocalNode node) {
        this.node = node;
        this.replica = node.replica();
    }

    @Override
    public List<ClusterMember> members() {
        node.checkOpen("members");
        return node.view().members();
    }

    @Override
    public @Nullable String leader() {
        node.checkOpen("leader");
        return node.view().leader();
    }

    @Override
    public void transferLeadership(String name) {
        Objects.requireNonNull(name, "name");
        Handover handover = new Handover(name);
        node.ask("transferLeadership to \"" + name + '"', handover::attempt, handover::late, node.timeoutNanos());
    }

    /** Asks the leader until this node follows the one that is wanted. On the loop. */
    private final class Handover {
        private final String to;
        private long askedAt;
        private boolean asked;

        Handover(String to) {
            this.to = to;
        }

        @Nullable
        Boolean attempt() {
            Configuration configuration = replica.configuration();
            if (configuration == null) {
                return null; // no cluster yet
            }
            if (configuration.voter(to) == null) {
                throw new IllegalArgumentException("no voter is called \"" + to + "\"; the voters are "
                        + configuration.voters().stream().map(Member::name).toList());
            }
            Member leader = replica.leader();
            if (leader != null && leader.name().equals(to)) {
                return true;
            }
            long now = node.loop().nanoTime();
            if (!asked || now - askedAt >= node.settings().machine().electionMaxNanos()) {
                asked = replica.transfer(to);
                askedAt = now;
            }
            return null;
        }

        RuntimeException late(String waitingFor) {
            String leader = node.view().leader();
            String what = "the leadership was not handed to \"" + to + "\" in time: ";
            if (node.view().members().isEmpty()) {
                return new NotReadyException(what + "there is no cluster yet; this node waits for: " + waitingFor);
            }
            if (leader == null) {
                return new NoLeaderException(what + "no leader is known. It may have it yet; look again");
            }
            return new TimedOutException(what + '"' + leader + "\" leads. \"" + to
                    + "\" may be down, or behind; look at its status, then ask again");
        }
    }
}
