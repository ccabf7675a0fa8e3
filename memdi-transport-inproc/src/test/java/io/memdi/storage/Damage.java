package io.memdi.storage;

import io.memdi.StorageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * What happens to files at rest: a bit flips, a sector is gone, a file is lost or cut, one is in the place of another or of another directory.
 * Only where that can be noticed: what stands in the last file of a log behind its last header cannot be told from a write that a crash has
 * interrupted, so it stays as it is.
 */
public final class Damage {
    /** The first bit of an identity that is not of its kind and version. */
    private static final long BEHIND_VERSION = 8 * 16;

    private final SimDisk disk;
    private final SplittableRandom random;

    /**
     * Of a disk that nobody uses.
     *
     * @param disk what is damaged
     * @param random what is drawn from
     */
    public Damage(SimDisk disk, SplittableRandom random) {
        this.disk = disk;
        this.random = random;
    }

    /**
     * Damages one file.
     *
     * @param others the disks of others, whose files may get here
     * @return whether anything is otherwise now
     */
    public boolean strike(List<SimDisk> others) {
        // What was set aside before is of no use to anybody.
        List<String> names =
                disk.names().stream().filter(name -> !name.contains("/")).toList();
        if (names.isEmpty()) {
            return false;
        }
        String last = lastLog();
        String name = last.isEmpty() || random.nextBoolean() ? names.get(random.nextInt(names.size())) : last;
        byte[] content = disk.content(name);
        int safe = name.equals(last) ? lastHeader(name, content) : content.length;
        switch (random.nextInt(8)) {
            case 0, 1, 6 -> disk.lose(name);
            case 5 -> disk.put(name, disk.content(names.get(random.nextInt(names.size()))));
            case 2 -> takeFrom(others, name);
            case 3 -> cut(name, content, safe);
            case 4 -> zero(name, content, safe);
            default -> flip(name, safe);
        }
        return !disk.names().contains(name) || !Arrays.equals(content, disk.content(name));
    }

    /**
     * Whether {@link #ruin} can do its work: there is an identity, and room to set more aside.
     *
     * @param disk of a node
     * @return false where a start would be refused, or find nothing
     */
    public static boolean canRuin(SimDisk disk) {
        long aside = disk.names().stream()
                .filter(name -> name.startsWith(Names.DAMAGED))
                .map(name -> name.substring(0, name.indexOf('/')))
                .distinct()
                .count();
        return disk.names().contains(Identity.NAME) && aside < SetAside.MOST;
    }

    /** Damages the file without which nothing else can be read, unless it is damaged already. */
    public void ruin() {
        try {
            Identity.read(disk.mount());
        } catch (StorageException e) {
            // Another flip might mend it.
            return;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        long bits = 8L * disk.content(Identity.NAME).length;
        disk.flip(Identity.NAME, random.nextLong(BEHIND_VERSION, bits));
    }

    private void takeFrom(List<SimDisk> others, String name) {
        SimDisk other = others.isEmpty() ? disk : others.get(random.nextInt(others.size()));
        if (other.names().contains(name)) {
            disk.put(name, other.content(name));
        }
    }

    private void cut(String name, byte[] content, int safe) {
        int size = content.length == 0 ? 0 : random.nextInt(content.length);
        if (safe == content.length || tellsOfMore(name, content, size)) {
            disk.put(name, Arrays.copyOf(content, size));
        }
    }

    /** Whether what is left of the last file of a log says that there was more. */
    private boolean tellsOfMore(String name, byte[] content, int size) {
        byte[] seed = seed(name);
        for (int at = Segment.HEADER; seed != null && at + Group.HEADER <= size; at += 8) {
            Group group = Group.header(content, at, seed);
            if (group != null && group.fileBytes() > size) {
                return true;
            }
        }
        return false;
    }

    private void zero(String name, byte[] content, int safe) {
        int sector = random.nextInt(content.length / SimDisk.SECTOR + 1) * SimDisk.SECTOR;
        int end = Math.min(sector + SimDisk.SECTOR, content.length);
        if (end <= safe) {
            byte[] holed = content.clone();
            Arrays.fill(holed, sector, end, (byte) 0);
            disk.put(name, holed);
        }
    }

    private void flip(String name, int safe) {
        if (safe > 0) {
            disk.flip(name, random.nextLong(8L * safe));
        }
    }

    private String lastLog() {
        List<Long> numbers = Names.segments(disk.names());
        return numbers.isEmpty() ? "" : Names.segment(numbers.get(numbers.size() - 1));
    }

    /** Where the last header stands, before which everything is known to have been synced. */
    private int lastHeader(String name, byte[] content) {
        byte[] seed = seed(name);
        if (seed == null) {
            return 0;
        }
        int at = Math.max(0, (content.length - Group.HEADER) / 8 * 8);
        while (at > 0 && Group.header(content, at, seed) == null) {
            at -= 8;
        }
        return at;
    }

    private byte @Nullable [] seed(String name) {
        try {
            return Identity.read(disk.mount())
                    .seed(Names.segments(List.of(name)).get(0));
        } catch (StorageException e) {
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
