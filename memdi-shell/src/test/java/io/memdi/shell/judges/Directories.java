package io.memdi.shell.judges;

import io.memdi.shell.Processes;
import java.nio.file.Path;
import java.util.List;

/** On loopback, each node with a directory of its own, in which it keeps its data. */
class Directories implements Processes.Where {
    private final Path root;

    Directories(Path root) {
        this.root = root;
    }

    /** Beneath which a node's directory is, and nothing of the others. */
    final Path place(String name) {
        return root.resolve(name);
    }

    final Path directory(String name) {
        return place(name).resolve("data");
    }

    @Override
    public String address(String name) {
        return LOOPBACK.address(name);
    }

    @Override
    public List<String> security(String name) {
        return List.of("--plaintext", "--dir", directory(name).toString());
    }
}
