package io.memdi.machine;

import io.memdi.Incarnation;
import io.memdi.store.Pager;
import io.memdi.store.State.Registration;
import io.memdi.transport.Entry;
import io.memdi.transport.Inventory;
import io.memdi.transport.Member;
import io.memdi.transport.Message.HealOpened;
import io.memdi.transport.Message.HealPage;
import io.memdi.transport.Message.HealRequest;
import io.memdi.transport.Page;
import io.memdi.transport.SegmentDigests;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The leader's side of {@link Healing}: tells a follower where to go on, and answers its questions with pages. It remembers nothing of a
 * heal, so that another leader can take over. Questions wait in a queue that is bounded, and are answered a few in a turn, so that the
 * loop never pauses for them; one that was dropped is asked again.
 */
final class Healer {
    /** How many questions wait at most. */
    static final int MAX_WAITING = 256;

    /** How many pages a turn makes: each takes a walk through a segment, which the writes of the next turn wait for. */
    private static final int PAGES_PER_TURN = 1;

    private final Core core;
    private final Map<Asked, HealRequest> waiting = new LinkedHashMap<>();
    private long known;
    private boolean notedGarbage;

    private record Asked(Member follower, long pull) {}

    Healer(Core core) {
        this.core = core;
    }

    /** Tells a follower to go on from what is committed now, which the digests are of. */
    void open(Progress follower) {
        List<Registration> registry = core.state.committedRegistry();
        List<Entry.StoreCreated> stores =
                registry.stream().map(Registration::entry).toList();
        List<SegmentDigests> digests = registry.stream()
                .map(registration -> registration.table().digests())
                .toList();
        core.send(
                follower.member,
                new HealOpened(
                        core.committedPosition(),
                        core.open,
                        core.configurations.committedPosition(),
                        core.committedConfiguration(),
                        core.configurations.left(),
                        stores,
                        digests,
                        core.state.sessions().states()));
        core.effects.note(
                "follower " + follower.member.name() + " needs entries that are not retained any more: it goes on from "
                        + core.committedPosition() + ", and asks for the keys in which it differs");
        forget(follower.member.incarnation());
    }

    private void forget(Incarnation follower) {
        waiting.keySet().removeIf(asked -> asked.follower().incarnation().equals(follower));
    }

    void onRequest(Member follower, HealRequest request) {
        known = Math.max(known, request.inventory().applied());
        Asked asked = new Asked(follower, request.inventory().pull());
        if (waiting.size() < MAX_WAITING || waiting.containsKey(asked)) {
            waiting.put(asked, request);
        }
    }

    /** Answers a few; whatever asks for more than is committed here is asked again, and may find it committed then. */
    void turn() {
        int pages = 0;
        var all = waiting.entrySet().iterator();
        while (all.hasNext() && pages < PAGES_PER_TURN) {
            Map.Entry<Asked, HealRequest> each = all.next();
            all.remove();
            if (each.getValue().inventory().applied() <= core.committed) {
                answer(each.getKey().follower(), each.getValue());
                pages++;
            }
        }
    }

    private void answer(Member follower, HealRequest request) {
        Inventory inventory = request.inventory();
        try {
            Registration store = core.state.committedRegistry().get(request.store() - 1);
            Pager pager = new Pager(
                    store.table(),
                    core.settings.batchBytes(),
                    version -> store.table().sizes().bytes(),
                    core.settings.planted());
            Page page = pager.page(inventory, core.committed);
            core.send(follower, new HealPage(request.store(), page));
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            if (!notedGarbage) {
                notedGarbage = true;
                core.effects.note("node " + follower.name() + " asks for keys in a way that cannot be answered: " + e);
            }
        }
    }

    /**
     * Index up to which followers that heal have applied the log. What they know to be committed is so, and in the log of every leader;
     * a new leader that cannot commit without them has to take it from them, or neither would ever go on.
     */
    long known() {
        return Math.min(known, core.log.lastIndex());
    }

    boolean hasMore() {
        return !waiting.isEmpty();
    }

    void end() {
        known = 0;
        waiting.clear();
    }
}
