package io.memdi.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.memdi.ClusterId;
import io.memdi.Codec;
import io.memdi.Incarnation;
import io.memdi.Revision;
import io.memdi.machine.Settings;
import io.memdi.transport.Configuration;
import io.memdi.transport.Contact;
import io.memdi.transport.Entry;
import io.memdi.transport.Envelope;
import io.memdi.transport.HealMessage.HealPage;
import io.memdi.transport.Member;
import io.memdi.transport.Message;
import io.memdi.transport.Page;
import io.memdi.transport.Range;
import io.memdi.transport.Result;
import io.memdi.transport.StoreSpec;
import io.memdi.wire.MessageCodec;
import io.memdi.wire.StoreCodecs;
import io.memdi.wire.WireWriter;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Whatever settings a node may be started with, its largest entry, and the largest that is not of a key, fit into a frame. */
class FrameBoundTest {
    private static final StoreSpec SPEC = new StoreSpec("s".repeat(255), "k".repeat(255), "v".repeat(255));
    private static final Incarnation NODE = new Incarnation(1, 2);

    private static NodeSettings settings(int batch, int key, int value) {
        NodeSettings defaults = NodeSettings.of("a", List.of(new Contact("a", "a")));
        Settings machine = defaults.machine().withMessageBytes(batch, Math.max(batch, Defaults.WINDOW_BYTES));
        NodeSettings.Limits limits = new NodeSettings.Limits(
                key, value, defaults.limits().queueCapacity(), defaults.limits().inboundCapacity());
        return defaults.with(machine.withLogBytes(Long.MAX_VALUE, Long.MAX_VALUE))
                .with(limits);
    }

    @Test
    void coversTheLargestKeyAndValueOrBatchOfAllSettings() {
        for (int batch : new int[] {1, Defaults.BATCH_BYTES, 1 << 30}) {
            for (int key : new int[] {1, Defaults.MAX_KEY_BYTES, 1 << 20}) {
                for (int value : new int[] {1, Defaults.MAX_VALUE_BYTES, 1 << 30}) {
                    NodeSettings settings = settings(batch, key, value);
                    assertThat(SettingsCheck.problems(settings)).isEmpty();
                    long largest = Math.max(batch, (long) key + value);
                    assertThat((long) settings.maxFrameBytes())
                            .as("batch %d, key %d, value %d", batch, key, value)
                            .isGreaterThanOrEqualTo(largest + (1 << 20));
                }
            }
        }
    }

    @Test
    void thatIsEnoughForOneEntry() {
        NodeSettings settings = settings(1, 1000, 2000);
        StoreCodecs stores = new StoreCodecs();
        stores.register(1, List.of(SPEC));
        stores.open(SPEC, Codec.string(), Codec.bytes());
        String key = "k".repeat(1000);
        byte[] value = new byte[2000];
        Entry written = new Entry.Written(
                Envelope.MAX_TERM,
                Long.MAX_VALUE,
                NODE,
                Long.MAX_VALUE,
                1,
                Result.APPLIED,
                new Revision(Envelope.MAX_TERM, Long.MAX_VALUE),
                1,
                key,
                key.hashCode(),
                value,
                3000);
        Page.Item item = new Page.Item(Envelope.MAX_TERM, Long.MAX_VALUE, key, value);
        Page page = new Page(
                Long.MAX_VALUE,
                Range.of(0),
                Long.MAX_VALUE,
                List.of(new Page.Bucket(key.hashCode(), List.of(item))),
                Long.MAX_VALUE);
        for (Entry entry : List.of(written, new Entry.StoreCreated(1, 1, Integer.MAX_VALUE, SPEC))) {
            int frame = size(settings, stores, new Message.Append(Revision.NONE, List.of(entry), 1, 1));
            int empty = size(settings, stores, new Message.Append(Revision.NONE, List.of(), 1, 1));
            assertThat(frame - empty)
                    .as("a batch is counted in these bytes: %s", entry.getClass())
                    .isLessThanOrEqualTo(entry.bytes());
        }
        Entry configured = new Entry.Configured(1, 1, largest());
        assertThat(size(settings, stores, new Message.Append(Revision.NONE, List.of(configured), 1, 1)))
                .isPositive();
        assertThat(size(settings, stores, new HealPage(1, page))).isPositive();
    }

    private static Configuration largest() {
        List<Member> members = IntStream.range(0, 64)
                .mapToObj(i -> new Member("n".repeat(62) + (10 + i), new Incarnation(i, i), "h".repeat(1000) + i))
                .toList();
        return new Configuration(
                members, List.of(), members, members.stream().map(Member::name).toList());
    }

    /** Throws if it does not fit. */
    private static int size(NodeSettings settings, StoreCodecs stores, Message message) {
        int max = settings.maxFrameBytes();
        WireWriter out = new WireWriter(0, max);
        Member sender = new Member("n".repeat(64), NODE, "h".repeat(1024));
        new MessageCodec(stores, max)
                .write(out, new Envelope(0, new ClusterId(3, 4), sender, NODE, Envelope.MAX_TERM, message));
        return out.size();
    }
}
