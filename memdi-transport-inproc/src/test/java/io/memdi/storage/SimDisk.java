package io.memdi.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A disk that fails as disks do, from a seed: with what was written, what is synced, and the directory, each apart.
 *
 * <p>What is written is in a cache. It reaches the disk sector by sector: some of it at any time, in any order, all of it at a sync. At a
 * power loss the cache is gone; of what was not synced, some sectors are on disk and some are not, and of what was made, renamed and removed,
 * some came to last. When only the process is killed, the cache stays.
 *
 * <p>A failed sync is the worst of Linux: the cache shows what was written, the disk does not have it all, and later syncs return.
 */
public final class SimDisk {
    static final int SECTOR = 512;

    private static final long NEVER = Long.MAX_VALUE;

    private final SplittableRandom random;
    private final int sectorBytes;
    private final TreeMap<String, Inode> names = new TreeMap<>();
    private final TreeMap<String, Inode> lastingNames = new TreeMap<>();
    private final List<NameChange> changes = new ArrayList<>();
    private long operations;
    private long crashAt = NEVER;
    private long failAt = NEVER;
    private boolean failsNextSync;
    private String diesAt = "";
    private long capacity = NEVER;
    private boolean down;
    private @Nullable Mount locked;

    /** The process or the machine dies here. No error of the disk: nobody catches it. */
    public static final class Crash extends Error {
        private static final long serialVersionUID = 1;

        Crash(String message) {
            super(message, null, false, false);
        }
    }

    /** One thing done in the directory. */
    private interface NameChange {
        void applyTo(Map<String, Inode> directory);
    }

    private static final class Inode {
        final int sectorBytes;
        byte[] cache = {};
        byte[] disk = {};
        final TreeSet<Integer> dirty = new TreeSet<>();

        /** It was emptied, and the disk may still have what it had. */
        boolean emptied;

        Inode(int sectorBytes) {
            this.sectorBytes = sectorBytes;
        }

        void empty() {
            cache = new byte[0];
            dirty.clear();
            emptied = true;
        }

        void write(long position, byte[] bytes) {
            int end = Math.toIntExact(position + bytes.length);
            if (end > cache.length) {
                cache = Arrays.copyOf(cache, end);
            }
            System.arraycopy(bytes, 0, cache, (int) position, bytes.length);
            for (int sector = (int) position / sectorBytes; sector * sectorBytes < end; sector++) {
                dirty.add(sector);
            }
        }

        void flush(int sector) {
            int from = sector * sectorBytes;
            int to = Math.min(cache.length, from + sectorBytes);
            if (disk.length < to) {
                disk = Arrays.copyOf(disk, to);
            }
            System.arraycopy(cache, from, disk, from, to - from);
        }

        void sync() {
            if (emptied) {
                disk = new byte[0];
                emptied = false;
            }
            dirty.forEach(this::flush);
            dirty.clear();
        }

        void flushSome(SplittableRandom random, double share) {
            if (emptied && random.nextDouble() >= share) {
                return;
            }
            if (emptied) {
                disk = new byte[0];
                emptied = false;
            }
            for (int sector : List.copyOf(dirty)) {
                if (random.nextDouble() < share) {
                    flush(sector);
                    dirty.remove(sector);
                }
            }
        }
    }

    /**
     * An empty disk.
     *
     * @param seed of what a crash leaves
     */
    public SimDisk(long seed) {
        this(seed, SECTOR);
    }

    /**
     * An empty disk.
     *
     * @param seed of what a crash leaves
     * @param sectorBytes how much reaches it as a whole or not at all
     */
    public SimDisk(long seed, int sectorBytes) {
        this.random = new SplittableRandom(seed);
        this.sectorBytes = sectorBytes;
    }

    /**
     * The directory, as a new process sees it.
     *
     * @return to be given to a journal
     */
    public Disk mount() {
        return new Mount();
    }

    /**
     * How many operations were tried that change something.
     *
     * @return since the disk was made
     */
    public long operations() {
        return operations;
    }

    /**
     * An operation that is not done any more, or only in part: {@link Crash} is thrown from then on, until the next restart.
     *
     * @param operation its number, from 1 on
     */
    public void crashAt(long operation) {
        crashAt = operation;
    }

    /**
     * An operation that fails.
     *
     * @param operation its number, from 1 on
     */
    public void failAt(long operation) {
        failAt = operation;
    }

    /**
     * The process dies as a file gets its name: before that, or within the few operations that follow.
     *
     * @param ending of the name
     */
    public void crashAtRename(String ending) {
        diesAt = ending;
    }

    /** The next sync of a file fails, whenever it comes; those that follow do not. */
    public void failNextSync() {
        failsNextSync = true;
    }

    /**
     * How large all files together may be.
     *
     * @param bytes the size
     */
    public void capacity(long bytes) {
        capacity = bytes;
    }

    /**
     * Whether an operation may fail or be the last.
     *
     * @return whether one of the above was asked for
     */
    public boolean isInTrouble() {
        return crashAt != NEVER || failAt != NEVER || failsNextSync || !diesAt.isEmpty() || capacity != NEVER;
    }

    /** Nothing fails any more, and there is room. */
    public void calm() {
        crashAt = NEVER;
        failAt = NEVER;
        failsNextSync = false;
        diesAt = "";
        capacity = NEVER;
    }

    /**
     * How large all files together are.
     *
     * @return in bytes
     */
    public long size() {
        return names.values().stream().mapToLong(inode -> inode.cache.length).sum();
    }

    /** The power fails, and comes back. */
    public void losePower() {
        double share = random.nextInt(4) == 0 ? 0 : random.nextInt(3) == 0 ? 1 : random.nextDouble();
        double changesShare = random.nextInt(3) == 0 ? 0 : random.nextInt(2) == 0 ? 1 : random.nextDouble();
        for (NameChange change : changes) {
            if (random.nextDouble() < changesShare) {
                change.applyTo(lastingNames);
            }
        }
        for (Inode inode : new ArrayList<>(lastingNames.values())) {
            if (random.nextInt(4) == 0 && !inode.dirty.isEmpty() && !inode.emptied) {
                inode.disk = Arrays.copyOf(inode.disk, Math.max(inode.disk.length, inode.cache.length));
            }
            inode.flushSome(random, share);
            inode.dirty.clear();
            inode.emptied = false;
            inode.cache = inode.disk.clone();
        }
        names.clear();
        names.putAll(lastingNames);
        changes.clear();
        restart();
    }

    /** The process is killed, and started again. */
    public void killProcess() {
        restart();
    }

    private void restart() {
        crashAt = NEVER;
        failAt = NEVER;
        failsNextSync = false;
        diesAt = "";
        down = false;
        locked = null;
    }

    /**
     * What files there are.
     *
     * @return their names
     */
    public List<String> names() {
        return List.copyOf(names.keySet());
    }

    /**
     * What a file has.
     *
     * @param name its name
     * @return a copy
     */
    public byte[] content(String name) {
        return inode(name).cache.clone();
    }

    /**
     * Puts a file there, synced, whatever was there.
     *
     * @param name its name
     * @param content what it has
     */
    public void put(String name, byte[] content) {
        Inode inode = new Inode(sectorBytes);
        inode.cache = content.clone();
        inode.disk = content.clone();
        names.put(name, inode);
        lastingNames.put(name, inode);
    }

    /**
     * Loses a file.
     *
     * @param name its name
     */
    public void lose(String name) {
        names.remove(name);
        lastingNames.remove(name);
    }

    /**
     * Flips a bit of a file.
     *
     * @param name its name
     * @param bit which one
     */
    public void flip(String name, long bit) {
        byte[] content = content(name);
        content[(int) (bit / 8)] ^= (byte) (1 << bit % 8);
        put(name, content);
    }

    /**
     * A disk with the same files, all synced.
     *
     * @param seed of what a crash leaves
     * @return another disk
     */
    public SimDisk copy(long seed) {
        SimDisk copy = new SimDisk(seed);
        names.forEach((name, inode) -> copy.put(name, inode.cache));
        return copy;
    }

    private Inode inode(String name) {
        Inode inode = names.get(name);
        if (inode == null) {
            throw new IllegalArgumentException("no file " + name + " among " + names.keySet());
        }
        return inode;
    }

    private void change(NameChange change) {
        change.applyTo(names);
        changes.add(change);
    }

    private final class Mount implements Disk {
        private boolean closed;

        /** Counts; returns whether this one fails. */
        private boolean fails() {
            check();
            operations++;
            if (operations >= crashAt) {
                down = true;
            }
            return operations == failAt;
        }

        private void check() {
            if (down) {
                throw new Crash("at operation " + operations);
            }
            if (closed) {
                throw new IllegalStateException("the disk was closed");
            }
        }

        private void step(String what, String name) throws IOException {
            if (fails()) {
                throw failed(what, name);
            }
            check();
        }

        @Override
        public long freeBytes() {
            return capacity == NEVER ? NEVER : capacity - size();
        }

        private IOException failed(String what, String name) {
            return new IOException("cannot " + what + " " + path(name) + ": Input/output error");
        }

        @Override
        public List<String> list() {
            check();
            return names.keySet().stream()
                    .map(name -> name.contains("/") ? name.substring(0, name.indexOf('/')) : name)
                    .distinct()
                    .toList();
        }

        @Override
        public DiskFile create(String name) throws IOException {
            step("open", name);
            Inode present = names.get(name);
            Inode inode = present == null ? new Inode(sectorBytes) : present;
            inode.empty();
            if (present == null) {
                change(directory -> directory.put(name, inode));
            }
            return new Handle(name, inode, true);
        }

        @Override
        public DiskFile open(String name) throws IOException {
            return handle(name, true);
        }

        @Override
        public DiskFile openToRead(String name) throws IOException {
            return handle(name, false);
        }

        private DiskFile handle(String name, boolean writes) throws IOException {
            check();
            Inode inode = names.get(name);
            if (inode == null) {
                throw new IOException("cannot open " + path(name) + ": No such file or directory");
            }
            return new Handle(name, inode, writes);
        }

        @Override
        public void rename(String from, String to) throws IOException {
            if (!diesAt.isEmpty() && to.endsWith(diesAt)) {
                crashAt = operations + 1 + random.nextInt(4);
            }
            step("rename " + from + " to", to);
            Inode moved = inode(from);
            change(directory -> {
                directory.remove(from, moved);
                directory.put(to, moved);
            });
        }

        @Override
        public void moveInto(String name, String directory) throws IOException {
            rename(name, directory + '/' + name);
            syncDirectory();
        }

        @Override
        public void delete(String name) throws IOException {
            step("remove", name);
            Inode removed = names.get(name);
            change(directory -> directory.remove(name, removed));
        }

        @Override
        public void syncDirectory() throws IOException {
            step("sync", "");
            lastingNames.clear();
            lastingNames.putAll(names);
            changes.clear();
        }

        @Override
        public void lock() throws IOException {
            check();
            if (locked != null) {
                throw new IOException(path("") + " is in use by another process");
            }
            locked = this;
        }

        @Override
        public String path(String name) {
            return "disk/" + name;
        }

        @Override
        public void close() {
            closed = true;
            locked = locked == this ? null : locked;
        }

        private final class Handle implements DiskFile {
            private final String name;
            private final Inode inode;
            private final boolean writes;
            private boolean shut;

            Handle(String name, Inode inode, boolean writes) {
                this.name = name;
                this.inode = inode;
                this.writes = writes;
            }

            private void checkOpen() {
                if (shut) {
                    throw new IllegalStateException(name + " was closed");
                }
            }

            @Override
            public long size() {
                check();
                checkOpen();
                return inode.cache.length;
            }

            @Override
            public void read(long position, ByteBuffer to) {
                check();
                checkOpen();
                int length = (int) Math.max(0, Math.min(to.remaining(), inode.cache.length - position));
                to.put(inode.cache, (int) Math.min(position, inode.cache.length), length);
            }

            @Override
            public void write(long position, ByteBuffer from) throws IOException {
                boolean fails = fails();
                checkOpen();
                if (!writes) {
                    throw new IllegalStateException(name + " was opened to be read");
                }
                byte[] bytes = new byte[from.remaining()];
                from.get(bytes);
                long room =
                        capacity == NEVER ? NEVER : capacity - (SimDisk.this.size() - inode.cache.length) - position;
                if (down || fails || bytes.length > room) {
                    int part = random.nextInt(bytes.length + 1);
                    inode.write(position, Arrays.copyOf(bytes, (int) Math.max(0, Math.min(part, room))));
                    check();
                    throw fails
                            ? failed("write to", name)
                            : new IOException("cannot write to " + path(name) + ": No space left on device");
                }
                inode.write(position, bytes);
                if (random.nextInt(4) == 0) {
                    inode.flushSome(random, random.nextDouble());
                }
            }

            @Override
            public void sync() throws IOException {
                boolean fails = fails() | failsNextSync;
                failsNextSync = false;
                checkOpen();
                if (down || fails) {
                    inode.flushSome(random, random.nextBoolean() ? 0 : random.nextDouble());
                    check();
                    inode.dirty.clear();
                    inode.emptied = false;
                    throw failed("sync", name);
                }
                inode.sync();
            }

            @Override
            public void close() {
                shut = true;
            }
        }
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        names.forEach((name, inode) ->
                text.append(name).append(' ').append(inode.cache.length).append('\n'));
        return text.toString();
    }
}
