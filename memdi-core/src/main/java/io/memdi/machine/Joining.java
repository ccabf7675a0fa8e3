package io.memdi.machine;

import io.memdi.ClusterId;
import io.memdi.Revision;
import io.memdi.transport.Contact;
import io.memdi.transport.Member;
import io.memdi.transport.Message.JoinReply;
import io.memdi.transport.Message.JoinRequest;
import io.memdi.transport.Message.Mode;
import io.memdi.transport.Message.Verdict;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a node that holds nothing comes into a cluster that is running: as one that is new there, or in the place of an incarnation that
 * has lost its memory.
 *
 * <pre>
 *   EMPTY --asks--> listed as a learner --is told so--> MEMBER --catches up--> swapped in, or added, by one joint change
 *                   (committed)                        [Learn]                [Enlist]
 * </pre>
 *
 * <p>It asks the same question until it is what it wants to be; whatever gets lost on the way, and whoever leads meanwhile, the next
 * answer goes on from what the log says. The names in brackets are those of {@code Bootstrap.tla}. {@link Newcomers} is the other side.
 */
final class Joining {
    private static final Contact NOBODY = new Contact("", "");

    private final Core core;
    private final Bootstrap bootstrap;
    private final Countdown ask = new Countdown("ask to be taken in");
    private final Map<String, Contact> members = new LinkedHashMap<>();
    private final Set<String> answered = new LinkedHashSet<>();

    /** The latest request that each has answered: what comes after it and is older tells what was, perhaps in a cluster that is gone. */
    private final Map<String, Long> heard = new LinkedHashMap<>();

    /** The cluster that it asks to be taken into. */
    private @Nullable ClusterId cluster;

    /** Who told of it. */
    private Contact member = NOBODY;

    /** Whether it has asked for a place there: from then on it goes through with it. */
    private boolean decided;

    private final Rival rival;
    private final NameOwner owner;
    private long heardAt;
    private Revision configured = Revision.NONE;
    private @Nullable Contact leader;
    private @Nullable Verdict verdict;

    /** What stands in the way, as the leader says; empty if it has not said. */
    private String reason = "";

    /** When a leader last said so, or the cluster was first heard of: what the last one has said may not be so any more. */
    private long verdictAt;

    /** The number of the latest request, and what it was before the first. */
    private long asked;

    private long askedBefore;

    private boolean joined;

    /** Position of a configuration that listed this node. */
    private Revision welcomed = Revision.NONE;

    /** Whether it has become what it wants to be. It never asks again: who is taken out after that does not come back by itself. */
    private boolean settled;

    Joining(Core core, Bootstrap bootstrap) {
        this.core = core;
        this.bootstrap = bootstrap;
        this.rival = new Rival(core);
        this.owner = new NameOwner(core);
    }

    /** The first request will have this number: answers to those of a former opening of the directory have lower ones. */
    void numberFrom(long first) {
        asked = first - 1;
        askedBefore = asked;
    }

    long deadline() {
        return core.disk == null || bootstrap.mode() != Mode.MEMBER
                ? ask.deadline()
                : Math.min(ask.deadline(), core.disk.openings().deadline());
    }

    /** Somebody who was asked for the founding says that it belongs to a cluster. */
    void heardMember(Contact from) {
        if (members.put(from.name(), from) == null) {
            ask.start(core.now, 0);
        }
    }

    void tick() {
        Damage.tick(core);
        settled |= joined && bootstrap.mode() == Mode.MEMBER && isListed();
        if (isOver()) {
            ask.stop();
            owner.isGone();
        } else if (!ask.isRunning() || ask.isOver(core.now)) {
            ask.start(core.now, core.settings.heartbeatNanos());
            ClusterId wanted = isTorn() ? null : cluster;
            decided |= wanted != null;
            JoinRequest request = new JoinRequest(
                    ++asked,
                    bootstrap.mode() == Mode.MEMBER ? core.cluster : wanted,
                    core.start.voter(),
                    configured,
                    bootstrap.mode() == Mode.MEMBER,
                    core.disk != null);
            for (Contact each : whomToAsk().values()) {
                if (!isOwn(each)) {
                    core.sendToName(each, request);
                }
            }
        }
    }

    /**
     * One list may do for all nodes, this one included. The name does not tell: who has it at another address has to be asked whether it
     * lives, above all if it leads; and whoever is known by the address alone may be this node.
     */
    private boolean isOwn(Contact contact) {
        return contact.address().equals(core.contact.address());
    }

    private Map<String, Contact> whomToAsk() {
        Map<String, Contact> all = new LinkedHashMap<>();
        Member followed = core.leader;
        if (followed != null) {
            all.put(followed.name(), new Contact(followed.name(), followed.address()));
            return all;
        }
        core.start.contacts().forEach(each -> all.put(each.name(), each));
        all.putAll(members);
        Contact named = leader;
        if (named != null) {
            all.put(named.name(), named);
        }
        return all;
    }

    /** Whether two clusters could take it in, and it has asked neither for a place: who was started with addresses of both meant one. */
    private boolean isTorn() {
        return bootstrap.mode() == Mode.EMPTY
                && !decided
                && core.start.founders().isEmpty()
                && rival.isAlive();
    }

    /** Whether everybody has answered who it was started with, so that nothing is left to be waited for. */
    private boolean haveAllAnswered() {
        return core.start.contacts().stream().allMatch(each -> answered.contains(each.name()) || isOwn(each));
    }

    /** Whether there is nothing to ask for: nobody to ask, another way into a cluster, or all that it wants. */
    private boolean isOver() {
        return switch (bootstrap.mode()) {
            case EMPTY -> members.isEmpty() && core.start.contacts().isEmpty();
            case LOCKED -> true;
            case MEMBER -> !joined || settled;
        };
    }

    private boolean isListed() {
        return core.configurations.isSettled(core.committed)
                && (core.start.voter()
                        ? core.inForce().voter(core.self.incarnation()) != null
                        : core.inForce().member(core.self.incarnation()) != null);
    }

    void onReply(Member from, JoinReply reply) {
        answered.add(from.name());
        answered.add(from.address());
        boolean old = reply.number() <= askedBefore || reply.number() < heard.getOrDefault(from.name(), 0L);
        if (isOver() || old) {
            return;
        }
        heard.put(from.name(), reply.number());
        if (reply.verdict() == Verdict.NO_CLUSTER) {
            members.remove(from.name());
            return;
        }
        if (!isOurs(from, reply)) {
            return;
        }
        heardAt = core.now;
        bootstrap.beCautious();
        if (reply.verdict() == Verdict.ASK_LEADER) {
            leader = reply.leader();
            if (verdict == null) {
                verdict = Verdict.ASK_LEADER;
            }
            return;
        }
        if (reply.verdict() == Verdict.LEFT_OUT) {
            heedRemoval(from, reply);
            return;
        }
        if (reply.verdict() == Verdict.FROM_BEFORE) {
            // Else it has been taken in since it asked.
            if (bootstrap.mode() == Mode.EMPTY) {
                core.effects.stop(Openings.refusal(
                        "its node is a voter of cluster " + reply.cluster() + ", and here nothing is known of that",
                        from));
            }
            return;
        }
        if (reply.verdict() == Verdict.OTHER_STORAGE) {
            core.effects.stop("the cluster of node " + from.name() + Durability.otherwise(core.disk));
            return;
        }
        boolean news = !configured.equals(reply.configured());
        configured = reply.configured();
        leader = new Contact(from.name(), from.address());
        heed(from, reply);
        if (news && (decided || haveAllAnswered())) {
            ask.start(core.now, 0);
        }
    }

    /**
     * Whether the answer comes from the cluster that this node wants into. That is the first which it has heard of, until that falls
     * silent, or who told of it has gone on in another: it may have been given up, before it had opened, or recovered.
     */
    private boolean isOurs(Member from, JoinReply reply) {
        if (bootstrap.mode() == Mode.MEMBER) {
            return core.strangers.answered(from, reply.cluster());
        }
        boolean stale = cluster == null
                || from.name().equals(member.name())
                || core.now - heardAt > core.settings.electionMaxNanos();
        if (stale && reply.cluster() != null && !reply.cluster().equals(cluster)) {
            cluster = reply.cluster();
            member = new Contact(from.name(), from.address());
            rival.forget();
            decided = false;
            heardAt = core.now;
            verdictAt = core.now;
            configured = Revision.NONE;
            leader = null;
            verdict = null;
        }
        boolean ours = reply.cluster() != null && reply.cluster().equals(cluster);
        if (!ours && cluster != null && reply.cluster() != null) {
            rival.heard(from, reply.cluster(), reply.leader() != null);
            rival.warn(member, cluster, isTorn() ? "enters neither as long as both answer" : "goes on with the first");
        }
        return ours;
    }

    private void heed(Member from, JoinReply reply) {
        verdict = reply.verdict();
        reason = reply.reason();
        verdictAt = core.now;
        Damage.heardLeader(core);
        if (verdict == Verdict.NAME_IN_USE) {
            owner.isHeard(reply.number(), asked, cluster);
        } else {
            owner.isGone();
        }
        if (verdict == Verdict.WELCOME && bootstrap.mode() == Mode.EMPTY && reply.cluster() != null) {
            joined = true;
            welcomed = reply.configured();
            bootstrap.join(reply.cluster(), reply.founders(), from.name());
        }
    }

    /** Who says so may be behind, and not know yet that this node was taken in. */
    private void heedRemoval(Member from, JoinReply reply) {
        if (reply.configured().isAtLeast(welcomed) && !reply.configured().equals(welcomed)) {
            core.effects.stop(
                    "this node does not belong to its cluster any more: a change of members that was committed at "
                            + reply.configured() + " left it out, as node " + from.name()
                            + " says, before it held everything. Start it again, if it is to come back");
        }
    }

    /**
     * It was taken in before it was restarted, and goes on asking, unless it is what it wants to be. Whoever says that it was taken out
     * may know less than its own log; where that says nothing, nobody is believed.
     */
    void restore() {
        joined = true;
        verdictAt = core.now;
        cluster = core.cluster;
        Revision known = core.configurations.inForcePosition();
        boolean listed = core.wasListed() && !known.equals(Revision.NONE);
        welcomed = listed ? known : new Revision(Long.MAX_VALUE, Long.MAX_VALUE);
    }

    /** A new life: nothing was asked for yet. */
    void restart() {
        members.clear();
        heard.clear();
        cluster = null;
        member = NOBODY;
        rival.forget();
        decided = false;
        configured = Revision.NONE;
        leader = null;
        verdict = null;
        joined = false;
        settled = false;
        owner.isGone();
        ask.stop();
    }

    /** Why a node that is alone may not found a cluster of its own (yet); null if it may. */
    @Nullable
    Refusal objectsToFoundingAlone() {
        Damage damage = Durability.damage(core.disk);
        if (damage != null) {
            return damage.refusal();
        }
        if (bootstrap.mode() != Mode.EMPTY) {
            return Refusal.ofMember(core.cluster);
        }
        if (!core.start.founders().isEmpty()) {
            return Refusal.forGood("this node was started with a list of founders, and founds with them");
        }
        if (cluster != null) {
            return Refusal.forGood("node " + member.name() + " belongs to cluster " + cluster
                    + ", which this node asks to be taken into");
        }
        for (Contact contact : core.start.contacts()) {
            if (!answered.contains(contact.name()) && !isOwn(contact)) {
                return Refusal.forNow(
                        "node " + contact.name() + ", which this node was started with, has not said yet whether it"
                                + " belongs to a cluster; start it, or start this node without it");
            }
        }
        return null;
    }

    /** Whether this node waits to be taken in, or to get what it wants in a cluster that it has come into. */
    boolean isUnderWay() {
        return Durability.damage(core.disk) != null
                || (bootstrap.mode() == Mode.MEMBER ? !isOver() : bootstrap.mode() == Mode.EMPTY && cluster != null);
    }

    /** What keeps it from being taken in, in plain words. */
    String waitingFor() {
        Damage damage = Durability.damage(core.disk);
        if (damage != null) {
            return damage.waitingFor();
        }
        if (cluster == null && core.start.contacts().isEmpty()) {
            return "it was started without a node to ask: tell it to found a cluster of its own (foundAlone), or start it with the members of one";
        }
        if (cluster == null) {
            return "none of the nodes that it was started with has said that it belongs to a cluster: "
                    + String.join(
                            ", ",
                            core.start.contacts().stream()
                                    .map(Contact::name)
                                    .sorted()
                                    .toList());
        }
        if (isTorn()) {
            return rival.words(member, cluster)
                    + "enters neither as long as both answer; stop the nodes of one, or start this"
                    + " node with addresses of one cluster alone";
        }
        boolean old = core.now - verdictAt > 2 * core.settings.electionMaxNanos();
        if (verdict == null || verdict == Verdict.ASK_LEADER || (old && bootstrap.mode() == Mode.EMPTY)) {
            boolean hopes = core.now - verdictAt < core.settings.hopeNanos();
            return "no leader of cluster " + cluster + " answers, who could take this node in; an election "
                    + (hopes
                            ? "is under way, and needs a majority of its voters"
                            : "needs a majority of its voters. Should a majority be gone for good, and only then, one"
                                    + " survivor can be told to recover");
        }
        return switch (verdict) {
            case NAME_IN_USE ->
                "another process called " + core.contact.name()
                        + " belongs to the cluster, and was heard a moment ago; this one takes"
                        + " its place once it is silent";
            case OUTGROWS_LIST ->
                "voters from outside the list that founded the cluster would be a majority with this node; it votes once that list was"
                        + " retired (retireList)";
            case FULL -> "the cluster has as many members as it may have; remove one";
            case WELCOME ->
                "this node is in the cluster, and catches up"
                        + (core.start.voter() ? "; it votes once it holds everything" : "");
            default ->
                reason.isEmpty()
                        ? "the leader is about to take this node in"
                        : "the leader takes this node in later: " + reason;
        };
    }
}
