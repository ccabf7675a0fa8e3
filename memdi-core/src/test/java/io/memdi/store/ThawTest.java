package io.memdi.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memdi.transport.Page;
import io.memdi.transport.Range;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A table that holds bytes, and becomes one of objects while it goes on, beside one that has held objects all the time. */
class ThawTest {
    private static final int KEYS = 40;

    /** What stands for a text that was not made an object yet. */
    private record Raw(String text) {}

    static final Form FORM = new Form() {
        @Override
        public boolean isBytes(Object keyOrValue) {
            return keyOrValue instanceof Raw;
        }

        @Override
        public Object key(Object key) {
            return ((Raw) key).text();
        }

        @Override
        public Object value(Object value) {
            return ((Raw) value).text();
        }
    };

    /** The same version in both tables. */
    private record Twins(Version objects, Version bytes) {}

    private final Table objects = new Table("s");
    private final Table bytes = new Table("s");
    private final Deque<Twins> window = new ArrayDeque<>();
    private SplittableRandom random = new SplittableRandom(0);
    private boolean asObject;
    private long index;

    @Test
    void isTheTableThatHeldObjectsAllTheTime() {
        for (int seed = 0; seed < 300; seed++) {
            new ThawTest().run(seed);
        }
    }

    private void run(long seed) {
        random = new SplittableRandom(seed);
        int before = random.nextInt(200);
        for (int i = 0; i < before; i++) {
            step();
        }
        bytes.thaw(FORM);
        boolean all = false;
        for (int i = 0; i < 200; i++) {
            asObject = random.nextBoolean();
            step();
            all |= random.nextInt(4) == 0 && bytes.thawMore(1 + random.nextInt(5));
            assertThat(bytes.find(key(i % KEYS), key(i % KEYS).hashCode()) == null)
                    .isEqualTo(objects.find(key(i % KEYS), key(i % KEYS).hashCode()) == null);
        }
        while (!all) {
            all = bytes.thawMore(3);
        }
        requireEqual();
        while (!window.isEmpty()) {
            cut();
        }
        requireEqual();
    }

    private static String key(int number) {
        return "k" + number;
    }

    private Object form(String text) {
        return asObject ? text : new Raw(text);
    }

    private void step() {
        String key = key(random.nextInt(KEYS));
        String value = random.nextInt(4) == 0 ? null : "v" + index;
        switch (random.nextInt(6)) {
            case 0, 1, 2 -> write(key, value);
            case 3 -> cut();
            case 4 -> rollback();
            default -> {
                if (window.isEmpty()) {
                    apply(key, value);
                }
            }
        }
        assertThat(bytes.digest()).isEqualTo(objects.digest());
        assertThat(bytes.size()).isEqualTo(objects.size());
        assertThat(bytes.committedSize()).isEqualTo(objects.committedSize());
    }

    private void write(String key, String value) {
        Version latest = objects.find(key, key.hashCode());
        if (value != null || latest != null) {
            index++;
            Object raw = value == null ? null : form(value);
            window.addLast(new Twins(
                    objects.write(key, key.hashCode(), value, 1, index),
                    bytes.write(form(key), key.hashCode(), raw, 1, index)));
        }
    }

    private void cut() {
        Twins first = window.pollFirst();
        if (first != null) {
            objects.cut(first.objects());
            bytes.cut(first.bytes());
        }
    }

    private void rollback() {
        Twins last = window.pollLast();
        if (last != null) {
            objects.rollback(last.objects());
            bytes.rollback(last.bytes());
        }
    }

    private void apply(String key, String value) {
        index++;
        objects.apply(key, key.hashCode(), value, 1, index);
        bytes.apply(form(key), key.hashCode(), value == null ? null : form(value), 1, index);
    }

    private void requireEqual() {
        for (int i = 0; i < KEYS; i++) {
            String key = key(i);
            assertSame(bytes.latest(key, key.hashCode()), objects.latest(key, key.hashCode()));
            assertSame(bytes.committed(key, key.hashCode()), objects.committed(key, key.hashCode()));
        }
        List<Object> keys = new ArrayList<>();
        bytes.forEachLatest(version -> keys.add(version.key()));
        assertThat(keys).doesNotHaveDuplicates().allMatch(String.class::isInstance);
    }

    private static void assertSame(Version one, Version other) {
        assertThat(one == null).isEqualTo(other == null);
        if (one != null) {
            assertThat(one.key()).isEqualTo(other.key());
            assertThat(one.value()).isEqualTo(Objects.requireNonNull(other.value()));
            assertThat(one.index()).isEqualTo(other.index());
        }
    }

    /** A page that was made of bytes meets a table of objects, and one of objects a table that was one of bytes. */
    @Test
    void isHealedByPagesOfEitherForm() {
        for (boolean pageOfObjects : new boolean[] {true, false}) {
            Table table = new Table("s");
            String key = key(1);
            int hash = key.hashCode();
            table.apply(new Raw(key), hash, new Raw("old"), 1, 1);
            table.apply(new Raw("gone"), "gone".hashCode(), new Raw("old"), 1, 2);
            table.thaw(FORM);
            Pull pull = new Pull(table, Table.segmentOf(hash), 7);
            pull.ask(2, 100);
            Object asItCame = pageOfObjects ? key : new Raw(key);
            Object value = pageOfObjects ? "new" : new Raw("new");
            Page page = new Page(
                    7,
                    Range.of(Table.segmentOf(hash)),
                    3,
                    List.of(new Page.Bucket(hash, List.of(new Page.Item(1, 3, asItCame, value)))),
                    0);
            assertThat(pull.install(page)).isTrue();
            assertThat(table.latest(key, hash).value()).isEqualTo("new");
            assertThat(table.committedSize()).isEqualTo(2);
        }
    }

    /** What could not be turned stays as it was, and is tried again. */
    @Test
    void aCodecThatFailsLosesNothing() {
        Table table = new Table("s");
        table.apply(new Raw("a"), "a".hashCode(), new Raw("x"), 1, 1);
        boolean[] fails = {true};
        table.thaw(new Form() {
            @Override
            public boolean isBytes(Object keyOrValue) {
                return FORM.isBytes(keyOrValue);
            }

            @Override
            public Object key(Object key) {
                return FORM.key(key);
            }

            @Override
            public Object value(Object value) {
                if (fails[0]) {
                    throw new IllegalStateException("fails on purpose");
                }
                return FORM.value(value);
            }
        });
        assertThatThrownBy(() -> table.thawMore(1000)).hasMessage("fails on purpose");
        fails[0] = false;
        assertThat(table.thawMore(1000)).isTrue();
        assertThat(table.latest("a", "a".hashCode()).value()).isEqualTo("x");
    }
}
