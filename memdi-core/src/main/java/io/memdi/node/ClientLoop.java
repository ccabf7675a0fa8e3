package io.memdi.node;

import io.memdi.client.ClientEffects;
import io.memdi.client.ClientMachine;
import io.memdi.log.Mistake;
import io.memdi.machine.Settings;
import io.memdi.transport.Answer;
import io.memdi.transport.ClientMessage.OrderReply;
import io.memdi.transport.ClientMessage.StatusReply;
import io.memdi.transport.Configuration;
import io.memdi.transport.Envelope;
import io.memdi.transport.EventLoop;
import io.memdi.transport.Member;
import io.memdi.transport.Message.WriteReply;
import io.memdi.transport.Transport;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client's turn: as that of a node ({@link NodeLoop}), with a machine that only asks.
 *
 * <pre>
 *   transport ---> Inbox ---------+                                 +--> callers (Forwarding, Inquiries, Questions)
 *                                 v                                 |
 *   callers ---> CommandQueue --> ClientMachine: begin ... end --> ClientEffects --> log --> transport
 *                    (Forwarding, Inquiries)
 * </pre>
 */
final class ClientLoop implements EventLoop.Turn, Rooms, Inbox.Taker {
    private static final Logger log = LoggerFactory.getLogger(ClientLoop.class);

    private final String name;
    private final Settings settings;
    private final ClientMachine machine;
    private final EventLoop loop;
    private final Transport transport;
    private final OnTheWire wire;
    private final Inbox inbox;
    private final Completions completions;
    private final CommandQueue commands;
    private final Forwarding forwarding;
    private final Inquiries inquiries;
    private final Questions questions;
    private final NodeLoop.Stop stop;
    private final Entrance entrance;

    /** Twice as many numbers as questions, since those that are over leave theirs behind. */
    private final Correspondence correspondence = new Correspondence(2 * Defaults.QUESTIONS);

    private long now;
    private boolean stopped;
    private volatile View view = View.NOTHING;
    private @Nullable Member leader;
    private @Nullable Configuration configuration;

    /** What the machine says, which it says in the same place each turn; null before the first. */
    private @Nullable ClientEffects latest;

    /** Whether the cluster is known to keep its data in memory alone. */
    private volatile boolean onMemory;

    ClientLoop(
            NodeSettings settings,
            String name,
            ClientMachine machine,
            Transport transport,
            OnTheWire wire,
            NodeLoop.Stop stop) {
        this.name = name;
        this.settings = settings.machine();
        this.machine = machine;
        this.transport = transport;
        this.wire = wire;
        this.stop = stop;
        this.loop = transport.eventLoop();
        this.inbox = new Inbox(name, loop, settings.inbound(), stop::stop);
        this.completions = new Completions(loop.callbacks(), settings.callbacks());
        this.commands = new CommandQueue(loop, completions, settings.limits().queueCapacity());
        this.inquiries = new Inquiries(machine, completions, settings.machine());
        this.forwarding = new Forwarding(settings.machine(), 1, machine::submit, inquiries::acknowledged, completions);
        this.entrance = new Entrance(name, commands, completions, this);
        this.questions = new Questions(completions, machine::waitingFor);
    }

    Inbox inbox() {
        return inbox;
    }

    CommandQueue commands() {
        return commands;
    }

    View view() {
        return view;
    }

    /** Whether the cluster is known to keep its data in memory alone. Any thread. */
    boolean isOnMemory() {
        return onMemory;
    }

    @Override
    public Forwarding forwarding() {
        return forwarding;
    }

    @Override
    public Inquiries inquiries() {
        return inquiries;
    }

    @Override
    public Questions questions() {
        return questions;
    }

    @Override
    public long run() {
        if (stopped) {
            return Long.MAX_VALUE;
        }
        try {
            return turn();
        } catch (Throwable e) {
            try {
                log.error(
                        "{}: stops for good, because a turn failed. Every open call ends now; a write that was sent may have been applied",
                        name,
                        e);
            } finally {
                stopped = true;
                stop.stop("this client has stopped after an internal error, which its log tells: " + e);
            }
            return Long.MAX_VALUE;
        }
    }

    private long turn() {
        now = loop.nanoTime();
        machine.begin(now);
        boolean more = inbox.drain(this);
        if (latest != null && latest.sessionLost().isEmpty()) {
            hearReplies(latest); // or what was acknowledged would be handed to the next leader again
        }
        follow();
        boolean news = look(); // first, so that whoever is answered finds what he was told
        more |= entrance.drain();
        machine.wantSession(forwarding.size() > 0);
        questions.answer(now);
        if (questions.isEmpty()) {
            correspondence.clear();
        }
        machine.wantNews(!questions.isEmpty());
        forwarding.expire(now);
        forwarding.flush(now);
        inquiries.expire(now);
        inquiries.flush(now);
        ClientEffects effects = machine.end();
        latest = effects;
        wire.show(machine.incarnation(), machine.cluster());
        carryOut(effects);
        news |= look();
        more |= news && (!questions.isEmpty() || forwarding.size() + inquiries.size() > 0);
        commands.publish(forwarding.size() + inquiries.size(), leader != null);
        inbox.report(now);
        completions.flush();
        return more || forwarding.hasMore() ? now : deadline();
    }

    private void follow() {
        // Before anything is handed over in this turn.
        if (latest != null && latest.isOnMemory()) {
            onMemory = true; // first, so that whoever is refused finds what he was told
            forwarding.haveNoDisk("this " + StoreAccess.NO_STORAGE, now);
        }
        forwarding.follow(machine.writesTo(), machine.term());
        if (!machine.refusal().isEmpty()) {
            forwarding.refuse(machine.refusal(), now);
        }
    }

    private void hearReplies(ClientEffects effects) {
        List<WriteReply> replies = effects.replies();
        for (int i = 0; i < replies.size(); i++) {
            forwarding.onReply(replies.get(i), now);
        }
        effects.forgetReplies();
    }

    private void carryOut(ClientEffects effects) {
        if (!effects.sessionLost().isEmpty() && !settings.plants(Mistake.RESUBMITS_IN_NEXT_SESSION)) {
            forwarding.loseSession(effects.sessionLost(), now);
        }
        hearReplies(effects);
        if (effects.expected() > 0) {
            forwarding.onExpected(effects.expected());
        }
        List<Answer> answers = effects.answers();
        for (int i = 0; i < answers.size(); i++) {
            inquiries.onAnswer(answers.get(i));
        }
        for (OrderReply reply : effects.orders()) {
            correspondence.hear(reply.number(), reply);
        }
        for (StatusReply reply : effects.statuses()) {
            correspondence.hear(reply.number(), reply.status());
        }
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

    /** What is asked of nodes, and what they say. */
    Correspondence correspondence() {
        return correspondence;
    }

    /** Publishes what anybody may see without a turn; returns whether it has changed, or a node has said what somebody waits for. */
    private boolean look() {
        Member followed = machine.leader();
        Configuration known = machine.configuration();
        boolean heard = correspondence.takeNews();
        if (Objects.equals(followed, leader) && Objects.equals(known, configuration)) {
            return heard;
        }
        leader = followed;
        configuration = known;
        view = View.of(followed, known);
        return true;
    }

    private long deadline() {
        long due = Math.min(machine.deadline(), forwarding.deadline());
        return Math.min(due, Math.min(inquiries.deadline(), questions.deadline()));
    }

    @Override
    public void onMessage(Envelope envelope) {
        machine.onMessage(envelope);
    }

    @Override
    public void onPeerDown(String peer) {
        machine.onPeerDown(peer);
        forwarding.onPeerDown(peer);
        inquiries.onPeerDown(peer);
    }

    @Override
    public void forget(Call<?> call) {
        if (call instanceof PendingWrite<?> write) {
            forwarding.forget(write, now);
        } else if (call instanceof Inquiry<?> inquiry) {
            inquiries.forget(inquiry);
        }
    }

    /** Once the loop runs no turn any more: says farewell, so that the cluster need not wait until it misses this client. */
    void leave() {
        if (!stopped) {
            machine.begin(loop.nanoTime());
            machine.leave();
            ClientEffects effects = machine.end();
            for (int i = 0; i < effects.sends(); i++) {
                transport.send(effects.target(i), effects.envelope(i));
            }
        }
    }

    /** Ends every call. Called once the loop runs no turn any more, or within the last one. */
    void close(String reason) {
        stopped = true;
        entrance.close(reason, List.of(forwarding::close, inquiries::close, questions::close));
    }
}
