package io.memdi.storage;

import io.memdi.ClusterId;
import io.memdi.Codec;
import io.memdi.Incarnation;
import io.memdi.Revision;
import io.memdi.transport.Configuration;
import io.memdi.transport.Entry;
import io.memdi.transport.Member;
import io.memdi.transport.Message.Mode;
import io.memdi.transport.Result;
import io.memdi.transport.StoreSpec;
import io.memdi.wire.StoreCodecs;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Entries and states of a node that never was, from a seed: and what they say, so that they can be compared with what was read, where keys
 * and values are bytes.
 */
final class Tape {
    static final StoreSpec TEXTS = new StoreSpec("texts", "string", "string");

    final StoreCodecs codecs = new StoreCodecs();
    private final SplittableRandom random;
    private final int maxValue;
    private int made;

    Tape(long seed, int maxValue) {
        this.random = new SplittableRandom(seed);
        this.maxValue = maxValue;
        codecs.open(TEXTS, Codec.string(), Codec.string());
    }

    /** What a node publishes once it goes on from a state that has the store. */
    void register() {
        codecs.register(1, List.of(TEXTS));
    }

    HardState state(long term) {
        Incarnation self = new Incarnation(7, 8);
        Member member = new Member("a", self, "a:1");
        return new HardState(
                self,
                term,
                random.nextBoolean() ? new Incarnation(random.nextLong(), made++) : null,
                random.nextBoolean() ? Mode.LOCKED : random.nextBoolean() ? Mode.MEMBER : Mode.EMPTY,
                random.nextBoolean() ? new ClusterId(random.nextLong(), 1) : null,
                random.nextBoolean() ? Configuration.founding(List.of(member)) : null,
                random.nextLong());
    }

    List<Entry> entries(Revision last, long term, int count) {
        List<Entry> entries = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            entries.add(entry(Math.max(term, last.term()), last.index() + i));
        }
        return entries;
    }

    private Entry entry(long term, long index) {
        if (index == 1) {
            return new Entry.StoreCreated(term, index, 1, TEXTS);
        }
        return switch (random.nextInt(8)) {
            case 0 -> new Entry.Blank(term, index);
            case 1 -> new Entry.SessionOpened(term, index, new Incarnation(made++, 3));
            default -> written(term, index);
        };
    }

    private Entry written(long term, long index) {
        String key = "key " + random.nextInt(100);
        String value = "value " + made++ + "-".repeat(random.nextInt(maxValue));
        return new Entry.Written(
                term,
                index,
                new Incarnation(random.nextInt(3), 9),
                made,
                made - random.nextInt(3),
                Result.APPLIED,
                Revision.NONE,
                1,
                key,
                Codec.string().hash(key),
                random.nextInt(5) == 0 ? null : value,
                key.length() + value.length());
    }

    /** What an entry says, whether it was read or not. */
    String told(Entry entry) {
        if (entry instanceof Entry.Written write) {
            Object value = write.value();
            return entry.term() + "." + entry.index() + " " + write.session() + " " + write.number() + " "
                    + write.firstOpen() + " " + write.result() + " " + codecs.keyOf(TEXTS, write.key()) + " "
                    + write.hash() + " " + (value == null ? null : codecs.valueOf(TEXTS, value)) + " " + write.size();
        }
        return entry.toString();
    }

    List<String> told(List<Entry> entries) {
        return entries.stream().map(this::told).toList();
    }

    static Revision last(List<Entry> entries, Revision before) {
        if (entries.isEmpty()) {
            return before;
        }
        Entry last = entries.get(entries.size() - 1);
        return new Revision(last.term(), last.index());
    }

    static String told(@Nullable HardState state) {
        return String.valueOf(state);
    }
}
