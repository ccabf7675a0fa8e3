package io.memdi.machine;

import io.memdi.Incarnation;
import io.memdi.Revision;
import io.memdi.store.State.Registration;
import io.memdi.transport.Entry;
import io.memdi.transport.HealMessage.HealOpened;
import io.memdi.transport.HealMessage.HealPart;
import io.memdi.transport.SessionState;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a leader lets those go on whom it cannot help with its log: its stores and sessions as of one position, cut into parts that are as
 * large as a batch. All who begin to heal at about the same time get the same one.
 *
 * <p>Sessions change with every write, and cannot be asked for as of a moment that has passed. So this is held, while somebody asks for its
 * parts; one at a time, which bounds it.
 */
final class Opening {
    /** Term, index, number, and three lengths. */
    private static final int STORE_BYTES = 40;

    /** A character in UTF-8, at most. */
    private static final int CHARACTER_BYTES = 3;

    /** Owner, two numbers, and how many outcomes. */
    private static final int SESSION_BYTES = 48;

    /** Numbers that take ten bytes at most, each. */
    private static final int OUTCOME_BYTES = 10 * SessionState.STRIDE;

    private final HealOpened message;
    private final List<HealPart> parts;
    private final Set<Incarnation> told = new HashSet<>();

    /** When somebody was last told of it, or asked for a part. */
    private long usedAt;

    /** What is committed now. */
    Opening(long number, Core core) {
        List<Entry.StoreCreated> stores =
                core.state.committedRegistry().stream().map(Registration::entry).toList();
        parts = new Cutter(number, core.settings.batchBytes())
                .cut(stores, core.state.sessions().states());
        message = new HealOpened(
                number,
                core.committedPosition(),
                core.open,
                core.configurations.committedPosition(),
                core.committedConfiguration(),
                core.configurations.left(),
                parts.size());
    }

    HealOpened message() {
        return message;
    }

    Revision position() {
        return message.position();
    }

    /** Whether somebody is told of it for the first time. */
    boolean tell(Incarnation follower, long now) {
        usedAt = now;
        return told.add(follower);
    }

    /** A part; null if it has none of that number. */
    @Nullable
    HealPart part(int number, long now) {
        usedAt = now;
        return number < 0 || number >= parts.size() ? null : parts.get(number);
    }

    /** Whether nobody has asked for it for so long. */
    boolean isIdle(long now, long nanos) {
        return now - usedAt > nanos;
    }

    /** Fills one part after the other. */
    private static final class Cutter {
        private final long number;
        private final long maxBytes;
        private final List<HealPart> parts = new ArrayList<>();
        private final List<Entry.StoreCreated> stores = new ArrayList<>();
        private final List<SessionState> sessions = new ArrayList<>();
        private long bytes;

        Cutter(long number, long maxBytes) {
            this.number = number;
            this.maxBytes = maxBytes;
        }

        List<HealPart> cut(List<Entry.StoreCreated> allStores, List<SessionState> allSessions) {
            for (Entry.StoreCreated store : allStores) {
                makeRoom(size(store));
                stores.add(store);
            }
            for (SessionState session : allSessions) {
                add(session);
            }
            end();
            return List.copyOf(parts);
        }

        private static int size(Entry.StoreCreated store) {
            int characters = store.spec().name().length()
                    + store.spec().keyCodec().length()
                    + store.spec().valueCodec().length();
            return STORE_BYTES + CHARACTER_BYTES * characters;
        }

        /** A session with many outcomes goes into several parts. */
        private void add(SessionState session) {
            int from = 0;
            do {
                makeRoom(SESSION_BYTES + OUTCOME_BYTES);
                long room = Math.max(0, maxBytes - bytes) / OUTCOME_BYTES;
                int end = (int) Math.min(session.size(), from + 1 + room);
                sessions.add(session.part(from, end));
                bytes += (long) OUTCOME_BYTES * (end - from - 1);
                from = end;
            } while (from < session.size());
        }

        private void makeRoom(int more) {
            if (bytes > 0 && bytes + more > maxBytes) {
                end();
            }
            bytes += more;
        }

        private void end() {
            if (bytes > 0) {
                parts.add(new HealPart(number, parts.size(), stores, sessions));
            }
            stores.clear();
            sessions.clear();
            bytes = 0;
        }
    }
}
