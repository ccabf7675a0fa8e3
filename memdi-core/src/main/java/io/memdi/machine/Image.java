package io.memdi.machine;

import io.memdi.transport.Entry;
import io.memdi.transport.HealMessage.HealOpened;
import io.memdi.transport.SessionState;
import java.util.List;

/**
 * All that a server holds at one position of its log but the keys, which are scanned while writes go on: where a snapshot begins.
 *
 * @param opened the position and the members
 * @param stores the stores that are registered there
 * @param sessions what is remembered of them there
 */
public record Image(HealOpened opened, List<Entry.StoreCreated> stores, List<SessionState> sessions) {
    /** Keeps the lists from change. */
    public Image {
        stores = List.copyOf(stores);
        sessions = List.copyOf(sessions);
    }

    /** What is committed now. */
    static Image of(Core core) {
        return of(core, core.state.sessions().states());
    }

    /** The same, with other sessions. */
    static Image of(Core core, List<SessionState> sessions) {
        return new Image(
                new HealOpened(
                        0,
                        core.committedPosition(),
                        core.open,
                        core.configurations.committedPosition(),
                        core.committedConfiguration(),
                        core.configurations.left(),
                        1),
                core.state.committedRegistry().stream()
                        .map(registration -> registration.entry())
                        .toList(),
                sessions);
    }
}
