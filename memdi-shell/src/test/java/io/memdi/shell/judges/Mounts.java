package io.memdi.shell.judges;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A file system for each node: one that can be filled up, or one that can lose its power. Needs root on Linux; a test is skipped where that
 * is not given.
 *
 * <p>All paths tell the process that made them, so that what a killed run left behind is found, and swept away by the next.
 */
final class Mounts extends Directories implements AutoCloseable {
    private static final String ROOT = "memdi-judged-";
    private static final Pattern MOUNTED = Pattern.compile("\\S+ (\\S*/" + ROOT + "(\\d+)-\\S*) .*");

    /** So large that any tool makes a file system of it; the file has holes. */
    private static final String IMAGE_BYTES = "536870912";

    /** How long a process that was killed may keep its file system busy. */
    private static final Duration BUSY = Duration.ofSeconds(20);

    /** What could be done once, so that a refusal is no reason to skip a test any more. */
    private static final List<String> ABLE = new ArrayList<>();

    private final Path root;

    /** The commands that mount them, by names. */
    private final Map<String, String[]> commands = new HashMap<>();

    private final Deque<String> mounted = new ArrayDeque<>();

    private Mounts(Path root) {
        super(root);
        this.root = root;
    }

    @FunctionalInterface
    private interface Maker {
        void make(Mounts mounts) throws IOException, InterruptedException, Os.Refused;
    }

    /** File systems in memory, of that size; they can be {@linkplain #resize resized}. */
    static Mounts inMemory(long bytes, String... names) throws IOException, InterruptedException {
        return made("mounts", "root on Linux, with mount", mounts -> {
            for (String name : names) {
                String place = mounts.place(name).toString();
                mounts.commands.put(
                        name, new String[] {"mount", "-t", "tmpfs", "-o", "size=" + bytes, "memdi-" + name, place});
                mounts.mount(name);
            }
        });
    }

    /** File systems of that kind in files; they can {@linkplain #losePower lose their power}. */
    static Mounts inImages(String kind, String... names) throws IOException, InterruptedException {
        return made(
                "power-" + kind,
                "root on Linux, with mkfs." + kind + ", loop devices and xfs_io (xfsprogs)",
                mounts -> {
                    Os.run("", "xfs_io", "-V");
                    for (String name : names) {
                        String image = mounts.root.resolve(name + ".image").toString();
                        Os.run("", "truncate", "-s", IMAGE_BYTES, image);
                        Os.run("", "mkfs." + kind, "-q", image);
                        mounts.commands.put(name, new String[] {
                            "mount", "-o", "loop", image, mounts.place(name).toString()
                        });
                        mounts.mount(name);
                    }
                    mounts.tryToLosePower(names[0]);
                });
    }

    private static Mounts made(String what, String needs, Maker maker) throws IOException, InterruptedException {
        sweep();
        Mounts mounts = new Mounts(
                Files.createTempDirectory(ROOT + ProcessHandle.current().pid() + "-"));
        boolean whole = false;
        try {
            maker.make(mounts);
            whole = true;
            ABLE.add(needs);
        } catch (Os.Refused e) {
            assertThat(ABLE).as("what could be done before: %s", e.getMessage()).doesNotContain(needs);
            Os.skip(what, needs, e);
        } finally {
            if (!whole) {
                mounts.close();
            }
        }
        return mounts;
    }

    private void mount(String name) throws IOException, InterruptedException, Os.Refused {
        Files.createDirectories(place(name));
        Os.run("", commands.get(name));
        mounted.push(name);
    }

    private void unmount(String name) throws IOException, InterruptedException, Os.Refused {
        long end = System.nanoTime() + BUSY.toNanos();
        while (true) {
            try {
                Os.run("", "umount", place(name).toString());
                mounted.remove(name);
                return;
            } catch (Os.Refused e) {
                if (System.nanoTime() - end > 0) {
                    throw e;
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
            }
        }
    }

    /** Leaves that node so much room. */
    void resize(String name, long bytes) throws IOException, InterruptedException, Os.Refused {
        Os.run("", "mount", "-o", "remount,size=" + bytes, place(name).toString());
    }

    /** How much is used of it. */
    long used(String name) throws IOException {
        var store = Files.getFileStore(place(name));
        return store.getTotalSpace() - store.getUnallocatedSpace();
    }

    /**
     * From now on nothing of what is written reaches those disks, nor what was written and not synced; all of them at once, as far as one
     * can. Whoever writes or syncs is told of an error.
     */
    void losePower(List<String> names) throws InterruptedException, IOException {
        List<Process> all = new ArrayList<>();
        for (String name : names) {
            all.add(new ProcessBuilder(
                            "xfs_io", "-x", "-c", "shutdown", place(name).toString())
                    .inheritIO()
                    .start());
        }
        for (Process one : all) {
            assertThat(one.waitFor(BUSY.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(one.exitValue()).isZero();
        }
    }

    /** After the processes on them have ended: what has reached the disks is there again. */
    void powerUp(List<String> names) throws IOException, InterruptedException, Os.Refused {
        for (String name : names) {
            unmount(name);
            mount(name);
        }
    }

    /** Shows that what was synced stays, and what was not is lost, so that there is something to judge. */
    private void tryToLosePower(String name) throws IOException, InterruptedException, Os.Refused {
        Path synced = place(name).resolve("synced");
        Path written = place(name).resolve("written");
        Files.writeString(synced, "synced");
        Os.run("", "sync", synced.toString());
        Os.run("", "sync", place(name).toString());
        Files.writeString(written, "written");
        Os.run("", "xfs_io", "-x", "-c", "shutdown", place(name).toString());
        powerUp(List.of(name));
        if (Files.exists(written) && Files.size(written) > 0) {
            throw new Os.Refused("a file system that is shut down keeps what was not synced");
        }
        assertThat(synced).hasContent("synced");
        Files.deleteIfExists(written);
        Files.delete(synced);
    }

    /** Whatever processes that are gone have left. */
    private static void sweep() throws IOException, InterruptedException {
        Path mounts = Path.of("/proc/mounts");
        for (String line : Files.exists(mounts) ? Files.readAllLines(mounts) : List.<String>of()) {
            Matcher mount = MOUNTED.matcher(line);
            if (mount.matches() && Os.isGone(mount.group(2))) {
                try {
                    Os.run("", "umount", "-l", mount.group(1));
                } catch (Os.Refused e) {
                    System.err.println("is left mounted: " + e.getMessage());
                }
            }
        }
        Path parent = Path.of(System.getProperty("java.io.tmpdir"));
        try (Stream<Path> all = Files.list(parent)) {
            for (Path left : all.toList()) {
                String name = left.getFileName().toString();
                if (name.startsWith(ROOT) && Os.isGone(name.substring(ROOT.length()))) {
                    delete(left);
                }
            }
        }
    }

    private static void delete(Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** After the nodes on them. */
    @Override
    public void close() throws IOException {
        try {
            for (String name : List.copyOf(mounted)) {
                unmount(name);
            }
            delete(root);
        } catch (Os.Refused e) {
            System.err.println("left for the next run to sweep away: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted; the rest is left for the next run to sweep away");
        }
    }
}
