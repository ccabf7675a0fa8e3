package io.memdi.machine;

import io.memdi.log.Mistake;
import io.memdi.transport.Configuration;
import io.memdi.transport.Entry;
import io.memdi.transport.Member;
import io.memdi.transport.Message;
import io.memdi.transport.Message.Change;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a leader changes who belongs to its cluster: one change at a time, those of voters in two steps (Raft dissertation, 4.3;
 * {@code Swap.tla}).
 *
 * <pre>
 *   [a b c]  --change--> [a b d] and [a b c]  --once that is committed-->  [a b d]
 *                         both majorities for everything                   c is gone
 * </pre>
 *
 * <p>A configuration is in force from the moment it is appended. A change begins only after the leader has committed an entry of its
 * own term; else two leaders could each have half a change in force, with majorities that do not meet. The joint step ends only when
 * it is committed, an entry of the leader's own term included: a new leader that finds a joint configuration in its log finishes that
 * change, or, if it never saw it, takes it back.
 */
final class Membership {
    private final Core core;
    private final Quorum quorum;
    private final Proposals proposals;
    private final Transfer transfer;

    /** Who is not listed any more, and is to be told once that is committed. */
    private final List<Member> leaving = new ArrayList<>();

    Membership(Core core, Quorum quorum, Proposals proposals, Transfer transfer) {
        this.core = core;
        this.quorum = quorum;
        this.proposals = proposals;
        this.transfer = transfer;
    }

    /** The members once this newcomer learns; an older learner of its name goes. */
    static Configuration listing(Configuration now, Member newcomer) {
        List<Member> learners = without(now.learners(), newcomer.name());
        learners.add(newcomer);
        return now.with(now.voters(), learners, List.of());
    }

    /** The members once this newcomer votes, in the place of the voter of its name if there is one. */
    static Configuration adding(Configuration now, Member newcomer) {
        List<Member> voters = new ArrayList<>();
        for (Member voter : now.voters()) {
            voters.add(voter.name().equals(newcomer.name()) ? newcomer : voter);
        }
        if (!voters.contains(newcomer)) {
            voters.add(newcomer);
        }
        return now.with(voters, without(now.learners(), newcomer.name()), List.of());
    }

    /** The members without any of that name; null if nobody would vote. */
    static @Nullable Configuration removing(Configuration now, String name) {
        List<Member> voters = without(now.voters(), name);
        return voters.isEmpty() ? null : now.with(voters, without(now.learners(), name), List.of());
    }

    /** Whether any member has that name. */
    static boolean lists(Configuration now, String name) {
        for (Member member : now.members()) {
            if (member.name().equals(name)) {
                return true;
            }
        }
        return false;
    }

    private static List<Member> without(List<Member> members, String name) {
        List<Member> others = new ArrayList<>();
        for (Member member : members) {
            if (!member.name().equals(name)) {
                others.add(member);
            }
        }
        return others;
    }

    /**
     * Begins a change.
     *
     * @param after what it leads to, not joint
     * @return why it was refused; null if it has begun
     */
    @Nullable
    Refusal change(Configuration after) {
        Configuration before = core.inForce();
        Refusal refusal = obstacle(before);
        if (refusal == null) {
            refusal = objection(after);
        }
        if (refusal == null) {
            boolean sameVoters = after.voters().equals(before.voters()) || core.plants(Mistake.CHANGES_WITHOUT_JOINT);
            append(sameVoters ? after : after.with(after.voters(), after.learners(), before.voters()));
        }
        return refusal;
    }

    /** What stands in the way of any change, for a while. */
    private @Nullable Refusal obstacle(Configuration before) {
        if (!core.hasCommittedOwnTerm() && !core.plants(Mistake.CHANGES_BEFORE_OWN_COMMIT)) {
            return Refusal.forNow("the leader is new, and has not committed anything yet; try again");
        }
        if (before.isJoint() || core.configurations.inForceSince() > core.committed) {
            return Refusal.forNow("another change of members is under way; try again when it is over");
        }
        if (transfer.isUnderWay()) {
            return Refusal.forNow("the leadership is being handed over; try again");
        }
        return null;
    }

    /** What speaks against the members that there would be. */
    private @Nullable Refusal objection(Configuration after) {
        if (after.outgrowsList() && !core.plants(Mistake.OUTGROWS_LIST)) {
            return Refusal.forGood(
                    "voters from outside the list that founded the cluster, " + String.join(", ", after.list())
                            + ", would be a majority of " + names(after.voters())
                            + ": then nodes that are started with that list could found a second cluster beside this one. Retire the list"
                            + " first (retireList), and start nodes with join from then on");
        }
        List<Member> silent = new ArrayList<>();
        List<Member> useless = new ArrayList<>();
        boolean known = true;
        for (Member voter : after.voters()) {
            boolean answers = quorum.answers(voter);
            if (!answers) {
                silent.add(voter);
                known &= !quorum.wasHeard(voter);
            }
            if (!answers || quorum.heals(voter)) {
                useless.add(voter);
            }
        }
        if (2 * silent.size() >= after.voters().size()) {
            return new Refusal(
                    "of the voters that there would be, " + names(after.voters()) + ", no majority is left: "
                            + names(silent)
                            + " did not answer lately. Start them, or remove those that are gone for good first",
                    !known);
        }
        return 2 * useless.size() < after.voters().size()
                ? null
                : Refusal.forNow("of the voters that there would be, " + names(after.voters())
                        + ", no majority counts at the moment: " + names(useless)
                        + " did not answer lately, or heal; try again once they are ready");
    }

    /** An operator wants a change. */
    @Nullable
    Refusal change(Change change, String name) {
        Configuration now = core.inForce();
        if (change == Change.RETIRE_LIST) {
            return change(now.withoutList());
        }
        if (!lists(now, name)) {
            return Refusal.forGood("no member is called " + name);
        }
        Configuration after = removing(now, name);
        return after == null ? Refusal.forGood(name + " is the last voter; close its node instead") : change(after);
    }

    /** Ends the joint step once it is committed; and hands over if this leader does not vote any more. */
    void tick() {
        Configuration inForce = core.inForce();
        if (core.configurations.isSettled(core.committed)) {
            for (Member member : leaving) {
                core.send(member, new Message.Evicted(core.configurations.inForcePosition()));
            }
            leaving.clear();
        }
        boolean committed = core.configurations.inForceSince() <= core.committed && core.hasCommittedOwnTerm();
        if (inForce.isJoint() && (committed || core.plants(Mistake.LEAVES_JOINT_EARLY))) {
            append(inForce.with(inForce.voters(), inForce.learners(), List.of()));
        } else if (committed && inForce.voter(core.self.incarnation()) == null && !transfer.isUnderWay()) {
            transfer.begin(null);
        }
    }

    void end() {
        leaving.clear();
    }

    private void append(Configuration next) {
        core.effects.note("members are to be " + names(next.voters())
                + (next.learners().isEmpty() ? "" : ", learning " + names(next.learners()))
                + (next.isJoint()
                        ? "; until that is committed, the majority of " + names(next.outgoing()) + " counts too"
                        : ""));
        Configuration before = core.inForce();
        for (Member member : before.members()) {
            if (next.member(member.incarnation()) == null && !core.isSelf(member)) {
                leaving.add(member);
            }
        }
        proposals.append(new Entry.Configured(core.term, core.log.lastIndex() + 1, next));
        quorum.refresh();
    }

    /** Without a lambda, since a leader must not stand still while one is linked. */
    private static String names(List<Member> members) {
        List<String> names = new ArrayList<>();
        for (Member member : members) {
            names.add(member.name());
        }
        Collections.sort(names);
        return String.join(", ", names);
    }
}
