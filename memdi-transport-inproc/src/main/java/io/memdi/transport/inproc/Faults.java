package io.memdi.transport.inproc;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is wrong with the links of a network at one moment: the same model in real and in virtual time. A value; sets and maps are
 * only looked up, never iterated, since their order differs from run to run.
 *
 * @param groups the groups of a partition, without those named in none, who are one group more; empty if there is no partition
 * @param blocked links that carry nothing
 * @param drops shares of messages that single links lose
 * @param delays nanoseconds that single links take longer
 * @param drop share of messages that every link loses
 */
record Faults(
        List<Set<String>> groups, Set<Link> blocked, Map<Link, Double> drops, Map<Link, Long> delays, double drop) {
    static final Faults NONE = new Faults(List.of(), Set.of(), Map.of(), Map.of(), 0);

    Faults {
        groups = List.copyOf(groups);
        blocked = Set.copyOf(blocked);
        drops = Map.copyOf(drops);
        delays = Map.copyOf(delays);
    }

    boolean isNone() {
        return groups.isEmpty() && blocked.isEmpty() && drops.isEmpty() && delays.isEmpty() && drop == 0;
    }

    boolean passes(Link link) {
        return !blocked.contains(link) && groupOf(link.from()) == groupOf(link.to());
    }

    private int groupOf(String name) {
        for (int i = 0; i < groups.size(); i++) {
            if (groups.get(i).contains(name)) {
                return i;
            }
        }
        return -1;
    }

    /** The share of messages that a link loses, by its own fault and by everyone's. */
    double dropShare(Link link) {
        double own = drops.getOrDefault(link, 0.0);
        return own + drop - own * drop;
    }

    long delayNanos(Link link) {
        return delays.getOrDefault(link, 0L);
    }

    Faults partitioned(List<Set<String>> into) {
        return new Faults(into, blocked, drops, delays, drop);
    }

    Faults dropping(double share) {
        return new Faults(groups, blocked, drops, delays, share);
    }

    Faults dropping(Link link, double share) {
        return new Faults(groups, blocked, with(drops, link, share, share > 0), delays, drop);
    }

    Faults delaying(Link link, long nanos) {
        return new Faults(groups, blocked, drops, with(delays, link, nanos, nanos > 0), drop);
    }

    Faults blocking(Link link) {
        Set<Link> more = new HashSet<>(blocked);
        more.add(link);
        return new Faults(groups, more, drops, delays, drop);
    }

    /** Without what is wrong with one link. */
    Faults healed(Link link) {
        Set<Link> less = new HashSet<>(blocked);
        less.remove(link);
        return new Faults(groups, less, drops, delays, drop).dropping(link, 0).delaying(link, 0);
    }

    private static <V> Map<Link, V> with(Map<Link, V> map, Link link, V value, boolean present) {
        Map<Link, V> changed = new HashMap<>(map);
        if (present) {
            changed.put(link, value);
        } else {
            changed.remove(link);
        }
        return changed;
    }
}
