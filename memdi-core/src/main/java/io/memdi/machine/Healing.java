package io.memdi.machine;

import io.memdi.Incarnation;
import io.memdi.log.Mistake;
import io.memdi.store.Pull;
import io.memdi.store.Table;
import io.memdi.transport.Entry;
import io.memdi.transport.Inventory;
import io.memdi.transport.Member;
import io.memdi.transport.Message.HealOpened;
import io.memdi.transport.Message.HealPage;
import io.memdi.transport.Message.HealRequest;
import io.memdi.transport.Page;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a follower that needs more than the log comes back to the leader's state: it goes on with the log from where the leader is, and
 * asks for the keys in which it differs, segment by segment, page by page, at its own pace.
 *
 * <pre>
 *   leader    HealOpened at 70          the log from 71 on, as to any follower  ------------------->
 *   follower      | digests differ in 3 segments   ask -> page of 74   ask -> page of 78   applied 78: exact
 *                 | hides its tables ------------------------------------------------> shows them
 * </pre>
 *
 * <p>What it holds is exact once it has applied the highest commit index of all pages that it installed, and that of the digests
 * ({@link Pull} says why). Until then it answers no reads and stands in no election, and what it acknowledges counts for nothing. It
 * votes, for those who hold at least the last position that it has acknowledged before. Nothing of that is lost with the log that it
 * leaves: where the leader is, and this node is not, a majority holds all before without this node.
 *
 * <p>A new leader may know less than the one that sent the pages, and commit nothing without this node: what it needs in order to end,
 * it therefore commits itself, as far as it holds that leader's log ({@link Following#commitAsKnown}).
 *
 * <p>A new leader is asked for what is left. A gap in the log is a new beginning: the digests then tell what agrees by now. At most
 * {@link #AT_ONCE} pages of a batch each are on their way.
 */
final class Healing {
    /** How many segments are pulled at once. */
    static final int AT_ONCE = 4;

    /** How many keys an inventory lists. */
    static final int MAX_KEYS = 4096;

    private final Core core;
    private final Following following;
    private final ArrayDeque<Target> targets = new ArrayDeque<>();
    private final Map<Long, Flight> flights = new LinkedHashMap<>();
    private long lastPull;
    private long exactAt;
    private int openings;
    private int segments;
    private int done;
    private long keys;
    private long bytes;
    private int notedTenths;

    /** Whom the flights were sent to. */
    private @Nullable Incarnation asked;

    private record Target(int store, Table table, int segment) {}

    private static final class Flight {
        final Target target;
        final Pull pull;
        long askedAt;

        Flight(Target target, Pull pull) {
            this.target = target;
            this.pull = pull;
        }
    }

    Healing(Core core, Following following) {
        this.core = core;
        this.following = following;
    }

    /**
     * The leader says where to go on. Whoever holds the log up to there does not need that, by now or because the leader was told so
     * late; and must not leave a log that was counted.
     */
    void onOpened(Member leader, HealOpened opened) {
        if (following.agrees(opened.position())) {
            return;
        }
        if (core.heals && core.plants(Mistake.MIXES_HEALS)) {
            core.restart(opened);
            return;
        }
        flights.values().forEach(flight -> flight.pull.abandon());
        flights.clear();
        targets.clear();
        core.restart(opened);
        // Pages that are installed stay, and may be ahead of a new leader that does not know yet what the last one had
        // committed.
        exactAt = Math.max(exactAt, opened.position().index());
        openings++;
        done = 0;
        notedTenths = 0;
        for (int i = 0; i < opened.stores().size(); i++) {
            Entry.StoreCreated store = opened.stores().get(i);
            Table table = core.state.table(store.spec());
            table.digests().differingFrom(opened.digests().get(i)).stream()
                    .forEach(segment -> targets.add(new Target(store.store(), table, segment)));
        }
        segments = targets.size();
        core.effects.note((openings == 1
                        ? "heals"
                        : "heals again, because the log went on faster than it could follow, or a new leader retains less")
                + ": node "
                + leader.name() + " does not retain what this node lacks; goes on from " + opened.position()
                + ", and asks for "
                + segments + " segments that differ");
    }

    /** A page; one that is not awaited any more changes nothing. */
    void onPage(HealPage message) {
        Page page = message.page();
        Flight flight = flights.get(page.pull());
        if (flight == null || flight.target.store() != message.store() || !flight.pull.install(page)) {
            return;
        }
        exactAt = Math.max(exactAt, page.committed());
        bytes += page.bytes();
        page.buckets().forEach(bucket -> keys += bucket.items().size());
        if (flight.pull.isDone()) {
            flights.remove(page.pull());
            done++;
            noteProgress();
        } else {
            flight.askedAt = Long.MIN_VALUE;
        }
    }

    private void noteProgress() {
        int tenths = segments == 0 ? 10 : 10 * done / segments;
        if (tenths > notedTenths && tenths < 10) {
            notedTenths = tenths;
            core.effects.note("heals: " + done + " of " + segments + " segments, " + keys + " keys");
        }
    }

    /** Asks for more, or again; ends once what this node holds is exact. */
    void turn() {
        if (!core.heals) {
            return;
        }
        Member leader = core.leader;
        if (leader != null && !leader.incarnation().equals(asked)) {
            asked = leader.incarnation();
            flights.values().forEach(flight -> flight.askedAt = Long.MIN_VALUE);
        }
        while (flights.size() < AT_ONCE && !targets.isEmpty()) {
            Target target = targets.remove();
            Flight flight =
                    new Flight(target, new Pull(target.table(), target.segment(), ++lastPull, core.settings.planted()));
            flight.askedAt = Long.MIN_VALUE;
            flights.put(lastPull, flight);
        }
        if (leader != null) {
            flights.values().forEach(flight -> ask(leader, flight));
            following.commitAsKnown(exactAt);
        }
        if (flights.isEmpty() && core.committed >= exactAt) {
            core.heals = false;
            core.holdsAll = true;
            following.hasHealed();
            core.effects.note("has healed: " + segments + " segments, " + keys + " keys, " + bytes + " bytes; is at "
                    + core.committedPosition());
            openings = 0;
            keys = 0;
            bytes = 0;
        }
    }

    private void ask(Member leader, Flight flight) {
        if (flight.askedAt == Long.MIN_VALUE || core.now - flight.askedAt >= patience()) {
            flight.askedAt = core.now;
            Inventory inventory = flight.pull.ask(core.committed, MAX_KEYS);
            core.send(leader, new HealRequest(flight.target.store(), inventory));
        }
    }

    private long patience() {
        return 2 * core.settings.heartbeatNanos();
    }

    long deadline() {
        long earliest = Long.MAX_VALUE;
        for (Flight flight : flights.values()) {
            earliest = Math.min(earliest, flight.askedAt == Long.MIN_VALUE ? core.now : flight.askedAt + patience());
        }
        return core.heals && core.leader != null ? earliest : Long.MAX_VALUE;
    }

    /** How far it is; null if this node does not heal. */
    @Nullable
    HealProgress progress() {
        return core.heals ? new HealProgress(done, segments, keys, bytes) : null;
    }
}
