package io.memdi.storage;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A directory of the operating system. */
public final class FileDisk implements Disk {
    static final String LOCK = "memdi.lock";

    /**
     * What this process has locked. Asked before the file is opened: for where locks belong to a process, as on Linux, whoever closes the
     * same file a second time gives the lock away.
     */
    private static final Set<Path> TAKEN = ConcurrentHashMap.newKeySet();

    /** What is locked in this process without {@link #TAKEN} knowing of it, which closing would give away likewise. */
    private static final Map<Object, FileChannel> HELD_BY_OTHERS = new ConcurrentHashMap<>();

    private final Path directory;
    private @Nullable FileChannel lock;
    private @Nullable Path locked;

    private FileDisk(Path directory) {
        this.directory = directory;
    }

    /**
     * A directory that is made where it does not exist.
     *
     * @param directory its path
     * @return the disk
     * @throws IOException if it cannot be made
     */
    public static FileDisk openOrCreate(Path directory) throws IOException {
        Path path = directory.toAbsolutePath().normalize();
        try {
            make(path);
            Path parent = path.getParent();
            if (parent != null && Files.isReadable(parent) && !Files.exists(path.resolve(Identity.NAME))) {
                // Whoever has made it may have done so a moment ago, and whatever is synced in it would be lost with
                // it.
                syncDirectory(parent);
            }
        } catch (IOException e) {
            throw failed("make", path, e);
        }
        return new FileDisk(path);
    }

    /**
     * A directory that exists.
     *
     * @param directory its path
     * @return the disk
     * @throws IOException if it is no directory
     */
    public static FileDisk openExisting(Path directory) throws IOException {
        Path path = directory.toAbsolutePath().normalize();
        if (!Files.isDirectory(path)) {
            throw new IOException(path + " is no directory");
        }
        return new FileDisk(path);
    }

    /**
     * Whether a path is that of a directory, or lies in it, whatever names lead there.
     *
     * @param directory may not exist
     * @param path may not exist
     * @return whether it is so
     */
    public static boolean holds(Path directory, Path path) {
        return real(path).startsWith(real(directory));
    }

    /** Without links, as far as it exists. */
    private static Path real(Path path) {
        Path absolute = path.toAbsolutePath().normalize();
        for (Path there = absolute; there != null; there = there.getParent()) {
            try {
                return there.toRealPath().resolve(there.relativize(absolute)).normalize();
            } catch (IOException e) {
                // It does not exist, or cannot be looked into: then what it is in is what can be told.
            }
        }
        return absolute;
    }

    private static void make(Path path) throws IOException {
        Path parent = path.getParent();
        if (Files.isDirectory(path) || parent == null) {
            return;
        }
        make(parent);
        Files.createDirectory(path);
        syncDirectory(parent);
    }

    @Override
    public List<String> list() throws IOException {
        try (Stream<Path> paths = Files.list(directory)) {
            return paths.map(path -> path.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw failed("list", directory, e);
        }
    }

    @Override
    public long freeBytes() {
        return directory.toFile().getUsableSpace();
    }

    @Override
    public DiskFile create(String name) throws IOException {
        return open(
                name,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
    }

    @Override
    public DiskFile open(String name) throws IOException {
        return open(name, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    @Override
    public DiskFile openToRead(String name) throws IOException {
        return open(name, StandardOpenOption.READ);
    }

    private OpenFile open(String name, OpenOption... options) throws IOException {
        Path path = directory.resolve(name);
        try {
            return new OpenFile(path, FileChannel.open(path, options));
        } catch (IOException e) {
            throw failed("open", path, e);
        }
    }

    @Override
    public void rename(String from, String to) throws IOException {
        try {
            Files.move(
                    directory.resolve(from),
                    directory.resolve(to),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw failed("rename " + from + " to", directory.resolve(to), e);
        }
    }

    @Override
    public void moveInto(String name, String into) throws IOException {
        Path target = directory.resolve(into);
        try {
            make(target);
            Files.move(directory.resolve(name), target.resolve(name), StandardCopyOption.ATOMIC_MOVE);
            syncDirectory(target);
            syncDirectory(directory);
        } catch (IOException e) {
            throw failed("move " + name + " into", target, e);
        }
    }

    @Override
    public void delete(String name) throws IOException {
        try {
            Files.deleteIfExists(directory.resolve(name));
        } catch (IOException e) {
            throw failed("remove", directory.resolve(name), e);
        }
    }

    @Override
    public void syncDirectory() throws IOException {
        try {
            syncDirectory(directory);
        } catch (IOException e) {
            throw failed("sync", directory, e);
        }
    }

    /** Where a directory cannot be opened, as on Windows, the file system syncs what is done in it by itself. */
    private static void syncDirectory(Path path) throws IOException {
        if (File.separatorChar != '\\') {
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    @Override
    public void lock() throws IOException {
        if (!tryLock(StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            throw new IOException(directory + " is in use by another process, or by another node of this one;"
                    + " stop that one, or use another directory");
        }
    }

    /** Whether nobody has it. Takes it then, if it was ever locked; changes nothing else. */
    boolean isFree() throws IOException {
        return !Files.exists(directory.resolve(LOCK)) || tryLock(StandardOpenOption.WRITE);
    }

    private boolean tryLock(OpenOption... options) throws IOException {
        Path path = directory.toRealPath().resolve(LOCK);
        if (!TAKEN.add(path)) {
            return false;
        }
        FileChannel channel = null;
        try {
            channel = HELD_BY_OTHERS.remove(key(path));
            channel = channel == null ? FileChannel.open(path, options) : channel;
            if (channel.tryLock() != null) {
                lock = channel;
                locked = path;
                return true;
            }
        } catch (OverlappingFileLockException e) {
            // This process has it by another class loader, which is told as if another process had.
            HELD_BY_OTHERS.put(key(path), Objects.requireNonNull(channel));
            channel = null;
        } catch (IOException e) {
            throw failed("lock", path, e);
        } finally {
            if (lock == null) {
                TAKEN.remove(path);
                if (channel != null) {
                    channel.close();
                }
            }
        }
        return false;
    }

    /** What tells the file from another one that came to that path. */
    private static Object key(Path path) throws IOException {
        Object key = Files.exists(path)
                ? Files.readAttributes(path, BasicFileAttributes.class).fileKey()
                : null;
        return key == null ? path : key;
    }

    @Override
    public String path(String name) {
        return directory.resolve(name).toString();
    }

    @Override
    public void close() throws IOException {
        FileChannel channel = lock;
        lock = null;
        if (channel != null && locked != null) {
            try {
                channel.close();
            } finally {
                TAKEN.remove(locked);
            }
        }
    }

    private static IOException failed(String what, Path path, IOException cause) {
        return new IOException("cannot " + what + " " + path + ": " + reason(cause), cause);
    }

    /** In words: the JDK tells of some failures by the name of the exception alone. */
    private static String reason(IOException cause) {
        if (cause instanceof NoSuchFileException) {
            return "there is no such file or directory";
        } else if (cause instanceof FileAlreadyExistsException || cause instanceof NotDirectoryException) {
            return "a file of that name is in the way, where a directory is wanted";
        } else if (cause instanceof AccessDeniedException) {
            return "permission denied";
        } else if (cause instanceof FileSystemException e && e.getReason() != null) {
            return e.getReason();
        }
        return cause instanceof FileSystemException || cause.getMessage() == null
                ? cause.getClass().getSimpleName()
                : cause.getMessage();
    }

    private static final class OpenFile implements DiskFile {
        /** How much the JDK copies at once, outside the heap, where a buffer is an array. */
        private static final int AT_ONCE = 1 << 20;

        private final Path path;
        private final FileChannel channel;

        OpenFile(Path path, FileChannel channel) {
            this.path = path;
            this.channel = channel;
        }

        @Override
        public long size() throws IOException {
            try {
                return channel.size();
            } catch (IOException e) {
                throw failed("tell the size of", path, e);
            }
        }

        @Override
        public void read(long position, ByteBuffer to) throws IOException {
            try {
                long at = position;
                int end = to.limit();
                int count = 0;
                while (count >= 0 && to.position() < end) {
                    to.limit(Math.min(end, to.position() + AT_ONCE));
                    count = channel.read(to, at);
                    at += count;
                    to.limit(end);
                }
            } catch (IOException e) {
                throw failed("read", path, e);
            }
        }

        @Override
        public void write(long position, ByteBuffer from) throws IOException {
            try {
                long at = position;
                int end = from.limit();
                while (from.position() < end) {
                    from.limit(Math.min(end, from.position() + AT_ONCE));
                    at += channel.write(from, at);
                    from.limit(end);
                }
            } catch (IOException e) {
                throw failed("write to", path, e);
            }
        }

        @Override
        public void sync() throws IOException {
            try {
                channel.force(false);
            } catch (IOException e) {
                throw failed("sync", path, e);
            }
        }

        @Override
        public void close() throws IOException {
            try {
                channel.close();
            } catch (IOException e) {
                throw failed("close", path, e);
            }
        }
    }
}
