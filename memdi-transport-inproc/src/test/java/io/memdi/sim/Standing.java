package io.memdi.sim;

import io.memdi.Incarnation;
import io.memdi.Revision;
import io.memdi.node.ClientProbe;
import io.memdi.node.LocalNode;
import io.memdi.transport.Configuration;
import io.memdi.transport.Message.Mode;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How a cluster stands at a moment of its run: who belongs to it and can be told so, whether it can commit, and agrees. Changes nothing. */
final class Standing {
    private final Plan plan;
    private final World world;

    Standing(Plan plan, World world) {
        this.plan = plan;
        this.world = world;
    }

    /** Members that calls may be issued at. */
    List<String> members() {
        return world.members().stream()
                .filter(name -> world.store(name) != null && !isUnheard(name))
                .toList();
    }

    /** Whether it was taken out, was not told, and those whom it asks are all down: nobody can tell it. Its calls end all the same. */
    private boolean isUnheard(String name) {
        String leader = world.leader();
        Incarnation self = world.checker.view(name).incarnation;
        Configuration known = world.checker.view(name).configuration();
        Configuration inForce =
                leader == null ? null : world.checker.view(leader).configuration();
        return known != null
                && inForce != null
                && inForce.member(self) == null
                && known.members().stream()
                        .filter(each -> !each.incarnation().equals(self) && known.voter(each.incarnation()) != null)
                        .noneMatch(each -> world.isUp(each.name()));
    }

    /** Whether those who keep up are enough. */
    boolean mayCommit() {
        Set<Incarnation> able = members().stream()
                .map(name -> world.checker.view(name).incarnation)
                .collect(Collectors.toSet());
        String leader = world.leader();
        Configuration inForce =
                leader == null ? null : world.checker.view(leader).configuration();
        return inForce != null && inForce.agrees(able::contains);
    }

    boolean isVoter(String name) {
        View view = world.checker.view(name);
        Configuration inForce = view.configuration();
        return inForce != null && inForce.voter(view.incarnation) != null;
    }

    boolean isSettled(String name) {
        LocalNode node = world.node(name);
        View view = world.checker.view(name);
        // Whom it was started with have all been taken out: it is to be told of others.
        boolean orphan = view != null
                && view.mode == Mode.EMPTY
                && plan.guests.contains(name)
                && plan.names.stream().noneMatch(members()::contains);
        return node == null
                || view == null
                || orphan
                || isUnheard(name)
                || node.replica().isReady();
    }

    /** Whether all members hold the same, and all of that is committed. */
    boolean haveConverged() {
        View first = null;
        for (String name : members()) {
            View view = world.checker.view(name);
            if (first != null
                    && (view.committed != first.committed || !view.last().equals(first.last()))) {
                return false;
            }
            first = view;
        }
        return first == null || first.committed == first.log.size();
    }

    /** Whether nobody has founded anything, or what was founded has lost its majority. */
    boolean hasNoMajority() {
        boolean founded = world.checker.current().values().stream().anyMatch(view -> view.configuration() != null);
        return !founded || isLost();
    }

    /** Whether those who hold most cannot elect any of them: where a change of members met a crash, that is the operator's. */
    boolean isLost() {
        Revision most = world.checker.current().values().stream()
                .map(View::last)
                .max(Comparator.naturalOrder())
                .orElse(Revision.NONE);
        return world.checker.current().values().stream()
                .anyMatch(view -> view.last().equals(most) && hasLostMajority(view, view.configuration()));
    }

    /** Whether all that is left are newcomers, who hold nothing yet of a cluster whose majority went down. */
    boolean isLeftBehind() {
        List<View> views = List.copyOf(world.checker.current().values());
        return views.stream().allMatch(view -> view.configuration() == null)
                && views.stream()
                        .filter(view -> view.cluster != null)
                        .anyMatch(view -> hasLostMajority(
                                view, world.checker.ledger(view.cluster).configuration()));
    }

    private boolean hasLostMajority(View view, @Nullable Configuration configuration) {
        return view.mode == Mode.MEMBER
                && configuration != null
                && !configuration.agrees(voter -> {
                    View other = world.checker.views().get(voter);
                    return other != null && world.checker.view(other.name) == other;
                });
    }

    /** All of it in words, for who has to find out why a run went wrong. */
    String situation() {
        StringBuilder text = new StringBuilder();
        for (View view : world.checker.current().values()) {
            text.append(String.format(
                    "%n  %s: %s %s in term %d, log up to %s, committed %d, waits for: %s",
                    view,
                    view.mode,
                    view.role,
                    view.term,
                    view.last(),
                    view.committed,
                    world.node(view.name).replica().waitingFor()));
        }
        world.clients
                .up()
                .forEach(name -> text.append(
                        String.format("%n  %s: %s", name, ClientProbe.situation(world.clients.client(name)))));
        world.history.operations().stream()
                .filter(operation -> !operation.ended() && world.isUp(operation))
                .limit(10)
                .forEach(operation -> text.append("\n  open: ").append(operation));
        return text.toString();
    }
}
