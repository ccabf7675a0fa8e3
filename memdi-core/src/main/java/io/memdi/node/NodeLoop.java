package io.memdi.node;

import io.memdi.Incarnation;
import io.memdi.Status;
import io.memdi.machine.Durability;
import io.memdi.machine.Effects;
import io.memdi.machine.Replica;
import io.memdi.transport.Configuration;
import io.memdi.transport.Envelope;
import io.memdi.transport.EventLoop;
import io.memdi.transport.Member;
import io.memdi.transport.Message.ReadReply;
import io.memdi.transport.Message.WriteReply;
import io.memdi.transport.Transport;
import io.memdi.wire.EncodingTransport;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's turn: take in what has arrived and what callers want, up to a bound; let the machines step; carry out what they want
 * done, in the order that {@link Effects} documents. Everything here runs on the event loop, one turn at a time.
 *
 * <pre>
 *   transport ---> Inbox ---------+                          +--> callers (Forwarding, Reads, Questions)
 *                                 v                          +--> Keeper (disk)
 *   callers ---> CommandQueue --> Replica: begin ... end --> Effects --> log --> transport
 *                    (Forwarding, Reads ask the leader)
 * </pre>
 */
final class NodeLoop implements EventLoop.Turn, Rooms, Inbox.Taker {
    private static final Logger log = LoggerFactory.getLogger(NodeLoop.class);

    /** What the node does when the machines want it to stop, or have failed, or when its transport has ended. */
    @FunctionalInterface
    interface Stop {
        /** Called within the last turn; or from outside, once the loop is closed. */
        void stop(String reason);
    }

    private final String name;
    private final Replica replica;
    private final EventLoop loop;
    private final Transport transport;
    private final OnTheWire wire;
    private final Inbox inbox;
    private final CommandQueue commands;
    private final Completions completions;
    private final Forwarding forwarding;
    private final Reads reads;
    private final Questions questions;
    private final Service service;
    private final OpenStores stores;
    private final Changes changes;
    private final Backups backups;
    private final Errands errands;

    /** Null on memory. */
    private final @Nullable Keeper keeper;

    private final Stop stop;
    private final Entrance entrance;

    private long now;
    private boolean stopped;
    private volatile @Nullable Throwable failure;
    private Incarnation life;
    private volatile View view = View.NOTHING;
    private @Nullable Configuration configuration;
    private @Nullable Member leader;
    private boolean ready;

    /** Names whose connection was lost, until something is heard from them. */
    private final Set<String> unreachable = new HashSet<>();

    NodeLoop(
            NodeSettings settings,
            Replica replica,
            Transport transport,
            OnTheWire wire,
            @Nullable Keeper keeper,
            Supplier<Status> status,
            Stop stop) {
        this.name = settings.name();
        this.replica = replica;
        this.transport = transport;
        this.wire = wire;
        this.loop = transport.eventLoop();
        this.stop = stop;
        this.life = replica.self().incarnation();
        this.inbox = new Inbox(name, loop, settings.inbound(), stop::stop);
        this.completions = new Completions(loop.callbacks(), settings.callbacks());
        this.commands = new CommandQueue(loop, completions, settings.limits().queueCapacity());
        this.keeper = keeper;
        long first = Durability.firstNumber(replica.disk());
        this.changes = new Changes(first);
        this.forwarding = new Forwarding(
                settings.machine(), first, replica::submit, replica.positions()::acknowledge, completions);
        this.reads = new Reads(settings.machine(), first, replica::read, completions);
        this.entrance = new Entrance(name, commands, completions, this);
        this.questions = new Questions(completions, replica::waitingFor);
        this.errands = new Errands(name, settings.backups());
        this.service = new Service(replica, reads, settings, status, errands);
        this.backups = new Backups(name, replica, loop, wire.codecs());
        this.stores = new OpenStores(
                replica.state(), replica.positions(), wire.codecs(), transport instanceof EncodingTransport);
    }

    Inbox inbox() {
        return inbox;
    }

    CommandQueue commands() {
        return commands;
    }

    @Override
    public Forwarding forwarding() {
        return forwarding;
    }

    @Override
    public Reads reads() {
        return reads;
    }

    @Override
    public Questions questions() {
        return questions;
    }

    OpenStores stores() {
        return stores;
    }

    Changes changes() {
        return changes;
    }

    Backups backups() {
        return backups;
    }

    Errands errands() {
        return errands;
    }

    /** Whom this node follows and who belongs to its cluster, as of the last turn. Any thread. */
    View view() {
        return view;
    }

    /** What a turn has thrown, so that it was the last; null if none has. Any thread. */
    @Nullable
    Throwable failure() {
        return failure;
    }

    @Override
    public long run() {
        if (stopped) {
            return Long.MAX_VALUE;
        }
        try {
            return turn();
        } catch (Throwable e) {
            // What the machines hold is unknown from here on, so it must not be shown, nor acknowledged, to anybody.
            failure = e;
            try {
                log.error(
                        "{}: stops for good, because a turn failed; its state is unknown. Every open call ends now; a write that"
                                + " was sent may have been applied",
                        name,
                        e);
            } finally {
                halt("this node has stopped after an internal error, which its log tells: " + e);
            }
            return Long.MAX_VALUE;
        }
    }

    private long turn() {
        now = loop.nanoTime();
        replica.begin(now);
        if (keeper != null) {
            keeper.take();
        }
        boolean more = inbox.drain(this);
        service.take(replica.asked(), now);
        follow();
        boolean news = look(); // first, so that whoever is answered finds what he was told
        more |= entrance.drain();
        questions.answer(now);
        more |= stores.isOpening();
        stores.requireSound();
        forwarding.expire(now);
        forwarding.flush(now);
        reads.expire(now);
        reads.flush(now);

        Effects effects = replica.end();
        stores.verify(replica.term());
        wire.show(replica.self().incarnation(), replica.cluster());
        carryOut(effects);
        more |= keeper != null && effects.stopped() == null && keeper.scan(now);
        more |= effects.stopped() == null && backups.turn();
        // Whoever waits for a leader, or for what the view shows, gets another turn at once.
        news |= look();
        more |= news && (!questions.isEmpty() || forwarding.size() + reads.size() > 0);

        commands.publish(forwarding.size() + reads.size() - service.waiting(), leader != null);
        inbox.report(now);
        completions.flush();
        String reason = effects.stopped();
        if (reason != null) {
            log.error("{}: stops for good: {}", name, reason);
            halt("this node has stopped for good: " + reason);
            return Long.MAX_VALUE;
        }
        return more || forwarding.hasMore() || reads.hasMore() ? now : deadline();
    }

    private void follow() {
        Incarnation present = replica.self().incarnation();
        if (!present.equals(life)) {
            life = present;
            forwarding.loseSession("this node began a new life", now);
        }
        Member followed = replica.leader();
        forwarding.follow(followed, replica.term());
        reads.follow(followed, replica.term());
    }

    private void carryOut(Effects effects) {
        if (keeper != null) {
            keeper.keep(effects);
        }
        List<WriteReply> replies = effects.replies();
        for (int i = 0; i < replies.size(); i++) {
            forwarding.onReply(replies.get(i), now);
        }
        if (effects.expected() > 0) {
            forwarding.onExpected(effects.expected());
        }
        List<ReadReply> answers = effects.reads();
        for (int i = 0; i < answers.size(); i++) {
            reads.onReply(answers.get(i));
        }
        reads.answer();
        service.flush(transport);
        effects.changes().forEach(changes::onReply);
        for (String note : effects.notes()) {
            log.info("{}: {}", name, note);
        }
        for (String warning : effects.warnings()) {
            log.warn("{}: {}", name, warning);
        }
        for (int i = 0; i < effects.sends(); i++) {
            transport.send(effects.target(i), effects.envelope(i));
        }
    }

    /** Publishes what anybody may see without a turn; returns whether it has changed. */
    private boolean look() {
        Member followed = replica.leader();
        Configuration inForce = replica.configuration();
        boolean isReady = replica.isReady();
        if (Objects.equals(followed, leader) && Objects.equals(inForce, configuration) && isReady == ready) {
            return false;
        }
        leader = followed;
        configuration = inForce;
        ready = isReady;
        view = View.of(followed, inForce);
        return true;
    }

    private long deadline() {
        long due = Math.min(Math.min(replica.deadline(), forwarding.deadline()), backups.deadline(now));
        return Math.min(due, Math.min(reads.deadline(), questions.deadline()));
    }

    /**
     * The other voters that can be reached, as far as connections tell; none if they are too few to elect one of them. Whom the
     * machines find fittest may be gone, which they notice later.
     */
    List<String> successors() {
        Configuration inForce = replica.configuration();
        if (inForce == null) {
            return List.of();
        }
        List<String> up = inForce.voters().stream()
                .map(Member::name)
                .filter(voter -> !voter.equals(name) && !unreachable.contains(voter))
                .toList();
        boolean enough = inForce.agrees(incarnation -> {
            Member voter = inForce.voter(incarnation);
            return voter != null && !unreachable.contains(voter.name());
        });
        return enough ? up : List.of();
    }

    @Override
    public void onMessage(Envelope envelope) {
        if (!unreachable.isEmpty()) {
            unreachable.remove(envelope.sender().name());
        }
        replica.onMessage(envelope);
    }

    @Override
    public void onPeerDown(String peer) {
        replica.onPeerDown(peer);
        Configuration inForce = replica.configuration();
        if (inForce != null
                && inForce.members().stream().anyMatch(member -> member.name().equals(peer))) {
            unreachable.add(peer); // and not the names of clients, of which there is no end
        }
        forwarding.onPeerDown(peer);
        reads.onPeerDown(peer);
    }

    @Override
    public void onRefused(String address, String reason) {
        replica.onRefused(address, reason);
    }

    @Override
    public void onStranger(String address, String reason) {
        replica.onStranger(reason);
    }

    @Override
    public void forget(Call<?> call) {
        if (call instanceof PendingWrite<?> write) {
            forwarding.forget(write, now);
        } else if (call instanceof PendingRead<?> read) {
            reads.forget(read);
        }
    }

    private void halt(String reason) {
        stopped = true;
        stop.stop(reason);
    }

    /** Ends every call. Called once the loop runs no turn any more, or within the last one. */
    void close(String reason) {
        String warning = stopped ? "" : Departure.warning(replica, unreachable);
        if (!warning.isEmpty()) {
            log.warn("{}: {}", name, warning);
        }
        stopped = true;
        entrance.close(reason, List.of(forwarding::close, reads::close, questions::close, unused -> backups.close()));
    }
}
