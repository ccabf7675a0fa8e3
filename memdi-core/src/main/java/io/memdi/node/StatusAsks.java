package io.memdi.node;

import io.memdi.Status;
import io.memdi.transport.ClientMessage.StatusRequest;
import io.memdi.transport.Contact;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks whatever node lives at an address how it is, again and again until it answers, whichever time that is to. A node answers at once,
 * whether it belongs to a cluster or not. Loop only.
 */
final class StatusAsks {
    private final RemoteClient client;

    /** One number for all times, so that an answer which takes long counts, too; 0 before the first. */
    private long request;

    private long askedAt;

    StatusAsks(RemoteClient client) {
        this.client = client;
    }

    /** What was answered since it was looked last; null if nothing was. Asks again if it is time. */
    @Nullable
    Status ask(List<Contact> nodes) {
        if (client.turns().correspondence().take(request) instanceof Status status) {
            return status;
        }
        long now = client.loop().nanoTime();
        if (request == 0 || now - askedAt >= client.settings().machine().electionMinNanos()) {
            request = client.turns().correspondence().askAgain(request);
            askedAt = now;
            for (Contact node : nodes) {
                client.machine().ask(node, new StatusRequest(request));
            }
        }
        return null;
    }
}
