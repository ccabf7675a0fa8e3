package io.memdi.sim;

import io.memdi.ClusterId;
import io.memdi.Incarnation;
import io.memdi.Revision;
import io.memdi.Role;
import io.memdi.store.Table;
import io.memdi.transport.Configuration;
import io.memdi.transport.Entry;
import io.memdi.transport.Envelope;
import io.memdi.transport.Message;
import io.memdi.transport.Message.Mode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Sees every node from inside and every message, and checks after each turn of a node what must never be otherwise. It looks only at
 * what that turn has changed, so that it can run after every single one; now and then it compares everything from scratch.
 *
 * <p>What it checks about terms and commits is here; about logs in {@link LogChecker}; about the founding in {@link FoundingChecker}; about votes in
 * {@link VoteChecker}; about members in {@link MembersChecker}; about what is promised to callers in {@link AnswerChecker}.
 */
final class StateChecker {
    /** What the code itself asserts, as an invariant. */
    static final String OWN_CHECKS = "the machines' own checks";

    /** How often everything that a node holds is compared with what its log says. */
    private static final int THOROUGH = 128;

    private final LongSupplier clock;
    private final Limits limits;
    private final Map<ClusterId, Ledger> ledgers = new LinkedHashMap<>();
    private final Map<Incarnation, View> views = new LinkedHashMap<>();
    /** Those whose name was started again while they were running. They act, and nothing reaches them. */
    private final List<View> superseded = new ArrayList<>();

    /** What was said in the turn that is looked at. */
    private final List<Envelope> evictions = new ArrayList<>();

    /** Those who have been told to recover. */
    private final Set<String> recovering = new HashSet<>();

    private final Map<String, View> current = new LinkedHashMap<>();
    private final LogChecker log;
    private final FoundingChecker founding;
    private final VoteChecker votes;
    private final MembersChecker members;
    private final AnswerChecker answers;
    private long turns;
    private long elections;
    private int leaderships;
    private long heals;

    /**
     * What the nodes were told.
     *
     * @param electionMinNanos of their own clocks
     * @param slowestClock the least rate of a node's clock: nanoseconds of its own per nanosecond
     * @param sessions how many clients may have one
     */
    record Limits(long electionMinNanos, double slowestClock, int sessions) {
        /** How long the minimum election timeout may take in virtual time; a nanosecond for rounding on either side. */
        long electionMinVirtual() {
            return (long) (electionMinNanos / slowestClock) + 2;
        }
    }

    StateChecker(Limits limits, LongSupplier clock) {
        this.limits = limits;
        this.clock = clock;
        log = new LogChecker(this, clock);
        founding = new FoundingChecker(this);
        votes = new VoteChecker(this);
        members = new MembersChecker(this);
        answers = new AnswerChecker(this, limits, clock);
    }

    // --- what happens ---

    /** A node was started. */
    void started(String name, Probe probe) {
        started(name, probe, null);
    }

    /** Likewise, with a directory: then it may be somebody who was here before. */
    void started(String name, Probe probe, @Nullable DiskModel disk) {
        View before = disk == null ? null : views.get(probe.incarnation());
        View view = new View(name, probe, disk, before);
        if (before != null) {
            Violation.unless(
                    !before.alive && (before.disk == disk || disk.isCopy()),
                    "every life is another incarnation",
                    "%s is here",
                    before);
            DiskChecker.reopened(this, view, clock.getAsLong());
            current.put(name, view);
            views.put(view.incarnation, view);
            founding.changed();
            return;
        }
        Violation.unless(
                !views.containsKey(view.incarnation), "every life is another incarnation", "%s was there before", view);
        current.put(name, view);
        views.put(view.incarnation, view);
    }

    /** A name is about to be started again, while it is running. */
    void superseded(String name) {
        View view = current.remove(name);
        if (view != null) {
            superseded.add(view);
            founding.changed();
        }
    }

    /** A damaged directory is about to be set aside, by whoever has it: of two nodes of one name that need not be the later. */
    void setsAside(String name, DiskModel disk) {
        Mode mode = views.values().stream()
                .filter(view -> view.alive && view.disk == disk)
                .map(view -> view.probe.mode())
                .findFirst()
                .orElse(null);
        Violation.unless(
                mode == Mode.MEMBER, DiskChecker.ASIDE, "%s has its directory set aside in mode %s", name, mode);
    }

    /** A node has crashed, or was closed: it does nothing any more. */
    void ended(String name) {
        View view = current.remove(name);
        if (view != null) {
            view.alive = false;
            founding.changed();
        }
    }

    /** A message has left a node; the turn that sent it has not ended. */
    void sent(String from, Envelope envelope) {
        // A node that has drawn a new incarnation in this turn is looked at when the turn has ended.
        View view = views.getOrDefault(envelope.sender().incarnation(), current.get(from));
        if (view != null) {
            DiskChecker.sent(view, envelope);
            votes.sent(view, envelope);
            founding.sent(view, envelope);
            answers.sent(view, envelope);
            if (envelope.message() instanceof Message.Evicted) {
                evictions.add(envelope);
            }
        } else {
            answers.sent(null, envelope);
        }
    }

    /** A message has reached a node; its next turn takes it in. */
    void delivered(String to, Envelope envelope) {
        View view = current.get(to);
        if (view != null) {
            view.hearing.add(envelope.sender().incarnation());
            votes.delivered(view, envelope);
            founding.delivered(view, envelope);
        }
    }

    /** A turn of a node has ended; where the name was started twice, that of either. */
    void turned(String name) {
        View now = current.get(name);
        if (now != null) {
            turned(now);
        }
        for (int i = 0; i < superseded.size(); i++) {
            if (superseded.get(i).name.equals(name)) {
                turned(superseded.get(i));
            }
        }
        // Only now: of two processes of one name it is not known whose turn this was, and it may have committed in it
        // what it goes by. The check is no weaker for it: the other process has not changed since its own last turn.
        evictions.forEach(members::requireEvicted);
        evictions.clear();
        votes.lookedAt();
    }

    private void turned(View before) {
        View view = sameLife(before);
        turns++;
        requireOwnChecks(view);
        founding.turned(view);
        view.mode = view.probe.mode();
        view.cluster = view.probe.cluster();
        if (view.mode == Mode.MEMBER && view.cluster != null) {
            member(view, ledgers.computeIfAbsent(view.cluster, Ledger::new));
        }
        view.hearing.clear();
        founding.together();
    }

    private static void requireOwnChecks(View view) {
        try {
            view.probe.checkInvariants();
        } catch (RuntimeException e) {
            throw new Violation(OWN_CHECKS, view + ": " + e.getMessage());
        }
    }

    /** A node may draw a new incarnation while it runs; for everybody else that is another server. */
    private View sameLife(View view) {
        if (view.probe.incarnation().equals(view.incarnation)) {
            return view;
        }
        if (view.isBound() && recovering.remove(view.name)) {
            return recovered(view);
        }
        Violation.unless(
                !view.isBound(),
                "only who knows of no full house gives up",
                "%s gave up with a log up to %s",
                view,
                view.last());
        founding.givesUp(view);
        return follow(view, successor(view));
    }

    private static View successor(View view) {
        return new View(view.name, view.probe, view.disk, null);
    }

    private View follow(View view, View next) {
        view.alive = false;
        views.put(next.incarnation, next);
        int twin = superseded.indexOf(view);
        if (twin >= 0) {
            superseded.set(twin, next);
        } else {
            current.put(next.name, next);
        }
        founding.changed();
        return next;
    }

    /** A node is about to be told to go on alone. */
    void recovering(String name) {
        recovering.add(name);
    }

    /** It goes on, as another server in another cluster, whose log begins with all that its own had. */
    private View recovered(View view) {
        Ledger ledger = ledger(view.probe.cluster());
        for (Entry entry : view.log) {
            ledger.inherit(entry, view, clock.getAsLong());
        }
        View next = successor(view);
        view.log.forEach(entry -> next.append(entry, clock.getAsLong()));
        next.committed = Math.min(next.log.size(), next.probe.committed());
        next.mode = Mode.MEMBER;
        next.cluster = ledger.cluster;
        founding.recovered(ledger.cluster);
        return follow(view, next);
    }

    private void member(View view, Ledger ledger) {
        Probe probe = view.probe;
        Violation.unless(
                probe.term() >= view.term, "terms never decrease", "%s from %d to %d", view, view.term, probe.term());
        boolean stepsDown = view.role == Role.LEADER && (probe.role() != Role.LEADER || probe.term() != view.term);
        boolean starts = probe.role() == Role.LEADER && (view.role != Role.LEADER || probe.term() != view.term);
        view.term = probe.term();
        view.role = probe.role();
        votes.turned(view, ledger);
        if (starts) {
            view.leadsSince = clock.getAsLong();
            view.leadership = ++leaderships;
            view.heard.clear();
            leads(view, ledger, view.term);
        }
        boolean healed = view.heals && !probe.heals();
        heals += !view.heals && probe.heals() ? 1 : 0;
        view.heals(probe.heals());
        List<Entry> fresh = log.read(view, ledger);
        readCommit(view, ledger);
        members.requireConfigurations(view, ledger, fresh);
        if (healed) {
            thorough(view, ledger);
            requireEqual(view, ledger);
        }
        Violation.unless(
                !view.heals || view.role == Role.FOLLOWER || view.role == Role.STOPPED,
                "who heals stands in no election",
                "%s is %s",
                view,
                view.role);
        log.requireOpen(view, ledger, fresh);
        LogChecker.requireOpenSessions(view, ledger, fresh);
        if (starts) {
            requireComplete(view, ledger);
        }
        // Of two processes of one name it is not known whose turn this was, and the other's may be overdue.
        if (view.role == Role.LEADER && superseded.stream().noneMatch(each -> each.name.equals(view.name))) {
            requireQuorum(view);
        }
        answers.turned(view, ledger);
        if (stepsDown || (turns % THOROUGH == 0 && view.committed == ledger.end())) {
            thorough(view, ledger);
        }
    }

    /** At most one leader per term. */
    void leads(View view, Ledger ledger, long term) {
        View other = ledger.leaders.putIfAbsent(term, view);
        if (other == null) {
            elections++;
            votes.requireElected(view, ledger, term);
        }
        Violation.unless(
                other == null || other == view,
                "one leader per term",
                "%s and %s both lead term %d",
                other,
                view,
                term);
    }

    // --- commits ---

    private void readCommit(View view, Ledger ledger) {
        long committed = view.probe.committed();
        Violation.unless(
                committed >= view.committed,
                "commits never move back",
                "%s from %d to %d",
                view,
                view.committed,
                committed);
        if (committed == view.committed) {
            return;
        }
        long decided = ledger.end();
        for (long index = view.committed + 1; index <= committed; index++) {
            commit(view, ledger, view.log.get((int) index - 1));
        }
        boolean leads = view.role == Role.LEADER;
        Violation.unless(
                !leads || committed <= decided || view.position(committed).term() == view.term,
                "only entries of the own term are committed by counting",
                "%s leads term %d and committed up to %s",
                view,
                view.term,
                view.position(committed));
        view.committed = committed;
        if (!view.heals) {
            requireEqual(view, ledger);
        }
    }

    private void commit(View view, Ledger ledger, Entry entry) {
        Revision position = View.position(entry);
        if (entry.index() <= ledger.end()) {
            Violation.unless(
                    ledger.isCommitted(position),
                    "committed never changes",
                    "%s committed %s, but %s was committed there",
                    view,
                    entry,
                    ledger.committed.get((int) entry.index() - 1));
            return;
        }
        ledger.commit(entry, view.term);
        // Whoever opens one has committed all that it inherited, and counts what it has appended since.
        Violation.unless(
                ledger.model.clients() <= limits.sessions(),
                "no more sessions than there may be",
                "%s are of clients after %s, of %d",
                ledger.model.clients(),
                entry,
                limits.sessions());
        if (entry.index() == 1) {
            return;
        }
        founding.changed();
        requireQuorumHolds(view, position);
        for (View leader : current.values()) {
            Violation.unless(
                    leader.role != Role.LEADER
                            || !leader.isMemberOf(ledger.cluster)
                            || leader.term < view.term
                            || leader == view
                            || leader.holds(position),
                    "leaders have what is committed",
                    "%s leads term %d without %s, which %s committed",
                    leader,
                    leader.term,
                    position,
                    view);
        }
    }

    /**
     * What is committed is held by a majority of those that are listed; whoever has crashed since then counts as it was. Within a turn,
     * a leader may commit by one configuration, and then append the next.
     */
    private void requireQuorumHolds(View view, Revision position) {
        Violation.unless(!view.inForce.isEmpty(), "logs begin with the founding", "%s", view);
        Violation.unless(
                view.inForce.stream()
                        .anyMatch(configuration -> configuration.agrees(voter -> {
                            View other = views.get(voter);
                            return other != null
                                    && !other.heals
                                    && other.isMemberOf(view.cluster)
                                    && (other.disk == null ? other.holds(position) : other.disk.counts(position));
                        })),
                "committed is what a quorum holds",
                "%s committed %s, which too few of %s hold",
                view,
                position,
                view.inForce);
    }

    /** Equal state at equal index. */
    private void requireEqual(View view, Ledger ledger) {
        StringBuilder digest = new StringBuilder();
        for (Table table : view.probe.state().tables()) {
            if (table.committedSize() > 0) {
                digest.append(table.name()).append(table.digest());
            }
        }
        digest.append(view.probe.state().digest());
        String other = ledger.digests.putIfAbsent(view.committed, digest.toString());
        Violation.unless(
                other == null || other.contentEquals(digest),
                "equal state at equal index",
                "%s has digest %s at %d, another node had %s",
                view,
                digest,
                view.committed,
                other);
    }

    /**
     * Leader completeness (Raft, figure 3.2): what was committed in a term is in the logs of the leaders of later terms. The term of
     * the commit counts, not that of the entry: votes may come so late that a leader is elected after one of a later term was.
     */
    private void requireComplete(View view, Ledger ledger) {
        for (int i = 0; i < ledger.committed.size(); i++) {
            Entry entry = ledger.committed.get(i);
            Violation.unless(
                    ledger.committedIn.get(i) >= view.term || view.holds(View.position(entry)),
                    "leaders have what is committed",
                    "%s leads term %d without %s",
                    view,
                    view.term,
                    entry);
        }
    }

    /** Check-quorum: whoever leads has heard a majority within the minimum election timeout. */
    private void requireQuorum(View view) {
        long now = clock.getAsLong();
        view.hearing.forEach(incarnation -> view.heard.put(incarnation, now));
        Configuration configuration = view.probe.configuration();
        Violation.unless(configuration != null, "logs begin with the founding", "%s", view);
        long limit = limits.electionMinVirtual();
        Violation.unless(
                configuration.agrees(voter -> voter.equals(view.incarnation)
                        || now - view.heard.getOrDefault(voter, view.leadsSince) <= limit),
                "leaders hear a quorum",
                "%s leads term %d though a quorum was silent for more than %d ms",
                view,
                view.term,
                limit / 1_000_000);
    }

    /** Compares all that a node holds with what its log says, from scratch. */
    private void thorough(View view, Ledger ledger) {
        if (view.heals) {
            return;
        }
        Model model = ledger.modelAt(view.committed);
        model.requireCommitted(view.toString(), view.probe.state());
        latest(view, model).requireLatest(view.toString(), view.probe.state());
    }

    /** What a node holds at this moment, by its log. */
    static Model modelOf(View view, Ledger ledger, boolean withUncommitted) {
        Model model = ledger.modelAt(view.committed);
        return withUncommitted ? latest(view, model) : model;
    }

    private static Model latest(View view, Model committed) {
        long executed = view.probe.state().executed();
        if (executed <= view.committed) {
            return committed;
        }
        Model model = committed.copy();
        for (long index = view.committed + 1; index <= executed; index++) {
            model.apply(view.log.get((int) index - 1), false);
        }
        return model;
    }

    /** At the end of a run: everything from scratch. */
    void finish() {
        for (View view : current.values()) {
            if (view.mode == Mode.MEMBER && view.cluster != null) {
                thorough(view, ledger(view.cluster));
            }
        }
        answers.finish();
    }

    // --- for the other checkers ---

    Map<Incarnation, View> views() {
        return views;
    }

    Map<String, View> current() {
        return current;
    }

    Map<ClusterId, Ledger> ledgers() {
        return ledgers;
    }

    Ledger ledger(ClusterId cluster) {
        return ledgers.computeIfAbsent(cluster, Ledger::new);
    }

    @Nullable
    View view(String name) {
        return current.get(name);
    }

    FoundingChecker founding() {
        return founding;
    }

    MembersChecker members() {
        return members;
    }

    AnswerChecker answers() {
        return answers;
    }

    long heals() {
        return heals;
    }

    long elections() {
        return elections;
    }

    long turns() {
        return turns;
    }
}
