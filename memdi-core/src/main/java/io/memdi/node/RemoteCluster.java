package io.memdi.node;

import io.memdi.ChangeRefusedException;
import io.memdi.Cluster;
import io.memdi.ClusterMember;
import io.memdi.NoLeaderException;
import io.memdi.NotReadyException;
import io.memdi.OutcomeUnknownException;
import io.memdi.Revision;
import io.memdi.TimedOutException;
import io.memdi.client.ClientMachine;
import io.memdi.transport.ClientMessage.Act;
import io.memdi.transport.ClientMessage.Order;
import io.memdi.transport.ClientMessage.OrderReply;
import io.memdi.transport.Configuration;
import io.memdi.transport.Contact;
import io.memdi.transport.Member;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The cluster as a client sees it: changes are asked for at the leader, and what concerns a node alone at that node. */
final class RemoteCluster implements Cluster {
    private final RemoteClient client;
    private final ClientMachine machine;

    RemoteCluster(RemoteClient client) {
        this.client = client;
        this.machine = client.machine();
    }

    @Override
    public List<ClusterMember> members() {
        client.asker().checkOpen("members");
        return client.view().members();
    }

    @Override
    public @Nullable String leader() {
        client.asker().checkOpen("leader");
        return client.view().leader();
    }

    @Override
    public void transferLeadership(String name) {
        Objects.requireNonNull(name, "name");
        new Asking("transferLeadership to \"" + name + '"', Act.TRANSFER, name, configuration -> {
                    if (configuration.voter(name) == null) {
                        throw new IllegalArgumentException(
                                "no voter is called \"" + name + "\"; the voters are " + names(configuration.voters()));
                    }
                    Member leader = machine.leader();
                    return leader != null && leader.name().equals(name);
                })
                .make();
    }

    @Override
    public void remove(String name) {
        Objects.requireNonNull(name, "name");
        new Asking(
                        "removal of \"" + name + '"',
                        Act.REMOVE,
                        name,
                        configuration -> !configuration.isJoint()
                                && configuration.members().stream()
                                        .noneMatch(member -> member.name().equals(name)))
                .make();
    }

    @Override
    public void retireList() {
        new Asking(
                        "retireList",
                        Act.RETIRE_LIST,
                        "",
                        configuration ->
                                !configuration.isJoint() && configuration.list().isEmpty())
                .make();
    }

    @Override
    public void foundAlone() {
        new AskingOne("foundAlone", Act.FOUND_ALONE).make();
    }

    @Override
    public void recover() {
        new AskingOne("recover", Act.RECOVER).make();
    }

    @Override
    public Revision backup(Path path) {
        return new RemoteBackup(client, Act.BACKUP, Objects.requireNonNull(path, "path")).make();
    }

    @Override
    public Revision restore(Path path) {
        return new RemoteBackup(client, Act.RESTORE, Objects.requireNonNull(path, "path")).make();
    }

    private OrderAsks newAsks() {
        return new OrderAsks(
                client.turns().correspondence(), client.settings().machine().electionMaxNanos());
    }

    private static List<String> names(List<Member> members) {
        return members.stream().map(Member::name).sorted().toList();
    }

    /**
     * Asks the leader, whoever that is, again and again until a committed configuration shows what was asked for, or the leader is the one
     * that is wanted, or the time is up. On the loop, but for {@link #make}, and for {@link #late} where the loop gets no turn.
     */
    private final class Asking {
        private final String what;
        private final Act act;
        private final String name;
        private final Predicate<Configuration> done;
        private final Question<Boolean> question;
        private final OrderAsks asks = newAsks();

        Asking(String what, Act act, String name, Predicate<Configuration> done) {
            this.what = what;
            this.act = act;
            this.name = name;
            this.done = done;
            this.question = new Question<>(
                    what, this::attempt, this::late, client.loop().nanoTime() + client.timeoutNanos());
        }

        void make() {
            client.asker().ask(question);
        }

        private @Nullable Boolean attempt() {
            Configuration configuration = machine.configuration();
            if (configuration == null) {
                return null;
            }
            boolean is = done.test(configuration);
            if (is && act == Act.REMOVE && !asks.wasAsked()) {
                throw new IllegalArgumentException(
                        "no member is called \"" + name + "\"; the members are " + names(configuration.members()));
            }
            if (is) {
                return true;
            }
            long now = client.loop().nanoTime();
            for (OrderReply answer = asks.take(); answer != null; answer = asks.take()) {
                if (asks.isRefusedBy(answer, now)) {
                    throw new ChangeRefusedException(what + " was refused: " + answer.refusal());
                }
            }
            Member leader = machine.leader();
            if (leader != null && asks.isDue(now) && question.send()) {
                machine.order(leader, new Order(asks.ask(now), act, name));
            }
            return null;
        }

        private RuntimeException late(String waitingFor) {
            if (client.view().members().isEmpty()) {
                return new NotReadyException(what + " was not done: " + waitingFor);
            }
            if (asks.outcome().mayTakePlace()) {
                return new OutcomeUnknownException(what
                        + " may take place yet: the leader was asked for it, and it was not known to be done in time. Look at"
                        + " members() and leader() to find out, then ask again");
            }
            if (!asks.outcome().obstacle().isEmpty()) {
                return new TimedOutException(
                        what + " was not done in time: " + asks.outcome().obstacle());
            }
            return new NoLeaderException(
                    what + " was not done: no leader was known that could be asked. Ask again once there is one");
        }
    }

    /** Asks the one node whose address this client was given, once it has answered: else there would be nobody who can have done it. */
    private final class AskingOne {
        private final String what;
        private final Act act;
        private final Contact node;
        private final Question<Boolean> question;
        private final OrderAsks asks = newAsks();
        private final StatusAsks greeting = new StatusAsks(client);
        private volatile boolean present;

        AskingOne(String what, Act act) {
            this.what = what;
            this.act = act;
            this.node = RemoteBackup.onlyNode(client.settings().start().contacts(), what);
            this.question = new Question<>(
                    what, this::attempt, this::late, client.loop().nanoTime() + client.timeoutNanos());
        }

        void make() {
            client.asker().ask(question);
        }

        private @Nullable Boolean attempt() {
            present = present || greeting.ask(List.of(node)) != null;
            if (!present) {
                return null;
            }
            long now = client.loop().nanoTime();
            for (OrderReply answer = asks.take(); answer != null; answer = asks.take()) {
                if (answer.refusal().isEmpty()) {
                    machine.startOver();
                    return true;
                }
                if (asks.isRefusedBy(answer, now)) {
                    throw new ChangeRefusedException(what + " was refused: " + answer.refusal());
                }
            }
            if (asks.isDue(now) && question.send()) {
                machine.order(node, new Order(asks.ask(now), act, ""));
            }
            return null;
        }

        private RuntimeException late(String waitingFor) {
            if (!present) {
                return new TimedOutException(what + " was not done: " + RemoteBackup.nobodyAt(node));
            }
            if (asks.outcome().mayTakePlace()) {
                String obstacle = asks.outcome().obstacle();
                return new OutcomeUnknownException(what + " may take place yet, or has taken place: node at "
                        + node.address() + " was asked for it, and has not answered each time"
                        + (obstacle.isEmpty() ? "" : "; at last it said: " + obstacle) + ". Look at its status");
            }
            return asks.outcome().obstacle().isEmpty()
                    ? new TimedOutException(what + " was not done: " + waitingFor)
                    : new ChangeRefusedException(
                            what + " was refused: " + asks.outcome().obstacle());
        }
    }
}
