package io.memdi.machine;

import io.memdi.Incarnation;
import io.memdi.log.Mistake;
import io.memdi.store.Pull;
import io.memdi.store.Table;
import io.memdi.transport.Entry;
import io.memdi.transport.HealMessage;
import io.memdi.transport.HealMessage.HealDigests;
import io.memdi.transport.HealMessage.HealDigestsRequest;
import io.memdi.transport.HealMessage.HealOpened;
import io.memdi.transport.HealMessage.HealPage;
import io.memdi.transport.HealMessage.HealPart;
import io.memdi.transport.HealMessage.HealRequest;
import io.memdi.transport.Inventory;
import io.memdi.transport.Member;
import io.memdi.transport.Page;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a follower that needs more than the log comes back to the leader's state: it goes on with the log from where the leader was,
 * and asks for the keys in which it differs, segment by segment, page by page, at its own pace.
 *
 * <pre>
 *   leader    HealOpened at 70             the log from 71 on, as to any follower  --------------------->
 *   follower      ask -> its stores,     | ask -> digests of 72   ask -> page of 74   ask -> page of 78   applied 78: exact
 *                 and its sessions       | hides its tables -----------------------------------------> shows them
 * </pre>
 *
 * <p>It goes on at that position only once it has all stores and sessions of it; until then it is the follower that it was, and nothing has
 * changed. Each message is as large as a batch, however many stores and sessions there are.
 *
 * <p>Digests are asked for store by store, while pages of other stores come, and are as of a commit index at or above what was applied when
 * they were asked for. Where they agree with what is here as they come, nothing has changed in that segment meanwhile, or what has changed
 * comes with the log, and passes by: what is here is as new.
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

    /** What has come of an opening that this node has not gone on from yet; null if there is none. */
    private @Nullable Gathering gathering;

    /** The stores of the position that it went on from; those that came since are whole by the log alone. */
    private List<Entry.StoreCreated> stores = List.of();

    /** How many of them were compared. */
    private int compared;

    /** The number of the question for the digests of the next ones. */
    private long comparing;

    /** What was applied when it was first asked; and when it was last asked. */
    private long comparingSince;

    private long comparingAskedAt;

    private long lastNumber;
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
        Gathering present = gathering;
        boolean isKnown = present != null
                && present.isFrom(leader, core.term)
                && present.opened().opening() >= opened.opening();
        if (!isKnown && !following.agrees(opened.position())) {
            gathering = new Gathering(leader, core.term, opened);
            goOnIfWhole();
        }
    }

    /** What this node has asked for, or had asked for: what is not awaited changes nothing. */
    void onAnswer(HealMessage answer) {
        if (answer instanceof HealPart part) {
            onPart(part);
        } else if (answer instanceof HealDigests digests) {
            onDigests(digests);
        } else if (answer instanceof HealPage page) {
            onPage(page);
        }
    }

    private void onPart(HealPart part) {
        dropOldGathering();
        if (gathering != null) {
            gathering.take(part);
            goOnIfWhole();
        }
    }

    /** Another leader opens anew; and the log may have come after all. */
    private void dropOldGathering() {
        Gathering present = gathering;
        if (present != null
                && (!present.isFrom(core.leader == null ? present.leader() : core.leader, core.term)
                        || following.agrees(present.opened().position()))) {
            gathering = null;
        }
    }

    private void goOnIfWhole() {
        if (gathering != null && gathering.isWhole()) {
            Gathering whole = gathering;
            gathering = null;
            goOn(whole);
        }
    }

    private void goOn(Gathering whole) {
        HealOpened opened = whole.opened();
        if (core.heals && core.plants(Mistake.MIXES_HEALS)) {
            core.restart(opened, whole.stores(), whole.sessions());
            return;
        }
        flights.values().forEach(flight -> flight.pull.abandon());
        flights.clear();
        targets.clear();
        core.restart(opened, whole.stores(), whole.sessions());
        // Pages that are installed stay, and may be ahead of a new leader that does not know yet what the last one had
        // committed.
        exactAt = Math.max(exactAt, opened.position().index());
        openings++;
        segments = 0;
        done = 0;
        notedTenths = 0;
        stores = List.copyOf(whole.stores());
        compared = 0;
        compareNext();
        following.hasGoneOn(whole.leader());
        core.effects.note((openings == 1
                        ? "heals"
                        : "heals again, because the log went on faster than it could follow, or a new leader retains less")
                + ": node "
                + whole.leader().name() + " does not retain what this node lacks; goes on from " + opened.position()
                + ", and asks where "
                + stores.size() + " stores differ");
    }

    private void compareNext() {
        lastNumber = Math.max(lastNumber + 1, Durability.firstNumber(core.disk));
        comparing = lastNumber;
        comparingSince = core.committed;
        comparingAskedAt = Long.MIN_VALUE;
    }

    private void onDigests(HealDigests message) {
        boolean awaited = core.heals
                && message.request() == comparing
                && message.store() == compared + 1
                && message.committed() >= comparingSince;
        if (!awaited || message.digests().isEmpty()) {
            return;
        }
        exactAt = Math.max(exactAt, message.committed());
        for (int i = 0; i < message.digests().size() && compared < stores.size(); i++) {
            Entry.StoreCreated store = stores.get(compared++);
            Table table = core.state.table(store.spec());
            BitSet differing = table.digests().differingFrom(message.digests().get(i));
            differing.stream().forEach(segment -> targets.add(new Target(store.store(), table, segment)));
            segments += differing.cardinality();
        }
        compareNext();
        if (compared == stores.size()) {
            core.effects.note("heals: asks for " + segments + " segments that differ");
        }
    }

    private void onPage(HealPage message) {
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
        Member leader = core.leader;
        dropOldGathering();
        if (gathering != null && leader != null && isDue(gathering.askedAt)) {
            gathering.askedAt = core.now;
            core.send(leader, gathering.next());
        }
        if (!core.heals) {
            return;
        }
        if (leader != null && !leader.incarnation().equals(asked)) {
            asked = leader.incarnation();
            flights.values().forEach(flight -> flight.askedAt = Long.MIN_VALUE);
            comparingAskedAt = Long.MIN_VALUE;
        }
        while (flights.size() < AT_ONCE && !targets.isEmpty()) {
            Target target = targets.remove();
            Flight flight = new Flight(
                    target, new Pull(target.table(), target.segment(), ++lastNumber, core.settings.planted()));
            flight.askedAt = Long.MIN_VALUE;
            flights.put(lastNumber, flight);
        }
        if (leader != null) {
            askForDigests(leader);
            flights.values().forEach(flight -> ask(leader, flight));
            following.commitAsKnown(exactAt);
        }
        if (flights.isEmpty() && compared == stores.size() && core.committed >= exactAt) {
            core.heals = false;
            core.holdsAll = true;
            following.hasHealed();
            core.effects.note("has healed: " + segments + " segments, " + keys + " keys, " + bytes + " bytes; is at "
                    + core.committedPosition());
            openings = 0;
            stores = List.of();
            compared = 0;
            keys = 0;
            bytes = 0;
        }
    }

    private void askForDigests(Member leader) {
        if (compared < stores.size() && isDue(comparingAskedAt)) {
            comparingAskedAt = core.now;
            core.send(leader, new HealDigestsRequest(comparing, compared + 1, core.committed));
        }
    }

    private boolean isDue(long askedAt) {
        return askedAt == Long.MIN_VALUE || core.now - askedAt >= patience();
    }

    private void ask(Member leader, Flight flight) {
        if (isDue(flight.askedAt)) {
            flight.askedAt = core.now;
            Inventory inventory = flight.pull.ask(core.committed, MAX_KEYS);
            core.send(leader, new HealRequest(flight.target.store(), inventory));
        }
    }

    private long patience() {
        return 2 * core.settings.heartbeatNanos();
    }

    long deadline() {
        if (core.leader == null) {
            return Long.MAX_VALUE;
        }
        long earliest = gathering == null ? Long.MAX_VALUE : due(gathering.askedAt);
        if (core.heals) {
            for (Flight flight : flights.values()) {
                earliest = Math.min(earliest, due(flight.askedAt));
            }
            earliest = compared < stores.size() ? Math.min(earliest, due(comparingAskedAt)) : earliest;
        }
        return earliest;
    }

    private long due(long askedAt) {
        return askedAt == Long.MIN_VALUE ? core.now : askedAt + patience();
    }

    /** How far it is; null if this node does not heal. */
    @Nullable
    HealProgress progress() {
        return core.heals ? new HealProgress(done, segments, keys, bytes) : null;
    }
}
