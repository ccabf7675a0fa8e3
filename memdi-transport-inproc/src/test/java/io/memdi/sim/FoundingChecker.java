package io.memdi.sim;

import io.memdi.ClusterId;
import io.memdi.Incarnation;
import io.memdi.transport.Configuration;
import io.memdi.transport.Entry;
import io.memdi.transport.Envelope;
import io.memdi.transport.Member;
import io.memdi.transport.Message.Answer;
import io.memdi.transport.Message.Mode;
import io.memdi.transport.Message.Propose;
import io.memdi.transport.Message.ProposeReply;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks the founding against the model in {@code Bootstrap.tla}; its names are in brackets. One incarnation promises itself once,
 * and keeps that; a cluster begins when everyone has answered; never two clusters that can both commit.
 */
final class FoundingChecker {
    private final StateChecker checker;
    private final Map<ClusterId, Configuration> proposals = new HashMap<>();
    private final Map<Incarnation, ClusterId> promises = new HashMap<>();
    private final Set<ClusterId> begun = new HashSet<>();

    /** What has reached an incarnation, by the name that said so. */
    private final Map<Heard, Map<String, Set<Answer>>> heard = new HashMap<>();

    private boolean changed;

    private record Heard(Incarnation by, ClusterId about) {}

    FoundingChecker(StateChecker checker) {
        this.checker = checker;
    }

    /** Who is alive, or what is committed, is not as it was. */
    void changed() {
        changed = true;
    }

    Configuration proposal(ClusterId cluster) {
        return proposals.get(cluster);
    }

    /** A cluster goes on from another one that has lost its majority. */
    void recovered(ClusterId cluster) {
        begun.add(cluster);
        changed = true;
    }

    Set<ClusterId> begun() {
        return begun;
    }

    void sent(View view, Envelope envelope) {
        Incarnation sender = envelope.sender().incarnation();
        if (envelope.message() instanceof Propose propose) {
            Configuration other = proposals.putIfAbsent(propose.cluster(), propose.founders());
            Violation.unless(
                    other == null || other.equals(propose.founders()),
                    "a proposal stays as it is",
                    "%s proposes %s, another node %s",
                    view,
                    propose,
                    other);
            promise(sender, propose.cluster());
        } else if (envelope.message() instanceof ProposeReply reply && reply.answer() == Answer.IN) {
            promise(sender, reply.cluster());
        }
    }

    private void promise(Incarnation sender, ClusterId cluster) {
        ClusterId other = promises.putIfAbsent(sender, cluster);
        Violation.unless(
                other == null || other.equals(cluster),
                "one promise per incarnation",
                "%s promised itself to %s, and to %s",
                sender,
                other,
                cluster);
    }

    void delivered(View view, Envelope envelope) {
        boolean mine = view.incarnation.equals(envelope.target());
        if (mine && envelope.message() instanceof ProposeReply reply) {
            heard.computeIfAbsent(new Heard(view.incarnation, reply.cluster()), any -> new HashMap<>())
                    .computeIfAbsent(envelope.sender().name(), any -> EnumSet.noneOf(Answer.class))
                    .add(reply.answer());
        }
    }

    /** Checks what a turn has changed in a node's mode, before that is taken over. */
    void turned(View view) {
        Mode mode = view.probe.mode();
        ClusterId cluster = view.probe.cluster();
        Violation.unless(
                mode.compareTo(view.mode) >= 0 && (view.cluster == null || view.cluster.equals(cluster)),
                "empty, locked, member, of one cluster",
                "%s went from %s(%s) to %s(%s)",
                view,
                view.mode,
                view.cluster,
                mode,
                cluster);
        Violation.unless(
                (mode == Mode.EMPTY) == (cluster == null),
                "empty, locked, member, of one cluster",
                "%s is %s(%s)",
                view,
                mode,
                cluster);
        ClusterId promised = promises.get(view.incarnation);
        Violation.unless(
                promised == null || promised.equals(cluster),
                "a promise is kept",
                "%s promised itself to %s, and is %s(%s)",
                view,
                promised,
                mode,
                cluster);
        if (mode != view.mode) {
            changed = true;
            if (mode == Mode.MEMBER) {
                becomesMember(view, cluster);
            }
        }
    }

    private void becomesMember(View view, ClusterId cluster) {
        Configuration founders = view.probe.configuration();
        if (view.mode == Mode.EMPTY && checker.ledger(cluster).hasListed(view.incarnation)) {
            return; // [Learn] a running cluster has taken it in
        }
        Violation.unless(
                founders != null && founders.voter(view.incarnation) != null,
                "members are listed",
                "%s takes part in %s, which lists %s",
                view,
                cluster,
                founders);
        if (begun.add(cluster)) {
            requireAnswers(view, cluster, founders);
        }
    }

    /** [MayBegin] The first to begin has heard IN from a majority, and IN or EMPTY from every other name. */
    private void requireAnswers(View view, ClusterId cluster, Configuration founders) {
        Map<String, Set<Answer>> answers = heard.getOrDefault(new Heard(view.incarnation, cluster), Map.of());
        int in = 0;
        for (Member founder : founders.voters()) {
            Set<Answer> said = answers.getOrDefault(founder.name(), Set.of());
            boolean isIn = said.contains(Answer.IN) || founder.name().equals(view.name);
            in += isIn ? 1 : 0;
            Violation.unless(
                    isIn || said.contains(Answer.EMPTY),
                    "a cluster begins when everyone has answered",
                    "%s began %s without %s, which said %s",
                    view,
                    cluster,
                    founder,
                    said);
        }
        Violation.unless(
                in >= founders.majority(),
                "a cluster begins with a majority",
                "%s began %s with %d of %d",
                view,
                cluster,
                in,
                founders.voters().size());
    }

    /** [LeaveIsHarmless] Who gives up does so when its cluster can never have a majority any more. */
    void givesUp(View view) {
        Configuration founders = view.cluster == null ? null : configuration(view.cluster);
        // A learner counts for nothing.
        if (founders == null || founders.voter(view.incarnation) == null) {
            return;
        }
        Violation.unless(
                !founders.agrees(incarnation -> {
                    View other = checker.views().get(incarnation);
                    return other != null
                            && other.alive
                            && (other.mode == Mode.EMPTY || view.cluster.equals(other.cluster));
                }),
                "giving up is harmless",
                "%s gave up %s, of which %s could still take part",
                view,
                view.cluster,
                founders);
    }

    /** [OneCluster, NoOrphan] Looks at all nodes together, where something has changed. */
    void together() {
        if (!changed) {
            return;
        }
        changed = false;
        ClusterId able = null;
        for (ClusterId cluster : begun) {
            if (canCommit(cluster)) {
                Violation.unless(able == null, "one cluster", "%s and %s can both commit", able, cluster);
                able = cluster;
            }
        }
        for (View view : checker.current().values()) {
            Violation.unless(
                    able == null || able.equals(view.cluster) || !holds(view),
                    "no orphan",
                    "%s holds committed state of %s, while %s can commit",
                    view,
                    view.cluster,
                    able);
        }
    }

    private boolean canCommit(ClusterId cluster) {
        Configuration voters = configuration(cluster);
        return voters != null
                && voters.agrees(incarnation -> {
                    View view = checker.views().get(incarnation);
                    return view != null && view.alive && view.isMemberOf(cluster);
                });
    }

    /** Who decides in a cluster, by what is committed. */
    private @Nullable Configuration configuration(ClusterId cluster) {
        Configuration committed = checker.ledger(cluster).configuration();
        return committed == null ? proposals.get(cluster) : committed;
    }

    /** Whether it holds what its cluster has committed since the full house. */
    private boolean holds(View view) {
        return view.mode == Mode.MEMBER
                && view.cluster != null
                && view.log.stream()
                        .filter(Entry.Opened.class::isInstance)
                        .anyMatch(entry -> checker.ledger(view.cluster).isCommitted(View.position(entry)));
    }
}
