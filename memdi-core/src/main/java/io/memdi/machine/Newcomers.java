package io.memdi.machine;

import io.memdi.log.Mistake;
import io.memdi.transport.Configuration;
import io.memdi.transport.Contact;
import io.memdi.transport.Member;
import io.memdi.transport.Message.JoinReply;
import io.memdi.transport.Message.JoinRequest;
import io.memdi.transport.Message.Mode;
import io.memdi.transport.Message.Verdict;

/**
 * What a cluster does with nodes that want into it. Whoever is asked answers; the leader acts: it lists a newcomer as a learner, and
 * once that holds everything it makes it a voter, in the place of the incarnation that had its name before, if one had. What it
 * knows of a newcomer is in the log, so that another leader goes on from there. {@link Joining} is the other side.
 *
 * <p>The newcomer waits while the old incarnation answers. That is a courtesy to whoever starts a name twice: nobody can tell silence
 * from death, and safety rests on the joint change ({@code Swap.tla}).
 */
final class Newcomers {
    private final Core core;
    private final Bootstrap bootstrap;
    private final Leading leading;

    /** What stands in the way of the newcomer that is being answered. */
    private String reason = "";

    Newcomers(Core core, Bootstrap bootstrap, Leading leading) {
        this.core = core;
        this.bootstrap = bootstrap;
        this.leading = leading;
    }

    void onRequest(Member from, JoinRequest request) {
        reason = "";
        Verdict verdict = verdict(from, request);
        Member leader = core.leader;
        core.answer(
                from,
                new JoinReply(
                        request.number(),
                        bootstrap.mode() == Mode.MEMBER ? core.cluster : null,
                        verdict,
                        core.configurations.inForcePosition(),
                        leader == null ? null : new Contact(leader.name(), leader.address()),
                        verdict == Verdict.WELCOME && !core.open ? bootstrap.proposal() : null,
                        verdict == Verdict.WAIT ? reason : ""));
    }

    private Verdict verdict(Member from, JoinRequest request) {
        if (bootstrap.mode() != Mode.MEMBER) {
            return Verdict.NO_CLUSTER;
        }
        if (request.cluster() != null && !request.cluster().equals(core.cluster)) {
            return Verdict.OTHER_CLUSTER;
        }
        if (request.durable() != (core.disk != null)) {
            return Verdict.OTHER_STORAGE;
        }
        if (!core.leads()) {
            return Verdict.ASK_LEADER;
        }
        boolean upToDate =
                request.cluster() != null && request.configured().equals(core.configurations.inForcePosition());
        if (core.disk != null && !request.member() && core.inForce().voter(from.incarnation()) != null) {
            // Nobody votes, or has founded, before its disk knows that it belongs to a cluster.
            return Verdict.FROM_BEFORE;
        }
        if (core.inForce().member(from.incarnation()) != null) {
            return enlist(from, request.voter(), upToDate);
        }
        // It may have asked before it knew that it was taken in, and has left since.
        if (request.member() || core.configurations.hasLeft(from.incarnation())) {
            return core.configurations.isSettled(core.committed) ? Verdict.LEFT_OUT : Verdict.WAIT;
        }
        return list(from, request.voter(), upToDate);
    }

    /** It comes in as a learner, which counts for nothing; in the place of an older learner of its name. */
    private Verdict list(Member from, boolean voter, boolean upToDate) {
        Configuration now = core.inForce();
        for (Member owner : now.members()) {
            if (owner.name().equals(from.name()) && leading.wasHeard(owner)) {
                // A new leader counts everyone as heard, and an answer may be from long ago; that is no reason to turn
                // anybody
                // away.
                return leading.hasAnsweredOfLate(owner) ? Verdict.NAME_IN_USE : Verdict.WAIT;
            }
        }
        boolean known = Membership.lists(now, from.name());
        if (!known && now.members().size() >= Settings.MAX_MEMBERS) {
            return Verdict.FULL;
        }
        if (voter && Membership.adding(now, from).outgrowsList()) {
            return Verdict.OUTGROWS_LIST;
        }
        if (!core.open && !now.list().contains(from.name())) {
            reason =
                    "the cluster has not opened yet, and takes in nodes of its own list alone until all of them are there";
        } else if (upToDate) {
            change(Membership.listing(now, from));
        }
        return Verdict.WAIT;
    }

    private void change(Configuration after) {
        Refusal refusal = leading.change(after);
        if (refusal != null) {
            reason = refusal.reason();
        }
    }

    private Verdict enlist(Member from, boolean voter, boolean upToDate) {
        Configuration now = core.inForce();
        if (voter && now.voter(from.incarnation()) == null) {
            Configuration after = Membership.adding(now, from);
            if (after.outgrowsList()) {
                return Verdict.OUTGROWS_LIST;
            }
            if (upToDate && leading.hasCaughtUp(from)) {
                change(after);
            }
        }
        Configuration committed = core.configurations.committed(core.committed);
        boolean listed = (committed != null && committed.member(from.incarnation()) != null)
                || core.plants(Mistake.WELCOMES_UNCOMMITTED);
        return listed ? Verdict.WELCOME : Verdict.WAIT;
    }
}
