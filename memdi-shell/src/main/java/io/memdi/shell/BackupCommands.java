package io.memdi.shell;

import io.memdi.Revision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/** The commands that write backups, and begin with one. */
final class BackupCommands {
    private BackupCommands() {}

    static List<Command> all() {
        return List.of(
                new Command(
                        Syntax.of("backup", Kind.FILE),
                        "let the node that you are at write a backup to a new file",
                        "backup monday.backup",
                        Scope.LOCAL,
                        BackupCommands::local),
                new Command(
                        Syntax.of("backup", Kind.NAME),
                        "let the one node at the address write a backup to a new file, in its own directory for backups (--backups)",
                        "backup monday.backup",
                        Scope.ONE_NODE,
                        BackupCommands::remote),
                new Command(
                        Syntax.of("restore", Kind.NAME),
                        "let the one node at the address, which was started to join, found a new cluster with a backup from its own"
                                + " directory for backups (--backups)",
                        "restore monday.backup",
                        Scope.ONE_NODE,
                        BackupCommands::restore));
    }

    private static Path path(String text) {
        if (text.isEmpty()) {
            throw new UsageFailure("a file has a name, and not an empty one");
        }
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new PlainFailure("\"" + text + "\" is no path: " + e.getReason(), e);
        }
    }

    private static Answer local(Shell shell, Arguments arguments) {
        Path path = path(arguments.get(0));
        shell.connection().store(null); // which has to be open, for its keys and values to become bytes
        Revision end = shell.connection().cluster().backup(path);
        return written(path + " is written", end).and(size(path));
    }

    private static String size(Path path) {
        try {
            return Times.count(Files.size(path), "byte", "bytes");
        } catch (IOException e) {
            return "its size cannot be told";
        }
    }

    private static Answer remote(Shell shell, Arguments arguments) {
        String name = arguments.get(0);
        RemoteConnection remote = ClientCommands.oneNode(shell, "to the one in whose directory the file is to be");
        Revision end = remote.cluster().backup(path(name));
        return written(name + " is written, in the directory for backups of the node at " + remote.here(), end);
    }

    private static Answer written(String what, Revision end) {
        return Answer.changed("ok, " + what + ": everything up to revision " + end)
                .with("revision", end.toString());
    }

    private static Answer restore(Shell shell, Arguments arguments) {
        String name = arguments.get(0);
        RemoteConnection remote = ClientCommands.oneNode(shell, ClientCommands.WITHOUT_CLUSTER);
        Revision end = remote.cluster().restore(path(name));
        return ClientCommands.founded(remote, "has founded a new cluster with " + name + ", as of revision " + end)
                .with("revision", end.toString());
    }
}
