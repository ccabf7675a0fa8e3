package io.memdi.machine;

import io.memdi.Incarnation;
import io.memdi.transport.Member;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The clients that this node has heard of late, and so can answer. Bounded: where there are too many, who was silent longest is
 * forgotten, and hails again if it is still there.
 */
final class KnownClients {
    /** After so long without a hail, of which there is one each second, a client is not told anything any more. */
    static final long SILENT_NANOS = 10_000_000_000L;

    private final int most;

    /** Who was heard last stands last. */
    private final Map<Incarnation, Known> clients = new LinkedHashMap<>();

    private record Known(Member client, long heardAt) {}

    KnownClients(int most) {
        this.most = most;
    }

    void heard(Member client, long now) {
        clients.remove(client.incarnation());
        if (clients.size() >= most && !clients.isEmpty()) {
            Iterator<Incarnation> silent = clients.keySet().iterator();
            silent.next();
            silent.remove();
        }
        clients.put(client.incarnation(), new Known(client, now));
    }

    void left(Member client) {
        clients.remove(client.incarnation());
    }

    /** Where a client is answered; null if it was not heard for long. */
    @Nullable
    Member get(Incarnation client) {
        Known known = clients.get(client);
        return known == null ? null : known.client();
    }

    /** All of them, those that are silent excepted, who are forgotten. */
    Collection<Member> awake(long now) {
        clients.values().removeIf(known -> now - known.heardAt() > SILENT_NANOS);
        return clients.isEmpty()
                ? List.of()
                : clients.values().stream().map(Known::client).toList();
    }
}
