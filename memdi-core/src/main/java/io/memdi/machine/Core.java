package io.memdi.machine;

import io.memdi.ClusterId;
import io.memdi.Incarnation;
import io.memdi.Revision;
import io.memdi.Role;
import io.memdi.log.Mistake;
import io.memdi.log.ReplicatedLog;
import io.memdi.store.Positions;
import io.memdi.store.State;
import io.memdi.transport.ClientMessage.Listed;
import io.memdi.transport.Configuration;
import io.memdi.transport.Contact;
import io.memdi.transport.Entry;
import io.memdi.transport.Envelope;
import io.memdi.transport.HealMessage;
import io.memdi.transport.Member;
import io.memdi.transport.Message;
import io.memdi.transport.SessionState;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What all machines of one server share: identity, term, log, the state that the log replicates, and the effects of the turn.
 * Roles and terms are changed by {@link Replica} alone, the commit index by {@link #commitNext}.
 */
final class Core {
    /** Bytes; some ten thousand elections. */
    private static final long RETAINED_UNTIL_OPEN = 1 << 20;

    final Settings settings;
    final Contact contact;
    final Start start;
    final RandomGenerator random;
    final Effects effects = new Effects();
    final Positions positions = new Positions();
    final Strangers strangers = new Strangers(this);

    ReplicatedLog log = new ReplicatedLog();
    final State state;

    /** The time of this turn. */
    long now;

    Member self;

    @Nullable
    ClusterId cluster;

    final Configurations configurations = new Configurations();

    final KnownClients clients;

    /** What is on the disk, and on its way there; null for a server on memory. */
    @Nullable
    Durability disk;

    long term;

    @Nullable
    Incarnation votedFor;

    Role role = Role.FOUNDING;

    @Nullable
    Member leader;

    long committed;
    boolean open;

    /** Whether the tables are on their way to the state of a leader, and not there yet. */
    boolean heals;

    /** Whether it has refused a vote, for holding more than the candidate, since it last followed a leader. */
    boolean heldMore;

    /** What a leader had committed when this server first agreed with it; -1 before that. */
    private long firstGoal = -1;

    /** Up to where its log was last found to be that of the leader of the term {@link #agreedTerm}. */
    private long agreed;

    private long agreedTerm;

    /** Whether it has held once all that its leader had committed by then. */
    boolean holdsAll;

    /** While it heals, the last position that it has acknowledged before: what came since counts for nothing. */
    private Revision acknowledged = Revision.NONE;

    /**
     * Index of the first entry in the log that binds this node to its cluster: {@code Opened}, or a change of voters before that. 0 if
     * none was appended, or all were taken back.
     */
    private long bound;

    /** Whether this incarnation was listed by a configuration in its own log. */
    private boolean wasListed;

    Core(Settings settings, Contact contact, Start start, RandomGenerator random) {
        this.settings = settings;
        this.contact = contact;
        this.start = start;
        this.random = random;
        this.state = new State(settings.planted());
        this.clients = new KnownClients(2 * settings.clients().sessions());
        this.self = newIncarnation();
        positions.hide(true);
    }

    private Member newIncarnation() {
        if (plants(Mistake.KEEPS_IDENTITY)) {
            return new Member(contact.name(), new Incarnation(contact.name().hashCode(), 0), contact.address());
        }
        return new Member(contact.name(), new Incarnation(random.nextLong(), random.nextLong()), contact.address());
    }

    /** A new life: nothing is remembered. Only a node that holds nothing from after the full house may do so by itself. */
    void reincarnate() {
        if (isBound() || leads()) {
            throw new IllegalStateException(role + " with entries up to " + log.last() + ": cannot forget them");
        }
        self = newIncarnation();
        cluster = null;
        if (disk != null) {
            disk.cut(1);
        }
        configurations.clear();
        term = 0;
        votedFor = null;
        leader = null;
        log = new ReplicatedLog();
        state.reset();
        committed = 0;
        open = false;
        holdsAll = false;
        heldMore = false;
        firstGoal = -1;
        agreed = 0;
        agreedTerm = 0;
        bound = 0;
        wasListed = false;
    }

    /**
     * Another life, in a new cluster of this server alone, which begins where the log of this one ends: what an operator does whose
     * cluster has lost its majority. What was not known to be committed is, from here on; with a
     * directory, as soon as it is synced.
     */
    void succeed(ClusterId next) {
        if (leads()) {
            throw new IllegalStateException("leads, so that there is nothing to recover");
        }
        while (disk == null && committed < log.lastIndex()) {
            commitNext();
        }
        self = newIncarnation();
        cluster = next;
        term++;
        votedFor = null;
        leader = null;
        append(new Entry.Configured(
                term, log.lastIndex() + 1, Configuration.founding(List.of(self)).withoutList()));
        if (disk == null) {
            commitNext();
        }
    }

    /**
     * Whether this node never gives its cluster up: its log holds {@code Opened}, committed or not, so that there may be writes; or a
     * change of voters, so that those who founded it are not those who decide any more. Where a later leader took that entry back,
     * nobody ever committed it, and so nobody built on it.
     */
    boolean isBound() {
        return open || bound > 0;
    }

    boolean wasListed() {
        return wasListed;
    }

    boolean plants(Mistake mistake) {
        return settings.plants(mistake);
    }

    boolean leads() {
        return role == Role.LEADER;
    }

    /** The configuration in force: the latest in the log, committed or not. */
    Configuration inForce() {
        Configuration inForce = configurations.inForce();
        if (inForce == null) {
            throw new IllegalStateException("no cluster yet");
        }
        return inForce;
    }

    /**
     * Whether this server may be elected: it votes, or it did until a change that takes it out, and that is not committed. It may hold
     * what the others need to finish that change; its own vote does not count for it then (Raft dissertation, 4.2.2). Likewise a
     * newcomer that does not vote yet by its own log, once it has refused its vote for holding more: whoever asked may know a change that
     * makes it a voter, need its vote, and be the only one else who may stand.
     */
    boolean mayStand() {
        if ((heals && !plants(Mistake.STANDS_WHILE_HEALING)) || (disk != null && disk.hangs())) {
            return false;
        }
        Configuration inForce = configurations.inForce();
        Configuration known = configurations.committed(committed);
        return (inForce != null && inForce.voter(self.incarnation()) != null)
                || (known != null && known.voter(self.incarnation()) != null)
                || (inForce != null && heldMore && start.voter() && inForce.member(self.incarnation()) != null);
    }

    boolean isSelf(Member member) {
        return member.incarnation().equals(self.incarnation());
    }

    void send(Member to, Message message) {
        effects.send(
                new Contact(to.name(), to.address()), new Envelope(0, cluster, self, to.incarnation(), term, message));
    }

    /** Sends to a name, whatever its incarnation. */
    void sendToName(Contact to, Message.Founding message) {
        effects.send(to, new Envelope(0, null, self, null, 0, message));
    }

    /** Answers a founding message, to the incarnation that asked. */
    void answer(Member to, Message.Founding message) {
        effects.send(new Contact(to.name(), to.address()), new Envelope(0, null, self, to.incarnation(), 0, message));
    }

    /** Sends to all who vote. */
    void broadcast(Message message) {
        for (Member member : inForce().members()) {
            if (!isSelf(member) && inForce().voter(member.incarnation()) != null) {
                send(member, message);
            }
        }
    }

    /** A name for the log: of the leader, or what there is instead. */
    String leaderName() {
        return leader == null ? "nobody" : leader.name();
    }

    void append(Entry entry) {
        log.append(entry);
        boolean binds = entry instanceof Entry.Opened;
        if (entry instanceof Entry.Configured configured) {
            Configuration configuration = configured.configuration();
            configurations.append(new Revision(entry.term(), entry.index()), configuration);
            wasListed |= configuration.member(self.incarnation()) != null;
            binds = configuration.isJoint();
        }
        if (binds && bound == 0) {
            bound = entry.index();
        }
    }

    /** Takes back the entries from an index on, and returns how many those were; what the log says of the cluster follows. */
    long truncate(long from) {
        long removed = log.truncate(from);
        if (disk != null) {
            disk.cut(from);
        }
        if (!plants(Mistake.KEEPS_TRUNCATED_CONFIGURATION)) {
            configurations.truncate(from);
        }
        bound = bound >= from ? 0 : bound;
        return removed;
    }

    /**
     * Forgets old entries. A cluster that is not open holds next to nothing, an entry for each election; but if a founder needed one
     * that was forgotten, the house would never be full.
     */
    void trim() {
        long retained = open ? settings.retainedBytes() : Math.max(settings.retainedBytes(), RETAINED_UNTIL_OPEN);
        log.trim(retained, committed + 1);
    }

    /** Goes on with a leader's log after what it has committed; what the tables lack is asked for. */
    void restart(HealMessage.HealOpened opened, List<Entry.StoreCreated> stores, List<SessionState> sessions) {
        positions.hide(true);
        acknowledged = heals ? acknowledged : log.last();
        heals = true;
        List<Entry.StoreCreated> registry = plants(Mistake.HEALS_WITHOUT_REGISTRY) ? List.of() : stores;
        goOn(opened, registry, healed(sessions));
        if (disk != null) {
            disk.beginAnew(new Image(opened, stores, sessions));
        }
    }

    /** Goes on from an image that this server has kept itself. */
    void restore(Image image) {
        List<SessionState> sessions = plants(Mistake.RESTORES_WITHOUT_SESSIONS) ? List.of() : image.sessions();
        goOn(image.opened(), image.stores(), sessions);
    }

    private void goOn(HealMessage.HealOpened opened, List<Entry.StoreCreated> stores, List<SessionState> sessions) {
        log.restart(opened.position());
        if (!plants(Mistake.HEALS_WITHOUT_CONFIGURATION) || configurations.inForce() == null) {
            configurations.restart(opened.configured(), opened.configuration(), opened.left());
        }
        wasListed |= opened.configuration().member(self.incarnation()) != null;
        state.restart(opened.position().index(), stores, sessions);
        committed = opened.position().index();
        open |= opened.open();
    }

    /** The log is that of the leader of this term up to an index, and the leader has committed up to another. */
    void agree(long index, long leaderCommitted) {
        agreed = agreedTerm == term ? Math.max(agreed, index) : index;
        agreedTerm = term;
        firstGoal = firstGoal < 0 ? leaderCommitted : firstGoal;
    }

    /** Up to where the log is known to be that of the leader of this term. */
    long agreed() {
        return agreedTerm == term ? Math.min(agreed, log.lastIndex()) : 0;
    }

    private List<SessionState> healed(List<SessionState> sessions) {
        if (plants(Mistake.HEALS_WITHOUT_SESSIONS)) {
            return List.of();
        }
        return plants(Mistake.FORGETS_CLIENT_SESSIONS_IN_HEAL)
                ? sessions.stream()
                        .filter(session -> session.ticket().equals(Revision.NONE))
                        .toList()
                : sessions;
    }

    /** What a candidate has to hold to get the vote of this server: all that was ever counted here. */
    Revision votingPosition() {
        if (heals && plants(Mistake.VOTES_FROM_EMPTIED_LOG)) {
            return Revision.NONE;
        }
        return heals ? acknowledged : log.last();
    }

    /** The latest configuration that is committed, and where it is in the log; null if none is. */
    @Nullable
    Listed knownToClients() {
        Configuration known = configurations.committed(committed);
        return known == null ? null : new Listed(configurations.committedPosition(), known);
    }

    /** The latest configuration that is committed. */
    Configuration committedConfiguration() {
        return Objects.requireNonNull(configurations.committed(committed), "no cluster yet");
    }

    /** Commits the next entry in line. */
    Entry commitNext() {
        Entry entry = log.get(committed + 1);
        state.commit(entry);
        committed++;
        if (entry instanceof Entry.Opened) {
            open = true;
        } else if (entry instanceof Entry.Configured) {
            configurations.commit(committed);
        }
        return entry;
    }

    Revision committedPosition() {
        return log.position(committed);
    }

    /**
     * Lets readers see how far this node is; whatever it stands for is in the tables already. A leader holds its whole log, but
     * may say so only once it has committed an entry of its own term: until then, what is missing in its log may come back with
     * another leader, and nothing above a revision in its log proves that the revision is lost. A server that has not held
     * yet what its leader had committed shows nothing: an empty table would pass for an empty store.
     */
    void publish() {
        if (heals) {
            return;
        }
        positions.publish(
                leads() && hasCommittedOwnTerm() ? log.position(state.executed()) : committedPosition(),
                committedPosition());
        // A leader knows what was committed before it only once it has committed an entry of its own term.
        holdsAll |= hasCommittedOwnTerm() && (leads() || (firstGoal >= 0 && committed >= firstGoal));
        if (holdsAll && open && positions.isHidden()) {
            positions.hide(false);
        }
    }

    /** Of a leader: whether it has committed an entry of its own term, and with it all that it inherited. */
    boolean hasCommittedOwnTerm() {
        return log.term(committed) == term;
    }
}
