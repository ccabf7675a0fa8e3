package io.memdi;

import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Where a node keeps its data. All members of a cluster do it alike; one that does otherwise is refused. Immutable. */
public final class Storage {
    private static final Storage MEMORY = new Storage(null);

    private final @Nullable Path directory;

    private Storage(@Nullable Path directory) {
        this.directory = directory;
    }

    /**
     * In memory alone, the default: a node that was restarted has forgotten everything, and joins its cluster anew.
     *
     * @return that storage
     */
    public static Storage memory() {
        return MEMORY;
    }

    /**
     * In memory, and in a directory: a node that is restarted there is the member that it was. The directory belongs to one node alone,
     * and is made where it does not exist. It needs a transport that writes bytes, as that over TCP does.
     *
     * @param directory its path, on a disk that keeps what it has synced
     * @return that storage
     * @throws IllegalArgumentException if the path is empty
     */
    public static Storage directory(Path directory) {
        return new Storage(Checks.notEmpty(directory, "directory"));
    }

    /**
     * The directory.
     *
     * @return its path; null if the data is in memory alone
     */
    public @Nullable Path path() {
        return directory;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Storage that && Objects.equals(directory, that.directory);
    }

    @Override
    public int hashCode() {
        return Objects.hashCode(directory);
    }

    @Override
    public String toString() {
        return directory == null ? "memory" : "directory " + directory;
    }
}
