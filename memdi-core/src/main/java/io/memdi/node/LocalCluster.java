package io.memdi.node;

import io.memdi.ChangeRefusedException;
import io.memdi.Cluster;
import io.memdi.ClusterMember;
import io.memdi.NoLeaderException;
import io.memdi.NotReadyException;
import io.memdi.OutcomeUnknownException;
import io.memdi.Revision;
import io.memdi.machine.Durability;
import io.memdi.machine.Refusal;
import io.memdi.machine.Replica;
import io.memdi.transport.Configuration;
import io.memdi.transport.Member;
import io.memdi.transport.Message.Change;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
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
        node.asker().checkOpen("members");
        return node.view().members();
    }

    @Override
    public @Nullable String leader() {
        node.asker().checkOpen("leader");
        return node.view().leader();
    }

    @Override
    public void transferLeadership(String name) {
        Objects.requireNonNull(name, "name");
        new Handover(name).ask();
    }

    @Override
    public void remove(String name) {
        Objects.requireNonNull(name, "name");
        new MemberChange(
                        node,
                        Change.REMOVE,
                        name,
                        "removal of \"" + name + '"',
                        configuration -> configuration.members().stream()
                                .noneMatch(member -> member.name().equals(name)))
                .make();
    }

    @Override
    public void retireList() {
        new MemberChange(
                        node,
                        Change.RETIRE_LIST,
                        "",
                        "retireList",
                        configuration -> configuration.list().isEmpty())
                .make();
    }

    @Override
    public void foundAlone() {
        insist("foundAlone", replica::foundAlone, node.timeoutNanos());
    }

    @Override
    public void recover() {
        // A leader that is gone is missed after the longest election timeout; to wait longer is in vain.
        insist(
                "recover",
                replica::recover,
                Math.min(node.timeoutNanos(), 2 * node.settings().machine().electionMaxNanos()));
    }

    @Override
    public Revision backup(Path path) {
        return new LocalBackup(node).write(Objects.requireNonNull(path, "path"));
    }

    @Override
    public Revision restore(Path path) {
        return new LocalRestore(node).restore(Objects.requireNonNull(path, "path"));
    }

    /** Does what concerns this node alone, once what stands in the way has gone; returns when a crash does not undo it. */
    private void insist(String what, Supplier<@Nullable Refusal> act, long patienceNanos) {
        AtomicReference<String> obstacle = new AtomicReference<>("this node's loop gets no turn");
        AtomicBoolean begun = new AtomicBoolean();
        node.asker()
                .ask(
                        what,
                        () -> {
                            Refusal refusal = begun.get() ? null : act.get();
                            if (refusal == null) {
                                begun.set(true);
                                Durability disk = replica.disk();
                                return (disk == null || disk.isStateSynced()) ? true : null;
                            }
                            if (!refusal.later()) {
                                throw new ChangeRefusedException(what + " was refused: " + refusal.reason());
                            }
                            obstacle.set(refusal.reason());
                            return null;
                        },
                        waitingFor -> begun.get()
                                ? new OutcomeUnknownException(
                                        what + " has begun, and is not on the disk of this node yet: a"
                                                + " crash may undo it. Wait until status() says that it leads")
                                : new ChangeRefusedException(what + " was refused: " + obstacle.get()),
                        patienceNanos);
    }

    /**
     * Asks the leader, which may give up, again and again until this node follows the one that is wanted, or the time is up. Once the
     * leader was asked, it may hand over after the caller has given up. On the loop, but for {@link #ask}, and for {@link #late}
     * where the loop gets no turn.
     */
    private final class Handover {
        private final String to;
        private final Question<Boolean> question;
        private long askedAt;
        private boolean asked;

        /** How often a leader was asked, or nearly; written by the loop. */
        private volatile int times;

        Handover(String to) {
            this.to = to;
            this.question = new Question<>(
                    "transferLeadership to \"" + to + '"',
                    this::attempt,
                    this::late,
                    node.loop().nanoTime() + node.timeoutNanos());
        }

        void ask() {
            node.asker().ask(question);
        }

        private @Nullable Boolean attempt() {
            Configuration configuration = replica.configuration();
            if (configuration == null) {
                return null; // no cluster yet
            }
            if (configuration.voter(to) == null) {
                throw new IllegalArgumentException("no voter is called \"" + to + "\"; the voters are "
                        + configuration.voters().stream()
                                .map(Member::name)
                                .sorted()
                                .toList());
            }
            Member leader = replica.leader();
            if (leader != null && leader.name().equals(to)) {
                return true;
            }
            long now = node.loop().nanoTime();
            boolean due = !asked || now - askedAt >= node.settings().machine().electionMaxNanos();
            if (leader != null && due && question.send()) {
                asked = replica.transfer(to);
                askedAt = now;
                times = asked ? times + 1 : Math.max(times, 1);
            }
            return null;
        }

        private RuntimeException late(String waitingFor) {
            String leader = node.view().leader();
            String what = "the leadership was not handed to \"" + to + "\" in time: ";
            if (node.view().members().isEmpty()) {
                return new NotReadyException(what + "there is no cluster yet; this node waits for: " + waitingFor);
            }
            if (times > 0) {
                String who = leader == null ? "no leader is known" : '"' + leader + "\" leads";
                return new OutcomeUnknownException(what + who + ". It was asked for "
                        + (times == 1 ? "once" : times + " times") + ", and may take place yet; or \"" + to
                        + "\" is down, or behind, so that the leader gives up each time. Look at leader() and at its status,"
                        + " then ask again, or name another voter");
            }
            return new NoLeaderException(what + "no leader was known that could be asked. Ask again once there is one");
        }
    }
}
