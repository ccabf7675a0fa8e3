package io.memdi.machine;

import io.memdi.Incarnation;
import io.memdi.store.Pager;
import io.memdi.store.State.Registration;
import io.memdi.transport.HealMessage.HealDigests;
import io.memdi.transport.HealMessage.HealDigestsRequest;
import io.memdi.transport.HealMessage.HealPage;
import io.memdi.transport.HealMessage.HealPart;
import io.memdi.transport.HealMessage.HealPartRequest;
import io.memdi.transport.HealMessage.HealRequest;
import io.memdi.transport.Inventory;
import io.memdi.transport.Member;
import io.memdi.transport.Message;
import io.memdi.transport.Range;
import io.memdi.transport.SegmentDigests;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The leader's side of {@link Healing}: tells a follower where to go on, and answers its questions with digests and pages. Of a heal it
 * remembers nothing but the {@link Opening}, so that another leader can take over. Questions wait in a queue that is bounded, and are
 * answered a few in a turn, so that the loop never pauses for them; one that was dropped is asked again.
 */
final class Healer {
    /** How many questions wait at most. */
    static final int MAX_WAITING = 256;

    /** How many answers a turn makes: a page takes a walk through a segment, which the writes of the next turn wait for. */
    private static final int ANSWERS_PER_TURN = 1;

    /** What the digests of a store take. */
    private static final int DIGESTS_BYTES = 2 * Long.BYTES * Range.SEGMENTS;

    private final Core core;
    private final Map<Asked, Question> waiting = new LinkedHashMap<>();
    private @Nullable Opening opening;
    private long openings;
    private long known;
    private boolean notedGarbage;

    private record Asked(Member follower, long number) {}

    /** What can be answered once so much is committed here. */
    private record Question(long applied, Message message) {}

    Healer(Core core) {
        this.core = core;
    }

    /** Tells a follower where to go on: at what is committed now, or was when the last one was told. Returns that index. */
    long open(Progress follower) {
        Opening present = opening;
        if (present == null || !core.log.knows(present.position().index())) {
            present = new Opening(++openings, core);
            opening = present;
        }
        core.send(follower.member, present.message());
        if (present.tell(follower.member.incarnation(), core.now)) {
            core.effects.note("follower " + follower.member.name()
                    + " needs entries that are not retained any more: it goes on from " + present.position()
                    + ", and asks for the keys in which it differs");
            forget(follower.member.incarnation());
        }
        return present.position().index();
    }

    private void forget(Incarnation follower) {
        waiting.keySet().removeIf(asked -> asked.follower().incarnation().equals(follower));
    }

    void onMessage(Member follower, Message message) {
        if (message instanceof HealPartRequest request) {
            answer(follower, request);
        } else if (message instanceof HealDigestsRequest request) {
            enqueue(new Asked(follower, request.request()), new Question(request.applied(), request));
        } else if (message instanceof HealRequest request) {
            Inventory inventory = request.inventory();
            enqueue(new Asked(follower, inventory.pull()), new Question(inventory.applied(), request));
        }
    }

    private void enqueue(Asked asked, Question question) {
        known = Math.max(known, question.applied());
        if (waiting.size() < MAX_WAITING || waiting.containsKey(asked)) {
            waiting.put(asked, question);
        }
    }

    /** Answers a few; whatever asks for more than is committed here is asked again, and may find it committed then. */
    void turn() {
        if (opening != null && opening.isIdle(core.now, 2 * core.settings.electionMaxNanos())) {
            opening = null;
        }
        int answers = 0;
        var all = waiting.entrySet().iterator();
        while (all.hasNext() && answers < ANSWERS_PER_TURN) {
            Map.Entry<Asked, Question> each = all.next();
            all.remove();
            if (each.getValue().applied() <= core.committed) {
                answer(each.getKey().follower(), each.getValue().message());
                answers++;
            }
        }
    }

    /** Made already; whoever asks for a part of what is held no more is told of the next opening soon. */
    private void answer(Member follower, HealPartRequest request) {
        if (opening != null && opening.message().opening() == request.opening()) {
            HealPart part = opening.part(request.part(), core.now);
            if (part != null) {
                core.send(follower, part);
            }
        }
    }

    private void answer(Member follower, Message question) {
        try {
            core.send(
                    follower,
                    question instanceof HealRequest request ? page(request) : digests((HealDigestsRequest) question));
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            if (!notedGarbage) {
                notedGarbage = true;
                core.effects.note("node " + follower.name() + " asks for keys in a way that cannot be answered: " + e);
            }
        }
    }

    private HealPage page(HealRequest request) {
        Registration store = core.state.committedRegistry().get(request.store() - 1);
        Pager pager = new Pager(
                store.table(),
                core.settings.batchBytes(),
                version -> store.table().sizes().bytes(),
                core.settings.planted());
        return new HealPage(request.store(), pager.page(request.inventory(), core.committed));
    }

    private HealDigests digests(HealDigestsRequest request) {
        List<Registration> registry = core.state.committedRegistry();
        int from = request.store() - 1;
        int count = Math.max(1, core.settings.batchBytes() / DIGESTS_BYTES);
        List<SegmentDigests> digests =
                registry.subList(from, Math.max(from + 1, Math.min(registry.size(), from + count))).stream()
                        .map(registration -> registration.table().digests())
                        .toList();
        return new HealDigests(request.request(), request.store(), core.committed, digests);
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
        opening = null;
        waiting.clear();
    }
}
