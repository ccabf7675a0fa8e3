package io.memdi.storage;

import io.memdi.CorruptStorageException;
import io.memdi.StorageException;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * Puts what is damaged out of the way, for whoever wants to look into it, and removes nothing.
 *
 * <pre>
 *   damaged-2026-11-27T21-58-24Z/   identity, 0000000012.log, ...
 * </pre>
 *
 * <p>It is a directory within, since the directory itself may be where a file system is mounted, or be all that may be written to. The
 * identity goes first: what is left without it is damaged, too, whatever a crash leaves, and never passes for something whole.
 */
final class SetAside {
    /** Each may be as large as all that a node keeps, so they are few. */
    static final int MOST = 3;

    private SetAside() {}

    /**
     * Refuses where there are as many already as there may be.
     *
     * @throws StorageException then
     */
    static void requireRoom(Disk disk, CorruptStorageException damage) throws IOException {
        List<String> aside = disk.list().stream()
                .filter(name -> name.startsWith(Names.DAMAGED))
                .toList();
        if (aside.size() >= MOST) {
            throw new StorageException(
                    damage.getMessage() + ". " + aside.size() + " damaged states were set aside here before: "
                            + String.join(", ", aside)
                            + ". Find out what damages this disk, move them elsewhere or remove them, then start this node again."
                            + " Nothing was changed",
                    damage);
        }
    }

    /**
     * Moves all files that are of this program, but the lock.
     *
     * @return where they are now
     */
    static String move(Disk disk, Instant now) throws IOException {
        List<String> names = disk.list();
        String base =
                Names.DAMAGED + now.truncatedTo(ChronoUnit.SECONDS).toString().replace(':', '-');
        String into = base;
        for (int i = 2; names.contains(into); i++) {
            into = base + '-' + i;
        }
        for (String name : Names.own(names)) {
            disk.moveInto(name, into);
        }
        return disk.path(into);
    }
}
