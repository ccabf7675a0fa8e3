package io.memdi.transport.inproc;

import static org.assertj.core.api.Assertions.assertThat;

import io.memdi.Ack;
import io.memdi.Incarnation;
import io.memdi.Revision;
import io.memdi.transport.Entry;
import io.memdi.transport.Envelope;
import io.memdi.transport.Member;
import io.memdi.transport.Message;
import io.memdi.transport.Result;
import io.memdi.transport.StoreSpec;
import io.memdi.transport.Write;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ContentsTest {
    private static final Incarnation SESSION = new Incarnation(1, 2);

    private static long digest(Message message) {
        return Contents.of(new Envelope(0, null, new Member("a", SESSION, "a"), null, 3, message));
    }

    private static Message append(Object key, Object value) {
        Entry entry = new Entry.Written(1, 2, SESSION, 3, 3, Result.APPLIED, Revision.NONE, 1, key, 7, value, 9);
        return new Message.Append(new Revision(1, 1), List.of(entry), 1, 5);
    }

    private static Message writes(Object key, Object value) {
        StoreSpec store = new StoreSpec("s", "k", "v");
        return new Message.Writes(
                1,
                List.of(new Write(1, Ack.LEADER_MEMORY, store, Write.Operation.PUT, key, 7, value, Revision.NONE, 9)));
    }

    @Test
    void everyKeyAndValueCounts() {
        assertThat(Stream.of(
                                append("k", "v"),
                                append("k", "w"),
                                append("l", "v"),
                                append(1, 2),
                                append(1, 2L),
                                append("k", new byte[] {1}),
                                append("k", new byte[] {2}),
                                writes("k", "v"),
                                writes("k", "w"),
                                writes("l", "v"),
                                writes("k", new byte[] {1}),
                                new Message.AppendReply(true, 1, Revision.NONE, 1, false),
                                new Message.AppendReply(true, 2, Revision.NONE, 1, false),
                                new Message.ReadReply(1, 1),
                                new Message.ReadReply(1, 2))
                        .map(ContentsTest::digest))
                .doesNotHaveDuplicates();
    }

    @Test
    void equalContentsAreTheSame() {
        assertThat(digest(append("k", new byte[] {1}))).isEqualTo(digest(append("k", new byte[] {1})));
        assertThat(digest(writes("k", new byte[] {1}))).isEqualTo(digest(writes("k", new byte[] {1})));
        assertThat(digest(writes("k", new Object()))).isEqualTo(digest(writes("k", new Object())));
    }
}
