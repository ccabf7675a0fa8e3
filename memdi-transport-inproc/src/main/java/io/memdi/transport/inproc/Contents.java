package io.memdi.transport.inproc;

import io.memdi.transport.ClientMessage;
import io.memdi.transport.Entry;
import io.memdi.transport.Envelope;
import io.memdi.transport.HealMessage;
import io.memdi.transport.Message;
import io.memdi.transport.Page;
import io.memdi.transport.Range;
import io.memdi.transport.SegmentDigests;
import io.memdi.transport.Write;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Digests of what messages say, the same in every run and every JVM. What has no key or value in it is a record of numbers, names and
 * constants, whose string says all of it; keys and values are whatever a user has, and their string may be their address.
 */
final class Contents {
    private Contents() {}

    static long of(Envelope envelope) {
        long digest = mix(envelope.term(), envelope.group());
        digest = mix(digest, String.valueOf(envelope.cluster()));
        digest = mix(digest, envelope.sender().toString());
        digest = mix(digest, String.valueOf(envelope.target()));
        Message message = envelope.message();
        if (message instanceof Message.Append append) {
            digest = mix(mix(digest, append.previous().toString()), append.round());
            digest = mix(digest, append.committed());
            for (Entry entry : append.entries()) {
                digest = mix(digest, of(entry));
            }
            return digest;
        } else if (message instanceof Message.Writes writes) {
            return mix(digest, of(writes));
        } else if (message instanceof ClientMessage said) {
            return mix(digest, ClientContents.of(said));
        } else if (message instanceof HealMessage.HealDigests digests) {
            return mix(digest, of(digests));
        } else if (message instanceof HealMessage.HealPage page) {
            return mix(mix(digest, page.store()), of(page.page()));
        }
        return mix(digest, message.toString());
    }

    static long of(Message.Writes writes) {
        long digest = mix(0, writes.firstOpen());
        for (Write write : writes.writes()) {
            digest = mix(digest, of(write));
        }
        return digest;
    }

    private static long of(HealMessage.HealDigests message) {
        long digest = mix(mix(message.request(), message.store()), message.committed());
        for (SegmentDigests digests : message.digests()) {
            for (int segment = 0; segment < Range.SEGMENTS; segment++) {
                digest = mix(mix(digest, digests.high(segment)), digests.low(segment));
            }
        }
        return digest;
    }

    private static long of(Page page) {
        long digest = mix(mix(page.pull(), page.range().toString()), page.committed());
        for (Page.Bucket bucket : page.buckets()) {
            digest = mix(mix(digest, bucket.hash()), bucket.items().size());
            for (Page.Item item : bucket.items()) {
                digest = mix(mix(digest, item.term()), item.index());
                digest = mix(mix(digest, of(item.key())), of(item.value()));
            }
        }
        return digest;
    }

    private static long of(Entry entry) {
        if (!(entry instanceof Entry.Written written)) {
            return mix(0, entry.toString());
        }
        long digest =
                mix(mix(written.term(), written.index()), written.session().toString());
        digest = mix(mix(digest, written.number()), written.firstOpen());
        digest = mix(mix(digest, written.result().name()), written.seen().toString());
        digest = mix(mix(digest, written.store()), written.size());
        return mix(mix(mix(digest, written.hash()), of(written.key())), of(written.value()));
    }

    private static long of(Write write) {
        long digest = mix(mix(write.number(), write.ack().name()), write.store().toString());
        digest = mix(mix(digest, write.operation().name()), write.expected().toString());
        digest = mix(mix(digest, write.size()), write.hash());
        return mix(mix(digest, of(write.key())), of(write.value()));
    }

    /** Strings, numbers and bytes by what they are; others by their type, since nothing else of theirs is known to be the same. */
    static long of(@Nullable Object content) {
        if (content == null) {
            return 0;
        } else if (content instanceof byte[] bytes) {
            return Arrays.hashCode(bytes);
        }
        boolean plain = content instanceof String
                || content instanceof Number
                || content instanceof Boolean
                || content instanceof Character;
        return mix(plain ? content.toString().hashCode() : 0, content.getClass().getName());
    }

    static long mix(long digest, String next) {
        return mix(digest, next.hashCode());
    }

    static long mix(long digest, long next) {
        return Simulation.mix(digest * 31 + next);
    }
}
