package io.memdi.client;

import io.memdi.Incarnation;
import io.memdi.transport.ClientMessage.Listed;
import io.memdi.transport.Configuration;
import io.memdi.transport.Contact;
import io.memdi.transport.Member;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The nodes that a client knows of: those that it was given, for good, and the members that it is told of. By address, of which each has
 * one.
 */
final class Acquaintances {
    private final RandomGenerator random;
    private final Map<String, Acquaintance> known = new LinkedHashMap<>();

    /** Who belongs to the cluster, by the newest that was told; null before the first. */
    private @Nullable Listed listed;

    /** Whom queries go to that any node can answer. */
    private @Nullable Acquaintance usual;

    Acquaintances(List<Contact> given, RandomGenerator random) {
        this.random = random;
        given.forEach(contact -> known.put(contact.address(), new Acquaintance(contact, true)));
    }

    Collection<Acquaintance> all() {
        return known.values();
    }

    /** Whom a message of that sender came from; null if it is nobody who is known. */
    @Nullable
    Acquaintance of(Member sender) {
        return known.get(sender.address());
    }

    @Nullable
    Acquaintance of(Incarnation incarnation) {
        for (Acquaintance each : known.values()) {
            if (each.member != null && each.member.incarnation().equals(incarnation)) {
                return each;
            }
        }
        return null;
    }

    /** Where they are, in words. */
    String addresses() {
        return known.values().stream().map(each -> each.contact.address()).collect(Collectors.joining(", "));
    }

    boolean isAnybodyAwake(long now, long silentNanos) {
        return known.values().stream().anyMatch(each -> each.isAwake(now, silentNanos));
    }

    /** Who belongs to the cluster; null as long as no node has told. */
    @Nullable
    Configuration configuration() {
        return listed == null ? null : listed.configuration();
    }

    /**
     * Those belong to the cluster; whoever does not any more is forgotten, unless it was given. A node that lags behind tells of members of
     * before, which is not heeded.
     */
    void learn(@Nullable Listed told) {
        if (told == null || (listed != null && told.position().compareTo(listed.position()) <= 0)) {
            return;
        }
        listed = told;
        List<Member> members = told.configuration().members();
        known.values()
                .removeIf(each -> !each.given
                        && members.stream().noneMatch(member -> member.address().equals(each.contact.address())));
        for (Member member : members) {
            known.computeIfAbsent(
                    member.address(), address -> new Acquaintance(new Contact(member.name(), address), false));
        }
        if (usual != null && !known.containsValue(usual)) {
            usual = null;
        }
    }

    /** The client goes on to another cluster, of which it knows nothing yet. */
    void startOver() {
        listed = null;
    }

    /**
     * Whom to ask what any node can answer: always the same as long as it answers, so that each client keeps to one, and all clients
     * together ask all nodes.
     */
    @Nullable
    Member usual(long now, long silentNanos) {
        Acquaintance present = usual;
        if (present == null || !present.isAwake(now, silentNanos) || present.isSlow(now, silentNanos)) {
            present = choose(now, silentNanos);
            usual = present;
        }
        return present == null ? null : present.member;
    }

    private @Nullable Acquaintance choose(long now, long silentNanos) {
        List<Acquaintance> awake = new ArrayList<>();
        List<Acquaintance> quick = new ArrayList<>();
        for (Acquaintance each : known.values()) {
            if (each.isAwake(now, silentNanos)) {
                awake.add(each);
                if (!each.isSlow(now, silentNanos)) {
                    quick.add(each);
                }
            }
        }
        List<Acquaintance> from = quick.isEmpty() ? awake : quick;
        return from.isEmpty() ? null : from.get(random.nextInt(from.size()));
    }

    /** It has not answered a query in time. */
    void slow(Incarnation incarnation, long now) {
        Acquaintance found = of(incarnation);
        if (found != null) {
            found.slow = true;
            found.slowAt = now;
        }
    }

    /** The connection to a node of that name was lost. */
    void lost(String name) {
        for (Acquaintance each : known.values()) {
            boolean named = each.member != null && each.member.name().equals(name);
            if (named || each.contact.name().equals(name)) {
                each.heard = false;
                each.hailed = false;
            }
        }
    }
}
