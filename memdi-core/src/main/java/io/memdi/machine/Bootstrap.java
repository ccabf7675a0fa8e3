package io.memdi.machine;

import io.memdi.ClusterId;
import io.memdi.Incarnation;
import io.memdi.log.Mistake;
import io.memdi.storage.HardState;
import io.memdi.transport.Configuration;
import io.memdi.transport.Contact;
import io.memdi.transport.Entry;
import io.memdi.transport.Envelope;
import io.memdi.transport.Member;
import io.memdi.transport.Message;
import io.memdi.transport.Message.Answer;
import io.memdi.transport.Message.Hello;
import io.memdi.transport.Message.HelloReply;
import io.memdi.transport.Message.JoinReply;
import io.memdi.transport.Message.Mode;
import io.memdi.transport.Message.Propose;
import io.memdi.transport.Message.ProposeReply;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How nodes that hold nothing turn one static list of names into one cluster, though any of them may restart, and forget
 * everything, at any moment. The rules are those of the model {@code Bootstrap.tla}; its names are in brackets.
 *
 * <pre>
 *   EMPTY --lock into x--> LOCKED(x) --everyone answered--> MEMBER(x)
 *     ^                        |                               |
 *     +--- new incarnation ----+------ majority of x is lost --+   (only while it knows of no full house)
 * </pre>
 *
 * <p>A report "I am empty" is no promise; a lock is. A node locks once in an incarnation, and gives up only when the cluster
 * that it promised itself to can never have a majority, never after a time.
 */
final class Bootstrap {
    private final Core core;
    private final long list;
    private final Countdown ask = new Countdown("ask the others");
    private Mode mode = Mode.EMPTY;
    private @Nullable Configuration proposal;

    /** When a leader took it in; -1 if it came into its cluster otherwise. */
    private long joinedAt = -1;

    /** Whether a leader took it in before it was restarted. */
    private boolean takenIn;

    /** Runs while a cluster is alive, as far as this node has heard, to which one of its name belongs. */
    private final Countdown caution = new Countdown("found another cluster");

    private final Map<String, Member> heardEmpty = new LinkedHashMap<>();
    private final Answers said;
    private final OtherLists lists;
    private final Inquest inquest;
    private final Joining joining;

    Bootstrap(Core core) {
        this.core = core;
        this.joining = new Joining(core, this);
        this.lists = new OtherLists(core);
        this.inquest = new Inquest(core.start.founders().size() - 1);
        this.list = core.start.hash();
        this.said = new Answers(core.start.founders());
    }

    Mode mode() {
        return mode;
    }

    /** The hash of the list that it was started with; of a server with a directory, the complement, so that no list fits both kinds. */
    long list() {
        return core.disk == null ? list : ~list;
    }

    /** Goes on as what a disk remembers. */
    void restore(HardState state) {
        mode = state.mode();
        proposal = state.proposal();
        // In the same incarnation as before, so that late answers are addressed to this one.
        inquest.numberFrom(Durability.firstNumber(core.disk));
        joining.numberFrom(Durability.firstNumber(core.disk));
        boolean founder = proposal != null && proposal.voter(core.self.incarnation()) != null;
        if (mode == Mode.LOCKED) {
            said.hear(core.contact.name(), Answer.IN);
        } else if (mode == Mode.MEMBER && !founder) {
            takenIn = true;
            joining.restore();
        }
    }

    /** What its cluster began with; null if it has none, or came into one that was open already. */
    @Nullable
    Configuration proposal() {
        return proposal;
    }

    Joining joining() {
        return joining;
    }

    long deadline() {
        return Math.min(ask.deadline(), joining.deadline());
    }

    /** Asks whoever may still have to say something. */
    void tick() {
        if (takenIn) {
            takenIn = false;
            joinedAt = core.now;
        }
        if (isDone() || core.start.founders().isEmpty()) {
            ask.stop();
        } else if (!ask.isRunning() || ask.isOver(core.now)) {
            ask.start(core.now, core.settings.heartbeatNanos());
            Message.Founding question = proposal == null || core.cluster == null
                    ? new Hello(list())
                    : new Propose(list(), core.cluster, proposal, inquest.ask());
            for (Contact founder : core.start.founders()) {
                if (!founder.name().equals(core.contact.name())) {
                    core.sendToName(founder, question);
                }
            }
            proposeIfAllAreEmpty();
        }
        joining.tick();
    }

    /**
     * [holds] A member that knows of the full house has nothing left to ask. What it held before binds it to nothing: no write, nor
     * anything else that a caller was told, is among that. Whoever came into an open cluster knows of it from the start.
     */
    private boolean isDone() {
        return mode == Mode.MEMBER && (core.isBound() || proposal == null);
    }

    void onMessage(Envelope envelope) {
        Member from = envelope.sender();
        Message message = envelope.message();
        if (message instanceof JoinReply reply) {
            joining.onReply(from, reply);
        } else if (core.start.isListed(from.name())) {
            if (message instanceof Hello hello) {
                lists.note(from, hello.list(), list());
                core.answer(from, new HelloReply(list(), mode, core.cluster));
                if (mode == Mode.EMPTY
                        && core.start.isFirst(core.contact.name())
                        && !from.equals(heardEmpty.get(from.name()))) {
                    core.sendToName(new Contact(from.name(), from.address()), new Hello(list()));
                }
            } else if (message instanceof HelloReply reply) {
                onHelloReply(from, reply);
            } else if (message instanceof Propose propose) {
                onPropose(from, propose);
            } else if (message instanceof ProposeReply reply) {
                onProposeReply(from, reply);
            }
        } else if (message instanceof Hello) {
            core.answer(from, new HelloReply(list(), mode, core.cluster));
        }
    }

    /**
     * Somebody writes to a former life of this node, so a cluster is there that lists its name, though perhaps without a majority: this
     * node asks to be taken in there, and founds none beside it as long as that goes on. To say nothing is always safe, as if the question
     * had been lost; so this is a courtesy to those who have started all founders anew, and no part of what the model proves.
     */
    void heardOldCluster(Member from) {
        beCautious();
        joining.heardMember(new Contact(from.name(), from.address()));
    }

    /** A cluster is there that may take this node in. */
    void beCautious() {
        caution.start(core.now, 2 * core.settings.electionMaxNanos());
    }

    private boolean isCautious() {
        return caution.isRunning() && !caution.isOver(core.now);
    }

    private void onHelloReply(Member from, HelloReply reply) {
        lists.note(from, reply.list(), list());
        if (mode != Mode.EMPTY) {
            return;
        }
        if (reply.mode() == Mode.MEMBER) {
            heardEmpty.remove(from.name());
            joining.heardMember(new Contact(from.name(), from.address()));
        } else if (reply.mode() == Mode.LOCKED || reply.list() != list()) {
            heardEmpty.remove(from.name());
        } else {
            heardEmpty.put(from.name(), from);
            proposeIfAllAreEmpty();
        }
    }

    /** [Propose] The first name of the list coordinates. It needs everyone's report once; the lock makes it a promise. */
    private void proposeIfAllAreEmpty() {
        int heard = heardEmpty.size() + 1;
        int needed = core.plants(Mistake.FOUNDS_BY_MAJORITY)
                ? core.start.founders().size() / 2 + 1
                : core.start.founders().size();
        boolean barred = isCautious() || Damage.barsFounding(core);
        if (mode != Mode.EMPTY || !core.start.isFirst(core.contact.name()) || heard < needed || barred) {
            return;
        }
        List<Member> founders = new ArrayList<>();
        for (Contact founder : core.start.founders()) {
            Member member = founder.name().equals(core.contact.name()) ? core.self : heardEmpty.get(founder.name());
            founders.add(
                    member != null ? member : new Member(founder.name(), new Incarnation(0, 0), founder.address()));
        }
        lock(newCluster(), Configuration.founding(founders));
        ask.hasten(core.now, 0);
        tick();
    }

    /** From here on this incarnation is for this cluster, and for no other. */
    private void lock(ClusterId cluster, Configuration founders) {
        mode = Mode.LOCKED;
        core.cluster = cluster;
        proposal = founders;
        heardEmpty.clear();
        said.hear(core.contact.name(), Answer.IN);
        if (core.plants(Mistake.FOUNDS_WITHOUT_LOCK)) {
            begin("was proposed");
        } else {
            beginIfAnswered();
        }
    }

    private void onPropose(Member from, Propose propose) {
        lists.note(from, propose.list(), list());
        if (propose.list() != list()) {
            return;
        }
        boolean listed = propose.founders().voter(core.self.incarnation()) != null;
        if (mode == Mode.EMPTY && listed && isCautious()) {
            return;
        }
        if (mode == Mode.EMPTY && listed) {
            lock(propose.cluster(), propose.founders());
        }
        Answer answer;
        if (propose.cluster().equals(core.cluster)) {
            answer = listed ? Answer.IN : Answer.LOST;
        } else {
            answer = mode == Mode.EMPTY ? Answer.EMPTY : Answer.LOST;
        }
        boolean mine = propose.cluster().equals(core.cluster) && mode == Mode.MEMBER;
        core.answer(
                from,
                new ProposeReply(
                        propose.cluster(), answer, mine && answer == Answer.IN, mine && isDone(), propose.question()));
    }

    private void onProposeReply(Member from, ProposeReply reply) {
        if (mode == Mode.EMPTY || isDone() || !reply.cluster().equals(core.cluster)) {
            return;
        }
        said.hear(from.name(), reply.answer());
        if (reply.answer() == Answer.EMPTY) {
            said.hear(from.name(), Answer.LOST);
        }
        if (mode == Mode.LOCKED && reply.begun()) {
            begin("node " + from.name() + " has begun");
        }
        beginIfAnswered();
        if (isLost() && inquest.take(from, reply)) {
            giveUp();
        }
    }

    /** [MayBegin] A majority is in, and of every other name a successor has said that it is empty. */
    private void beginIfAnswered() {
        boolean everyone = said.isEveryoneAnswered() || core.plants(Mistake.FOUNDS_BY_MAJORITY);
        if (mode == Mode.LOCKED && said.isMajorityIn() && everyone) {
            begin("everyone has answered");
        }
    }

    /** [Begin] Becomes a member; the log starts with the proposal, on every founder alike. */
    void begin(String cause) {
        if (mode != Mode.LOCKED || proposal == null) {
            throw new IllegalStateException("begins in mode " + mode);
        }
        mode = Mode.MEMBER;
        core.append(new Entry.Configured(0, 1, proposal));
        core.commitNext();
        core.effects.note("is a member of cluster " + core.cluster + ": " + cause);
    }

    /**
     * [Learn] Comes into a cluster that is running, which has listed this incarnation as a learner.
     *
     * @param founders what that cluster began with, if it has not opened yet, so that it may still be given up; else null
     */
    void join(ClusterId joined, @Nullable Configuration founders, String by) {
        if (mode != Mode.EMPTY) {
            throw new IllegalStateException("joins in mode " + mode);
        }
        Durability.takenIn(core.disk);
        mode = Mode.MEMBER;
        core.cluster = joined;
        joinedAt = core.now;
        proposal = founders;
        heardEmpty.clear();
        ask.start(core.now, 0);
        core.effects.note("is a member of cluster " + joined + ": node " + by + " has taken it in");
    }

    /**
     * Founds a cluster of this node alone, which an operator wants.
     *
     * @return why not; null if it was founded
     */
    @Nullable
    Refusal foundAlone() {
        Refusal refusal = joining.objectsToFoundingAlone();
        if (refusal == null) {
            mode = Mode.LOCKED;
            core.cluster = newCluster();
            proposal = Configuration.founding(List.of(core.self)).withoutList();
            begin("it was told to found one alone");
        }
        return refusal;
    }

    ClusterId newCluster() {
        return new ClusterId(core.random.nextLong(), core.random.nextLong());
    }

    /** Goes on alone, under a new cluster id and in a new incarnation, with what this node holds: an operator wants that. */
    void recover() {
        core.succeed(newCluster());
        // From which a restart can tell what the log has to end with.
        proposal = core.disk == null
                ? null
                : Configuration.founding(List.of(core.self)).withoutList();
        said.clear();
        joining.restart();
        ask.stop();
    }

    /**
     * [Leave] A cluster is given up when no majority of the incarnations that it lists is left, and everyone says that nothing has come
     * of it. A leader is first deposed by the silence of its quorum: until then it holds what it has executed and not committed. Whoever was
     * taken in by a leader does not know yet who of the founders has been replaced, and gives up only once that leader is gone.
     */
    private boolean isLost() {
        boolean led =
                joinedAt >= 0 && (core.leader != null || core.now - joinedAt < 2 * core.settings.electionMaxNanos());
        return said.isMajorityLost() && !isDone() && !core.leads() && !led;
    }

    private void giveUp() {
        core.effects.note("gives up cluster " + core.cluster + ", which lost its majority before it began work");
        core.reincarnate();
        mode = Mode.EMPTY;
        joinedAt = -1;
        proposal = null;
        heardEmpty.clear();
        said.clear();
        inquest.restart();
        joining.restart();
    }

    /**
     * Takes part in a cluster that begins with a backup, so that its log says who founded it. Or in one that never listed this
     * incarnation: a mistake that tests plant.
     */
    void enter(ClusterId cluster) {
        mode = Mode.MEMBER;
        core.cluster = cluster;
    }

    /** What keeps the cluster from beginning, in plain words. */
    String waitingFor() {
        if (joining.isUnderWay() || core.start.founders().isEmpty()) {
            return joining.waitingFor();
        }
        String missing = core.start.founders().stream()
                .filter(founder -> !founder.name().equals(core.contact.name()) && !hasHeard(founder))
                .map(Contact::name)
                .sorted()
                .collect(Collectors.joining(", "));
        return missing.isEmpty()
                ? "the founding of the cluster is under way"
                : "the cluster begins once every node of the list has been heard; not heard yet: " + missing;
    }

    private boolean hasHeard(Contact founder) {
        return mode == Mode.EMPTY ? heardEmpty.containsKey(founder.name()) : said.isAnswered(founder);
    }
}
