package io.memdi.storage;

import io.memdi.CorruptStorageException;
import io.memdi.Revision;
import io.memdi.storage.BackupBlock.Kind;
import io.memdi.transport.StoreSpec;
import io.memdi.wire.BackupCodec;
import io.memdi.wire.StoreCodecs;
import io.memdi.wire.WireException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Says what a backup holds, and whether it is sound. Reads all of it, and keeps none. */
final class BackupInspector {
    private final Consumer<Finding> out;
    private final Map<Kind, Integer> counts = new EnumMap<>(Kind.class);
    private final List<BackupCodec.Sum> sums = new ArrayList<>();

    BackupInspector(Consumer<Finding> out) {
        this.out = out;
    }

    /** Whether a cluster can be restored from it. */
    boolean inspect(Path path) {
        try (BackupReader reader = BackupReader.open(path)) {
            for (BackupBlock block = reader.next(); block != null; block = reader.next()) {
                counts.merge(block.kind(), 1, Integer::sum);
                if (block.kind() == Kind.SUMS) {
                    take(reader, block);
                }
            }
            tell(reader);
        } catch (CorruptStorageException e) {
            out.accept(Finding.notSound(e));
            return false;
        }
        out.accept(Finding.of("sound", "a new cluster can begin with it"));
        return true;
    }

    private void take(BackupReader reader, BackupBlock block) {
        try {
            sums.addAll(new BackupCodec(new StoreCodecs()).readSums(block.bytes()));
        } catch (WireException e) {
            throw reader.damaged(block.offset(), String.valueOf(e.getMessage()));
        }
    }

    private void tell(BackupReader reader) {
        Revision end = reader.end();
        int pages = counts.getOrDefault(Kind.PAGE, 0);
        out.accept(Finding.of(
                        "backup",
                        "of cluster " + reader.cluster() + ", " + Inspector.count(reader.size(), "byte") + ", "
                                + Inspector.count(pages, "page"))
                .with("cluster", reader.cluster().toString())
                .with("bytes", reader.size())
                .with("pages", pages));
        long meanwhile = end.index() - reader.start().index();
        out.accept(Finding.of(
                        "position",
                        "as of " + end + "; begun at " + reader.start() + ", with "
                                + Inspector.count(meanwhile, "entry") + " that came meanwhile")
                .with("revision", end.toString())
                .with("begun", reader.start().toString())
                .with("entries", meanwhile));
        if (sums.isEmpty()) {
            out.accept(Finding.of("stores", "none"));
        }
        for (BackupCodec.Sum sum : sums) {
            StoreSpec store = sum.store();
            out.accept(Finding.of(
                            "store",
                            "\"" + store.name() + "\", " + sum.keys() + (sum.keys() == 1 ? " key" : " keys")
                                    + "; codecs \"" + store.keyCodec() + "\" and \"" + store.valueCodec() + "\"")
                    .with("name", store.name())
                    .with("keys", sum.keys())
                    .with("keyCodec", store.keyCodec())
                    .with("valueCodec", store.valueCodec()));
        }
    }
}
