package io.memdi.sim;

import io.memdi.Revision;
import io.memdi.transport.Configuration;
import io.memdi.transport.Entry;
import io.memdi.transport.Envelope;
import io.memdi.transport.Member;
import io.memdi.transport.Message;
import io.memdi.transport.Message.Mode;
import java.util.List;
import java.util.Objects;

/** Checks who belongs to a cluster: how that begins, changes, and ends. */
final class MembersChecker {
    private final StateChecker checker;

    MembersChecker(StateChecker checker) {
        this.checker = checker;
    }

    /**
     * Nobody is told that it is out but by a committed configuration that is not joint. What a turn says leaves when it has ended, so what
     * it has committed counts; it has to be looked at first, whichever process of its name it is.
     */
    void requireEvicted(Envelope envelope) {
        if (envelope.message() instanceof Message.Evicted evicted && envelope.cluster() != null) {
            Ledger ledger = checker.ledger(envelope.cluster());
            Revision position = evicted.configured();
            boolean out = ledger.isCommitted(position)
                    && ledger.committed.get((int) position.index() - 1) instanceof Entry.Configured configured
                    && !configured.configuration().isJoint()
                    && configured.configuration().member(envelope.target()) == null;
            Violation.unless(out, "who is out is told by what is committed", "%s", envelope);
        }
    }

    /** The cluster opens when a voter of every founder's name has acknowledged an entry of that leader. */
    void requireFullHouse(View leader, Ledger ledger, long term) {
        Configuration founders = ledger.founders;
        Configuration now = leader.probe.configuration();
        Violation.unless(
                founders != null && now != null, "logs begin with the founding", "%s opens without founders", leader);
        Violation.unless(
                names(now).containsAll(names(founders)),
                "opened on a full house",
                "%s opened with %s, founded were %s",
                leader,
                now,
                founders);
        for (Member founder : now.voters()) {
            View view = checker.views().get(founder.incarnation());
            boolean holds = view != null && view.log.stream().anyMatch(entry -> entry.term() == term);
            boolean self = founder.incarnation().equals(leader.incarnation);
            Violation.unless(
                    holds || self, "opened on a full house", "%s opened before %s had acknowledged", leader, founder);
        }
    }

    private static List<String> names(Configuration configuration) {
        return configuration.voters().stream().map(Member::name).toList();
    }

    /** Who belongs to a cluster changes step by step; what is in force is what the log says. */
    void requireConfigurations(View view, Ledger ledger, List<Entry> fresh) {
        Violation.unless(
                Objects.equals(view.probe.configuration(), view.configuration()),
                "the latest configuration in the log is in force",
                "%s has %s in force, its log %s",
                view,
                view.probe.configuration(),
                view.configuration());
        for (Entry entry : fresh) {
            if (entry instanceof Entry.Configured configured && entry.index() > Math.max(1, ledger.inherited() + 1)) {
                requireStep(view, ledger, configured);
            }
        }
    }

    private void requireStep(View view, Ledger ledger, Entry.Configured step) {
        Entry.Configured before = view.configurationBefore(step.index());
        Configuration from = before.configuration();
        Configuration to = step.configuration();
        boolean last = from.isJoint() && !to.isJoint() && to.voters().equals(from.voters());
        boolean first = !from.isJoint() && to.isJoint() && to.outgoing().equals(from.voters());
        boolean others = !from.isJoint() && !to.isJoint() && to.voters().equals(from.voters());
        Violation.unless(
                first || last || others, "voters change in two steps", "%s appended %s after %s", view, to, from);
        Violation.unless(
                !last || before.index() <= ledger.end(),
                "the joint step is committed before the last",
                "%s appended %s, but %s is not committed",
                view,
                to,
                from);
        Violation.unless(
                last || view.position(view.committed).term() == step.term(),
                "changes begin after a commit of the own term",
                "%s appended %s, and has committed up to %s",
                view,
                step,
                view.position(view.committed));
        // A leader that was deposed, and did not know when it appended that, may never have heard of who came and left;
        // it cannot commit that either. It may have heard of a later term in the same turn.
        boolean leads = ledger.leaders.keySet().stream().allMatch(term -> term <= step.term());
        for (Member member : to.members()) {
            View other = checker.views().get(member.incarnation());
            boolean back = leads && from.member(member.incarnation()) == null && ledger.hasListed(member.incarnation());
            Violation.unless(
                    !back || other == null || other.mode != Mode.MEMBER,
                    "who has left does not come back",
                    "%s appended %s after %s",
                    view,
                    to,
                    from);
        }
    }
}
