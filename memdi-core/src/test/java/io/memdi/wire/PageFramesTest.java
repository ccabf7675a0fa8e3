package io.memdi.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.memdi.ClusterId;
import io.memdi.Codec;
import io.memdi.Incarnation;
import io.memdi.Revision;
import io.memdi.transport.Envelope;
import io.memdi.transport.HealMessage.HealPage;
import io.memdi.transport.Member;
import io.memdi.transport.Page;
import io.memdi.transport.Range;
import io.memdi.transport.StoreSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A page that would not fit into a frame is ended where it does, and says so. */
class PageFramesTest {
    private static final int MAX_FRAME = 4_000;
    private static final StoreSpec SPEC = new StoreSpec("texts", "string", "string");

    private final StoreCodecs stores = new StoreCodecs();
    private final MessageCodec codec = new MessageCodec(stores, MAX_FRAME);

    PageFramesTest() {
        stores.register(1, List.of(SPEC));
        stores.open(SPEC, Codec.string(), Codec.string());
    }

    /** Through a frame, after something else that waits in the buffer. */
    private Page carried(Page page) {
        Incarnation node = new Incarnation(1, 2);
        WireWriter out = new WireWriter(0, MAX_FRAME + 100);
        out.writeBytes(new byte[100], 0, 100);
        codec.write(
                out, new Envelope(0, new ClusterId(3, 4), new Member("a", node, "a"), node, 1, new HealPage(1, page)));
        Envelope back = codec.read(new WireReader().read(out.buffer(), 100, out.size() - 100));
        return ((HealPage) back.message()).page();
    }

    private static Page.Item item(String key, int index, int size) {
        return new Page.Item(1, index, key, "v".repeat(size));
    }

    private static Page page(Range range, List<Page.Bucket> buckets) {
        return new Page(7, range, 100, buckets, 10);
    }

    private static List<String> hashesInOrder(int count) {
        return IntStream.iterate(0, i -> i + 1)
                .mapToObj(i -> "k" + i)
                .filter(key -> Range.spread(key.hashCode()) >>> 22 == 5)
                .limit(count)
                .sorted(Comparator.comparingInt(key -> Range.placeOf(key.hashCode())))
                .toList();
    }

    @Test
    void whatFitsIsCarriedWhole() {
        List<Page.Bucket> buckets = new ArrayList<>();
        for (String key : hashesInOrder(10)) {
            buckets.add(new Page.Bucket(key.hashCode(), List.of(item(key, 3, 100))));
        }
        Page page = page(Range.of(5), buckets);
        assertThat(carried(page)).isEqualTo(page);
    }

    @Test
    void endsBeforeTheFirstHashThatDoesNotFit() {
        List<Page.Bucket> buckets = new ArrayList<>();
        for (String key : hashesInOrder(10)) {
            buckets.add(new Page.Bucket(key.hashCode(), List.of(item(key, 3, 500))));
        }
        Range rest = Range.of(5);
        List<Page.Bucket> carried = new ArrayList<>();
        while (!rest.isEmpty()) {
            Page part = carried(page(rest, buckets.subList(carried.size(), buckets.size())));
            assertThat(part.buckets()).hasSizeBetween(1, 3);
            assertThat(part.range().beginsAs(rest)).isTrue();
            assertThat(part.buckets()).allMatch(bucket -> part.range().contains(Range.placeOf(bucket.hash()), 1, 3));
            carried.addAll(part.buckets());
            rest = rest.without(part.range());
        }
        assertThat(carried).isEqualTo(buckets);
    }

    @Test
    void endsBetweenKeysOfOneHash() {
        // Aa and BB have one hash, and so have what they are the parts of.
        List<String> twins = List.of("AaAa", "AaBB", "BBAa", "BBBB");
        List<Page.Item> items = IntStream.range(0, 4)
                .mapToObj(i -> item(twins.get(i), 10 + i, 900))
                .toList();
        int hash = "AaAa".hashCode();
        Range whole = Range.of(Range.spread(hash) >>> 22);
        Page part = carried(page(whole, List.of(new Page.Bucket(hash, items))));
        assertThat(part.range()).isEqualTo(whole.endingWith(Range.placeOf(hash), new Revision(1, 11)));
        assertThat(part.buckets()).containsExactly(new Page.Bucket(hash, items.subList(0, 2)));
        Range rest = whole.without(part.range());
        Page last = carried(page(rest, List.of(new Page.Bucket(hash, items.subList(2, 4)))));
        assertThat(last.range()).isEqualTo(rest);
        assertThat(last.buckets()).containsExactly(new Page.Bucket(hash, items.subList(2, 4)));
    }

    @Test
    void whatIsGoneIsEndedLikewise() {
        List<Page.Bucket> gone = hashesInOrder(1000).stream()
                .map(key -> new Page.Bucket(key.hashCode(), List.<Page.Item>of()))
                .toList();
        Page part = carried(page(Range.of(5), gone));
        assertThat(part.buckets())
                .hasSizeBetween(300, 400)
                .isEqualTo(gone.subList(0, part.buckets().size()));
        assertThat(part.range().end())
                .isEqualTo(Range.placeOf(gone.get(part.buckets().size()).hash()));
    }

    @Test
    void oneKeyIsCarriedAloneAsLongAsItFitsIntoAFrame() {
        List<String> keys = hashesInOrder(2);
        List<Page.Bucket> buckets = new ArrayList<>();
        for (String key : keys) {
            buckets.add(new Page.Bucket(key.hashCode(), List.of(item(key, 3, 3_500))));
        }
        Page part = carried(page(Range.of(5), buckets));
        assertThat(part.buckets()).isEqualTo(buckets.subList(0, 1));
        Page tooLarge = page(
                Range.of(5),
                List.of(new Page.Bucket(keys.get(0).hashCode(), List.of(item(keys.get(0), 3, MAX_FRAME)))));
        assertThat(catchThrowableOfType(WireException.class, () -> carried(tooLarge))
                        .kind())
                .isEqualTo(WireException.Kind.LIMIT);
    }
}
