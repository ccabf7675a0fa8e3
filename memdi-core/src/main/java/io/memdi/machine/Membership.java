package io.memdi.machine;

import io.memdi.transport.Configuration;
import io.memdi.transport.Entry;
import io.memdi.transport.Member;
import io.memdi.transport.Message;
import java.util.ArrayList;
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

    /**
     * Begins a change.
     *
     * @return why it was refused; null if it has begun
     */
    @Nullable
    String change(List<Member> voters, List<Member> learners) {
        Configuration before = core.inForce();
        String obstacle = obstacle(before);
        if (obstacle != null) {
            return obstacle;
        }
        boolean sameVoters = voters.equals(before.voters());
        append(new Configuration(voters, learners, sameVoters ? List.of() : before.voters()));
        return null;
    }

    private @Nullable String obstacle(Configuration before) {
        if (!core.hasCommittedOwnTerm()) {
            return "the leader is new, and has not committed anything yet; try again";
        }
        if (before.isJoint() || core.configurations.inForceSince() > core.committed) {
            return "another change of members is under way; try again when it is over";
        }
        if (transfer.isUnderWay()) {
            return "the leadership is being handed over; try again";
        }
        return null;
    }

    /** Ends the joint step once it is committed; and hands over if this leader does not vote any more. */
    void tick() {
        Configuration inForce = core.inForce();
        if (core.configurations.isSettled(core.committed)) {
            leaving.forEach(member -> core.send(member, new Message.Evicted(core.configurations.inForcePosition())));
            leaving.clear();
        }
        boolean committed = core.configurations.inForceSince() <= core.committed && core.hasCommittedOwnTerm();
        if (inForce.isJoint() && committed) {
            append(new Configuration(inForce.voters(), inForce.learners(), List.of()));
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
        before.members().stream()
                .filter(member -> next.member(member.incarnation()) == null)
                .forEach(leaving::add);
        proposals.append(new Entry.Configured(core.term, core.log.lastIndex() + 1, next));
        quorum.refresh();
    }

    private static String names(List<Member> members) {
        return String.join(", ", members.stream().map(Member::name).toList());
    }
}
