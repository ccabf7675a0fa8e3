package io.memdi.storage;

import io.memdi.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** What there is to say of a path that is neither a node's directory nor a backup: what is there, and what may have been meant. */
final class Misplaced {
    /** How many names are told. */
    private static final int NAMED = 5;

    /** How many things in a directory are looked at more closely. */
    private static final int LOOKED_AT = 1000;

    /** What a new file system begins with. */
    private static final String LOST_AND_FOUND = "lost+found";

    private Misplaced() {}

    /** Says what a file is, unless it is a backup; returns whether it is one. */
    static boolean tellUnlessBackup(Path file, Consumer<Finding> out) {
        Path path = file.toAbsolutePath().normalize();
        FileKind kind;
        try {
            kind = FileKind.of(path);
        } catch (IOException e) {
            throw new StorageException("cannot read " + path + ": " + e, e);
        }
        if (kind == FileKind.OF_NODE) {
            out.accept(
                    Finding.of("no backup", path + " is a file of a node: inspect its directory, " + path.getParent()));
        } else if (kind == FileKind.OTHER) {
            out.accept(Finding.of("no backup", path + " does not begin as one, nor as any other file of memdi"));
        }
        return kind == FileKind.BACKUP;
    }

    /** Whether a directory, in which no node has kept anything, has files of others. */
    static boolean isDirectory(List<String> names) {
        return !names.contains(Identity.NAME) && !others(names).isEmpty();
    }

    private static List<String> others(List<String> names) {
        return names.stream().filter(name -> !isOwn(name)).toList();
    }

    /** Whether a node may have left it, or whoever has made the file system, where nothing was kept yet. */
    private static boolean isOwn(String name) {
        String whole =
                name.endsWith(Names.TEMPORARY) ? name.substring(0, name.length() - Names.TEMPORARY.length()) : name;
        return whole.equals(Identity.NAME)
                || Names.isNumbered(whole)
                || name.equals(FileDisk.LOCK)
                || name.startsWith(Names.DAMAGED)
                || name.equals(LOST_AND_FOUND);
    }

    /** Says what is in such a directory. */
    static void tellOfDirectory(Disk disk, Consumer<Finding> out) throws IOException {
        List<String> others = others(disk.list());
        int more = others.size() - NAMED;
        out.accept(Finding.of(
                "not one",
                "this is no directory of a node: there are other things here, "
                        + String.join(", ", others.subList(0, Math.min(NAMED, others.size())))
                        + (more > 0 ? " and " + more + " more" : "")));
        List<Path> paths = others.stream()
                .limit(LOOKED_AT)
                .map(name -> Path.of(disk.path(name)))
                .toList();
        name(paths, path -> Files.isRegularFile(path.resolve(Identity.NAME)), "a directory of a node", out);
        name(paths, Misplaced::isBackup, "a backup", out);
    }

    private static void name(List<Path> paths, Predicate<Path> is, String what, Consumer<Finding> out) {
        List<Path> found = new ArrayList<>();
        for (int i = 0; i < paths.size() && found.size() < NAMED; i++) {
            if (is.test(paths.get(i))) {
                found.add(paths.get(i));
            }
        }
        found.forEach(
                path -> out.accept(Finding.of("look at", path + ", " + what).with("path", path.toString())));
    }

    private static boolean isBackup(Path path) {
        try {
            return Files.isRegularFile(path) && FileKind.of(path) == FileKind.BACKUP;
        } catch (IOException e) {
            return false; // it cannot be read, so that it is nothing to look at
        }
    }
}
