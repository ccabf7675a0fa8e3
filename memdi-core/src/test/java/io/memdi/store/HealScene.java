package io.memdi.store;

import io.memdi.transport.Inventory;
import io.memdi.transport.Page;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** A leader's table. */
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
    int maxBytes = 1000 * 1000;
    int sizeOfEach = 100;

    private final List<Effect> log = new ArrayList<>();
    private long committed;

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
}
