package io.memdi.node;

import io.memdi.machine.Images;
import io.memdi.storage.DiskJournal;
import io.memdi.storage.Journal;
import io.memdi.transport.Transport;
import io.memdi.wire.EncodingTransport;
import io.memdi.wire.StoreCodecs;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Opens the journal of a durable node. */
@FunctionalInterface
public interface Journals {
    /**
     * Opens it. That it is recovered, started and closed is the node's part.
     *
     * @param codecs of the node's stores, by which it writes keys and values
     */
    Journal open(StoreCodecs codecs);

    /** How large the log becomes before a snapshot begins, and at least as large as the last snapshot is: some files of it. */
    default long snapshotAfterBytes() {
        return 192 << 20;
    }

    /** How it keeps snapshots. */
    default Images images(StoreCodecs codecs) {
        return new WireImages(codecs);
    }

    /** Where objects are handed over as they are, a node may hold some of which it does not know how to write them. */
    static void requireBytes(NodeSettings settings, Transport transport) {
        if (settings.storage().path() != null && !(transport instanceof EncodingTransport)) {
            throw new IllegalArgumentException("node \"" + settings.name()
                    + "\" was not started:\n  - storage: a directory needs a transport that writes bytes, as TcpTransport does; this"
                    + " one hands objects over. Use that one, or Storage.memory()");
        }
    }

    /** What the settings of a node say; null for a node on memory. */
    static @Nullable Journals of(NodeSettings settings) {
        Path directory = settings.storage().path();
        return directory == null
                ? null
                : codecs -> DiskJournal.open(directory, codecs, task -> {
                    Thread thread = new Thread(task, "memdi-" + settings.name() + "-disk");
                    thread.setDaemon(true);
                    return thread;
                });
    }
}
