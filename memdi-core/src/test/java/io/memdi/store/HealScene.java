package io.memdi.store;

import io.memdi.transport.Inventory;
import io.memdi.transport.Page;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** A leader's table and a follower's, with the log between them, which reaches the follower when the story says so. */
final class HealScene {
    private static final long TERM = 3;
    private static final int[] HASHES_OF_SEGMENT_0 = IntStream.iterate(0, hash -> hash + 1)
            .filter(hash -> Table.segmentOf(hash) == 0)
            .limit(2000)
            .toArray();

    /** A key whose hash is chosen. */
    record Key(String name, int hash) {}

    private record Effect(Key key, Object value, long index) {}

    final Table leader = new Table("store");
    final Table follower = new Table("store");

    /** What came in pages. */
    final List<Page> pages = new ArrayList<>();

    int maxKeys = 1000;
    int maxBytes = 1000 * 1000;
    int sizeOfEach = 100;

    private final List<Effect> log = new ArrayList<>();
    private long committed;
    private long applied;
    private long number;

    /** A key in segment 0; those of one number have one hash. */
    static Key key(String name, int number) {
        return new Key(name, HASHES_OF_SEGMENT_0[number]);
    }

    static Key key(int number) {
        return key("key " + number, number);
    }

    // --- the leader ---

    Version write(Key key, Object value) {
        long index = log.size() + 1;
        log.add(new Effect(key, value, index));
        return leader.write(key, key.hash, value, TERM, index);
    }

    void cut(Version version) {
        leader.cut(version);
        committed = version.index();
    }

    void put(Key key, Object value) {
        cut(write(key, value));
    }

    void remove(Key key) {
        cut(write(key, null));
    }

    long committed() {
        return committed;
    }

    Page answer(Inventory inventory) {
        Pager pager = new Pager(leader, maxBytes, version -> sizeOfEach);
        return pager.page(inventory, committed);
    }

    // --- the follower ---

    /** The log reaches the follower, up to what is committed. */
    void applyLog() {
        while (applyNext()) {}
    }

    /** One more entry reaches the follower, if one is committed. */
    boolean applyNext() {
        if (applied == committed) {
            return false;
        }
        Effect effect = log.get((int) applied++);
        follower.apply(effect.key, effect.key.hash, effect.value, TERM, effect.index);
        return true;
    }

    /** The log up to here does not reach the follower: pages have to bring it. */
    void loseLog() {
        applied = committed;
    }

    Pull pullOf(int segment) {
        return new Pull(follower, segment, ++number);
    }

    Inventory ask(Pull pull) {
        return pull.ask(applied, maxKeys);
    }

    /** Pulls whatever differs, to the end. */
    void pullAll() {
        differing().stream().forEach(segment -> pull(pullOf(segment)));
    }

    void pull(Pull pull) {
        while (!pull.isDone()) {
            Page page = answer(ask(pull));
            pages.add(page);
            if (page.range().isEmpty() || !pull.install(page)) {
                throw new AssertionError("no step forward: " + page);
            }
        }
    }

    BitSet differing() {
        return follower.digests().differingFrom(leader.digests());
    }

    // --- what there is ---

    /** Name and value of each key that travelled. */
    List<String> travelled() {
        return pages.stream().flatMap(page -> travelled(page).stream()).toList();
    }

    static List<String> travelled(Page page) {
        return page.buckets().stream()
                .flatMap(bucket -> bucket.items().stream())
                .map(item -> ((Key) item.key()).name() + " = " + item.value())
                .toList();
    }

    Object atFollower(Key key) {
        Version version = follower.committed(key, key.hash);
        return version == null ? null : version.value();
    }

    /** Name, value and revision of each committed key. */
    static Map<String, String> contents(Table table) {
        Map<String, String> contents = new HashMap<>();
        table.forEachCommitted(
                version -> contents.put(((Key) version.key()).name(), version.value() + " at " + version.revision()));
        return contents;
    }

    static int tombstones(Table table) {
        int count = 0;
        for (int segment = 0; segment < Table.segments(); segment++) {
            Slots slots = table.slots(segment);
            for (int i = 0, at = 0; i < slots.length(); i++, at = slots.next(at)) {
                count += slots.hasTombstone(at) ? 1 : 0;
            }
        }
        return count;
    }
}
