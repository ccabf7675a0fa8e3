package io.memdi.machine;

import io.memdi.Revision;
import io.memdi.log.Mistake;
import io.memdi.storage.Batch;
import io.memdi.storage.HardState;
import io.memdi.storage.Recovered;
import io.memdi.transport.Configuration;
import io.memdi.transport.Contact;
import io.memdi.transport.Entry;
import io.memdi.transport.Envelope;
import io.memdi.transport.Message.Mode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a server of a durable cluster hands to its disk, and what it knows to be there. A server on memory has none of this.
 *
 * <pre>
 *   turn   state, cut, entries --> Batch(7) --> disk        messages wait behind the state, if that has changed
 *   turn   state, cut, entries --> Batch(8) --> disk
 *   turn                                    <-- synced(7)   messages leave, in order; the leader is told how far the log is synced
 * </pre>
 *
 * <p>Term, vote, incarnation and what was said for the founding must be on disk before any message that depends on them leaves (Raft
 * dissertation, 3.8). The simplest rule that does so: behind a state that is not synced yet all messages of this server wait, in order;
 * they are few, because states seldom change. Entries hold nothing back: how far the log is synced is a part of each acknowledgement,
 * and told again when it moves on.
 */
public final class Durability {
    /** Room for the numbers that a server uses until its directory is opened again. */
    private static final int OPENING_BITS = 40;

    /** A disk that has finished nothing for so many of the longest election timeouts hangs: somebody else had better lead. */
    private static final int HANGS = 2;

    /** The same, for the node to end: by then an operating system has long reported what it can tell. */
    private static final int GONE = 120;

    /** How many messages wait at most; what is beyond is dropped, as if the network had lost it. */
    private static final int MAX_WAITING = 4096;

    private final Core core;
    private final Bootstrap bootstrap;
    private final Following following;
    private final Openings openings;
    private @Nullable Damage damage;

    /** The state as it was handed over last. */
    private @Nullable HardState handedOver;

    private long ticket;
    private long syncedTicket;

    /** The latest ticket that carries a state. */
    private long stateTicket;

    /** Index up to which the log was handed over, and up to which it is synced. */
    private long submitted;

    private long synced;

    /** Index of the first entry that was taken back since the last batch; 0 if none was. */
    private long cutFrom;

    private final ArrayDeque<Flight> flights = new ArrayDeque<>();
    private final ArrayDeque<Held> held = new ArrayDeque<>();

    /** Whether the log began anew, and the directory still has what it had before. */
    private boolean anew;

    /** Whether the disk takes nothing any more. */
    private boolean failed;

    /** Bytes that the disk has not written yet, as the loop says. */
    private long pendingBytes;

    /** For how long the disk has had something to do, and finished nothing; and until when that was counted. */
    private long silent;

    private long countedAt;

    /** A state that is handed over a batch too late: a mistake that tests plant. */
    private @Nullable HardState late;

    /** A batch on its way to the disk, and up to where the log is on disk once it is. */
    private static final class Flight {
        final long ticket;
        long index;

        Flight(long ticket, long index) {
            this.ticket = ticket;
            this.index = index;
        }
    }

    private record Held(long ticket, Contact to, Envelope envelope) {}

    Durability(Core core, Bootstrap bootstrap, Following following, Recovered recovered) {
        this.core = core;
        this.bootstrap = bootstrap;
        this.following = following;
        this.openings = new Openings(core, recovered);
        this.damage = Damage.of(core, recovered.damage());
    }

    /** Why nothing of the directory is used, and nothing in it is changed; null if it is used, or a leader has taken this server in. */
    static @Nullable Damage damage(@Nullable Durability disk) {
        return disk == null ? null : disk.damage;
    }

    /** A leader has taken this server in, so that the directory may be set aside. */
    static void takenIn(@Nullable Durability disk) {
        if (disk != null) {
            disk.damage = null;
        }
    }

    /** What was told of this directory, and is known of those of others. */
    Openings openings() {
        return openings;
    }

    /** Goes on with what the disk has. */
    void recovered(@Nullable HardState state, long lastIndex) {
        handedOver = state;
        submitted = lastIndex;
        synced = lastIndex;
    }

    /** The random id of this opening of the directory. */
    public long openingId() {
        return openings.id();
    }

    /** How often the directory was opened: what was acknowledged from memory counts for one opening alone. */
    long opening() {
        return openings.times();
    }

    /**
     * The first number of this server's writes and questions: above all that it has used in former openings, so that no answer to one
     * of those passes for an answer to a new one.
     *
     * @param disk null for a server on memory
     */
    public static long firstNumber(@Nullable Durability disk) {
        return disk == null ? 1 : ((disk.opening() - 1) << OPENING_BITS) + 1;
    }

    /** What is to be said of a node that keeps its data otherwise. */
    static String otherStorage(@Nullable Durability disk) {
        return " keeps its data " + storage(disk == null) + ", and this one " + storage(disk != null)
                + ": a cluster does one or the other, so start all nodes alike";
    }

    /** The same, of a whole cluster. */
    static String otherwise(@Nullable Durability disk) {
        return " keeps its data " + storage(disk == null) + ", and this node " + storage(disk != null)
                + ": a cluster does one or the other. Start this node like the others";
    }

    private static String storage(boolean durable) {
        return durable ? "in a directory" : "in memory";
    }

    /** Index up to which this server's log is on its disk, and counts. */
    public long synced() {
        return anew ? 0 : synced;
    }

    /** Whether what it has committed lists this server: a snapshot from before could not tell that it was taken in. */
    public boolean isListed() {
        Configuration known = core.configurations.committed(core.committed);
        return known != null && known.member(core.self.incarnation()) != null;
    }

    /** All that this server has committed, but the keys. */
    public Image image() {
        return Image.of(core);
    }

    /** The log goes on from there, without what led there: it counts once a snapshot of it has taken its place. */
    void beginAnew(Image image) {
        anew = true;
        cutFrom = 0;
        submitted = image.opened().position().index();
        synced = submitted;
        flights.forEach(flight -> flight.index = submitted);
        core.effects.beginAnew(image);
    }

    /** Whether a heal has brought what is not on disk yet: a crash goes back to what was there before it. */
    boolean isAnew() {
        return anew;
    }

    /** A snapshot has taken its place on disk. */
    public void onSnapshotTaken() {
        if (anew) {
            anew = false;
            following.hasSynced();
        }
    }

    /** The same as a position; {@link Revision#NONE} where the log in memory does not go back so far. */
    public Revision syncedPosition() {
        return core.log.knows(synced()) ? core.log.position(synced()) : Revision.NONE;
    }

    /**
     * Once per turn: for how long has nothing come back from the disk? A turn that comes late counts for a single election timeout: the
     * process may have stood still, and the disk's thread with it.
     */
    void tick() {
        long step = Math.min(core.now - countedAt, core.settings.electionMaxNanos());
        silent = flights.isEmpty() ? 0 : silent + step;
        countedAt = core.now;
        if (silent >= GONE * core.settings.electionMaxNanos()) {
            onFailure("its disk has not answered for " + millis(GONE)
                    + " ms, so that what is there is unknown. Find out what hangs, then start this node again");
        }
    }

    /** Whether the disk has had something to do for a while, and has finished nothing. */
    boolean hangs() {
        return silent >= HANGS * core.settings.electionMaxNanos();
    }

    /** What is to be said of a disk that hangs. */
    String hanging() {
        return "its disk has not answered for more than " + millis(HANGS) + " ms";
    }

    private long millis(int timeouts) {
        return timeouts * core.settings.electionMaxNanos() / 1_000_000;
    }

    /** Whether the log up to there is on its way to the disk, so that {@link Following#hasSynced} follows. */
    boolean isUnderWay(long index) {
        return index > synced && !anew && !failed;
    }

    /** Whether so much waits for the disk that no more entries are taken. */
    boolean isBehind() {
        return pendingBytes > core.settings.maxUncommittedBytes();
    }

    /** Whether it has caught up again. */
    boolean hasCaughtUp() {
        return pendingBytes <= core.settings.maxUncommittedBytes() / 2;
    }

    /** So many bytes wait for the disk. */
    public void onPending(long bytes) {
        pendingBytes = bytes;
    }

    /** The entries from an index on are taken back. */
    void cut(long from) {
        if (from > submitted || core.plants(Mistake.TRUNCATES_IN_MEMORY_ONLY)) {
            return;
        }
        cutFrom = cutFrom == 0 ? from : Math.min(cutFrom, from);
        submitted = from - 1;
        synced = Math.min(synced, from - 1);
        flights.forEach(flight -> flight.index = Math.min(flight.index, from - 1));
    }

    /** What is on the disk is unknown from now on: this server stops for good. */
    public void onFailure(String reason) {
        if (!core.plants(Mistake.IGNORES_DISK_FAILURE)) {
            failed = true;
            core.effects.stop(reason);
        }
    }

    /** Everything that was handed over up to that ticket is on disk; a leader is told if that is more of the log than before. */
    public void onSynced(long upTo) {
        syncedTicket = Math.max(syncedTicket, upTo);
        long before = synced;
        while (!flights.isEmpty() && flights.getFirst().ticket <= upTo) {
            synced = Math.max(synced, flights.removeFirst().index);
            silent = 0;
        }
        if (synced > before && !anew) {
            following.hasSynced();
        }
    }

    /** Whether term and vote, as they are now, are on disk. */
    public boolean isStateSynced() {
        return stateTicket <= syncedTicket && isCurrent(handedOver);
    }

    /** At the end of a turn: what is to be kept goes to the disk, and messages wait if they have to. */
    void turn() {
        if (failed) {
            // What this turn wants said may stand on a state that nobody writes any more.
            core.effects.takeSends((to, envelope) -> {});
            held.clear();
            return;
        }
        if (damage != null && bootstrap.mode() == Mode.EMPTY && !core.plants(Mistake.SETS_ASIDE_EARLY)) {
            return;
        }
        if (bootstrap.mode() == Mode.MEMBER) {
            openings.tick();
        }
        submit();
        if (!held.isEmpty() || stateTicket > syncedTicket) {
            holdBack();
        }
    }

    private void submit() {
        HardState state = isCurrent(handedOver) ? null : current();
        boolean entries = core.log.lastIndex() > submitted;
        if (state == null && cutFrom == 0 && !entries && late == null) {
            return;
        }
        // As it is on disk whatever part of the batch a crash leaves.
        // While the disk may come back to another log, nothing is said of that one.
        long committed = anew ? 0 : Math.min(core.committed, cutFrom == 0 ? submitted : cutFrom - 1);
        ticket++;
        if (state != null) {
            handedOver = state;
            stateTicket = ticket;
        }
        HardState written = state;
        if (core.plants(Mistake.KEEPS_STATE_AFTER_ENTRIES)) {
            written = late;
            late = state;
        }
        List<Entry> fresh = new ArrayList<>((int) (core.log.lastIndex() - submitted));
        for (long i = submitted + 1; i <= core.log.lastIndex(); i++) {
            fresh.add(core.log.get(i));
        }
        core.effects.keep(new Batch(ticket, written, cutFrom, fresh, committed));
        submitted = core.log.lastIndex();
        cutFrom = 0;
        flights.addLast(new Flight(ticket, submitted));
    }

    private void holdBack() {
        if (core.plants(Mistake.SPEAKS_BEFORE_SYNC)) {
            return;
        }
        core.effects.takeSends((to, envelope) -> {
            if (held.size() < MAX_WAITING) {
                held.addLast(new Held(stateTicket, to, envelope));
            }
        });
        while (!held.isEmpty() && held.getFirst().ticket() <= syncedTicket) {
            Held next = held.removeFirst();
            core.effects.send(next.to(), next.envelope());
        }
    }

    private boolean isCurrent(@Nullable HardState state) {
        return state != null
                && state.term() == core.term
                && state.mode() == bootstrap.mode()
                && state.list() == bootstrap.list()
                && Objects.equals(state.vote(), core.votedFor)
                && state.incarnation().equals(core.self.incarnation())
                && Objects.equals(state.cluster(), core.cluster)
                && Objects.equals(state.proposal(), bootstrap.proposal());
    }

    private HardState current() {
        return new HardState(
                core.self.incarnation(),
                core.term,
                core.votedFor,
                bootstrap.mode(),
                core.cluster,
                bootstrap.proposal(),
                bootstrap.list());
    }
}
