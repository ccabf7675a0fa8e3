package io.memdi.storage;

import io.memdi.log.Mistake;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A disk between a journal and the real one that makes a classic mistake of storage code: what the journal asks for is left out, done too
 * early, or told otherwise. To the disk below it looks as if the journal had the mistake.
 */
public final class CarelessDisk implements Disk {
    private final Disk disk;
    private final Mistake planted;

    private CarelessDisk(Disk disk, Mistake planted) {
        this.disk = disk;
        this.planted = planted;
    }

    /**
     * What a journal gets.
     *
     * @param disk the real one
     * @param planted a mistake; null for none
     * @return the same disk, unless the mistake is one of these
     */
    public static Disk of(Disk disk, @Nullable Mistake planted) {
        return planted == null ? disk : new CarelessDisk(disk, planted);
    }

    private static boolean isLog(String name) {
        return name.endsWith(".log");
    }

    private boolean isInPlace(String name) {
        return planted == Mistake.OVERWRITES_IDENTITY && name.equals(Identity.NAME + Names.TEMPORARY);
    }

    @Override
    public List<String> list() throws IOException {
        return disk.list();
    }

    @Override
    public long freeBytes() {
        return disk.freeBytes();
    }

    @Override
    public DiskFile create(String name) throws IOException {
        return new Handle(name, disk.create(isInPlace(name) ? Identity.NAME : name));
    }

    @Override
    public DiskFile open(String name) throws IOException {
        return new Handle(name, disk.open(name));
    }

    @Override
    public DiskFile openToRead(String name) throws IOException {
        return new Handle(name, disk.openToRead(name));
    }

    @Override
    public void rename(String from, String to) throws IOException {
        if (!isInPlace(from)) {
            disk.rename(from, to);
        }
    }

    @Override
    public void moveInto(String name, String directory) throws IOException {
        disk.moveInto(name, directory);
    }

    @Override
    public void delete(String name) throws IOException {
        if (disk.list().contains(name)) {
            disk.delete(name);
        }
    }

    @Override
    public void syncDirectory() throws IOException {
        if (planted != Mistake.FORGETS_DIRECTORY_SYNC) {
            disk.syncDirectory();
        }
    }

    @Override
    public void lock() throws IOException {
        disk.lock();
    }

    @Override
    public String path(String name) {
        return disk.path(name);
    }

    @Override
    public void close() throws IOException {
        disk.close();
    }

    private byte[] seed(String name) throws IOException {
        return Identity.read(disk).seed(Names.segments(List.of(name)).get(0));
    }

    private final class Handle implements DiskFile {
        private final String name;
        private final DiskFile file;

        /** The header that was written last, in a log. */
        private @Nullable Group last;

        Handle(String name, DiskFile file) {
            this.name = name;
            this.file = file;
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public void read(long position, ByteBuffer to) throws IOException {
            int start = to.position();
            file.read(position, to);
            boolean whole = position == 0 && to.hasArray() && to.position() - start > Segment.HEADER;
            if (!isLog(name) || !whole) {
                return;
            }
            if (planted == Mistake.KEEPS_TORN_TAIL) {
                believe(to.array());
            } else if (planted == Mistake.CUTS_WHAT_WAS_PROVEN) {
                cutAtBroken(to.array());
            }
        }

        /** Wherever a header stands, the records behind it are taken as they are. */
        private void believe(byte[] bytes) throws IOException {
            byte[] seed = seed(name);
            for (int at = Segment.HEADER; at <= bytes.length - Group.HEADER; at += 8) {
                Group group = Group.header(bytes, at, seed);
                if (group != null && group.length() <= bytes.length - at - Group.HEADER) {
                    byte[] copy = Arrays.copyOfRange(bytes, at, at + Group.HEADER + group.length());
                    Group.putHeader(copy, seed, group);
                    System.arraycopy(copy, 0, bytes, at, Group.HEADER);
                }
            }
        }

        /** Wherever a group is broken, nothing seems to follow. */
        private void cutAtBroken(byte[] bytes) throws IOException {
            byte[] seed = seed(name);
            long at = Segment.HEADER;
            Group group = Group.header(bytes, (int) at, seed);
            while (group != null && group.isWhole(bytes, seed)) {
                at = group.end();
                group = at > bytes.length ? null : Group.header(bytes, (int) at, seed);
            }
            if (at < bytes.length) {
                Arrays.fill(bytes, (int) at, bytes.length, (byte) 0);
            }
        }

        @Override
        public void write(long position, ByteBuffer from) throws IOException {
            byte[] bytes = new byte[from.remaining()];
            from.get(bytes);
            if (isLog(name)) {
                Group group = Group.header(moved(bytes, position), (int) position, seed(name));
                last = group == null ? last : group;
                if (group != null && group.isLast() && planted == Mistake.LEAVES_FILES_OPEN) {
                    return;
                }
                if (planted == Mistake.TRUSTS_WHAT_IT_READS && isThere(position, bytes)) {
                    return;
                }
            }
            file.write(position, ByteBuffer.wrap(bytes));
        }

        /** The same bytes at the offset that they have in the file. */
        private byte[] moved(byte[] bytes, long position) {
            byte[] moved = new byte[(int) position + Math.min(bytes.length, Group.HEADER)];
            System.arraycopy(bytes, 0, moved, (int) position, moved.length - (int) position);
            return moved;
        }

        private boolean isThere(long position, byte[] bytes) throws IOException {
            byte[] there = new byte[bytes.length];
            file.read(position, ByteBuffer.wrap(there));
            return position + bytes.length <= file.size() && Arrays.equals(there, bytes);
        }

        @Override
        public void sync() throws IOException {
            boolean temporary = name.endsWith(Names.TEMPORARY);
            if (planted == Mistake.RENAMES_BEFORE_SYNC && temporary
                    || planted == Mistake.REPORTS_BEFORE_SYNC && isLog(name)) {
                return;
            }
            if (planted == Mistake.PROVES_BEFORE_SYNC && isLog(name)) {
                prove();
            }
            try {
                file.sync();
            } catch (IOException e) {
                if (planted != Mistake.TRUSTS_SECOND_SYNC) {
                    throw e;
                }
                file.sync();
            }
        }

        private void prove() throws IOException {
            Group group = last;
            if (group != null && !group.isLast()) {
                byte[] header = new byte[Group.HEADER];
                Group.putHeader(
                        header, seed(name), new Group(group.end(), group.opening(), group.committed(), 0, 0, 0, 0));
                file.write(group.end(), ByteBuffer.wrap(header));
            }
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
