package io.memdi.client;

import io.memdi.ClusterId;
import io.memdi.transport.Member;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Nodes of other clusters that have answered this client: those heard of last, by the addresses that they have for themselves. */
final class Strangers {
    private static final int CAPACITY = 16;

    private record Met(String words, long at) {}

    private final Map<String, Met> met = new LinkedHashMap<>();

    /** A node has answered that belongs to another cluster than the client; returns that in words, or nothing if it is no news. */
    String meet(Member node, @Nullable ClusterId other, @Nullable ClusterId own, long now) {
        String words = "node " + node.name() + " at " + node.address() + " belongs to another cluster, " + other
                + ", than the one that this client is connected to, " + own;
        Met before = met.remove(node.address()); // so that it is the latest one
        met.put(node.address(), new Met(words, now));
        if (met.size() > CAPACITY) {
            met.remove(met.keySet().iterator().next());
        }
        return before != null && before.words().equals(words) ? "" : words;
    }

    /** A node has answered that belongs to the client's cluster. */
    void isNone(Member node) {
        met.remove(node.address());
    }

    /** Those who were heard of late, in words; empty if none was. */
    String words(long now, long silentNanos) {
        return met.values().stream()
                .filter(each -> now - each.at() <= silentNanos)
                .map(Met::words)
                .collect(Collectors.joining("; "));
    }
}
