package io.memdi.node;

import io.memdi.Cluster;
import io.memdi.ClusterMember;
import io.memdi.NoLeaderException;
import io.memdi.NotReadyException;
import io.memdi.OutcomeUnknownException;
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
        new Handover(name).ask();
    }

    /**
     * Asks the leader until this node follows the one that is wanted. Once the leader was asked, it may hand over after the caller
     * has given up. On the loop, but for {@link #ask}.
     */
    private final class Handover {
        private final String to;
        private final Question<Boolean> question;
        private long askedAt;
        private boolean asked;

        /** Whether it was ever asked. */
        private volatile boolean sent;

        Handover(String to) {
            this.to = to;
            this.question = new Question<>(
                    "transferLeadership to \"" + to + '"',
                    this::attempt,
                    this::late,
                    node.loop().nanoTime() + node.timeoutNanos());
        }

        void ask() {
            node.ask(question);
        }

        private @Nullable Boolean attempt() {
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
            boolean due = !asked || now - askedAt >= node.settings().machine().electionMaxNanos();
            if (leader != null && due && question.send()) {
                sent = true;
                asked = replica.transfer(to);
                askedAt = now;
            }
            return null;
        }

        private RuntimeException late(String waitingFor) {
            String leader = node.view().leader();
            String what = "the leadership was not handed to \"" + to + "\" in time: ";
            if (node.view().members().isEmpty()) {
                return new NotReadyException(what + "there is no cluster yet; this node waits for: " + waitingFor);
            }
            if (sent) {
                String who = leader == null ? "no leader is known" : '"' + leader + "\" leads";
                return new OutcomeUnknownException(what + who + ". It was asked for, and may take place yet; or \"" + to
                        + "\" is down, or behind. Look at leader() and at its status, then ask again");
            }
            return new NoLeaderException(what + "no leader was known that could be asked. Ask again once there is one");
        }
    }
}
