package io.memdi.machine;

import io.memdi.Revision;
import io.memdi.Role;
import io.memdi.store.Seed;
import io.memdi.transport.Configuration;
import io.memdi.transport.Entry;
import io.memdi.transport.Envelope;
import io.memdi.transport.HealMessage.HealOpened;
import io.memdi.transport.StoreSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a backup begins, and a cluster that begins with one: which a single server founds alone, under a new cluster id, when an operator
 * wants that. Others join it, and heal. Loop only.
 *
 * <pre>
 *   the backup      3.4120 ... 5.5333         as of its end
 *   the cluster                        |  1048581.5334 members: this server alone  | 1048582.5335 ...
 * </pre>
 *
 * <p>The log goes on where the backup ends, and terms far above: what the cluster of the backup has written since has higher revisions, too,
 * which callers may still hold, and none of them is to come again and stand for something else.
 *
 * <p>With a directory, nothing there tells of the new cluster until a snapshot of the whole state has taken its place: a server that is
 * started again before that holds nothing, and founds nothing.
 */
public final class Seeding {
    /** How far the terms of a cluster are above those of the backup that it begins with. */
    static final long TERMS_APART = 1 << 20;

    private final Core core;
    private final Bootstrap bootstrap;

    Seeding(Core core, Bootstrap bootstrap) {
        this.core = core;
        this.bootstrap = bootstrap;
    }

    /** Whether all that is committed here is whole, and may be shown: only then a backup of it is worth something. */
    public boolean isWhole() {
        return core.open && !core.heals && !core.positions.isHidden() && core.role != Role.STOPPED;
    }

    /** All that is committed here, but the keys; and without sessions, whose owners belong to this cluster. */
    public Image image() {
        return Image.of(core, List.of());
    }

    /** Why no cluster can be founded here, as this server is now; null if one can. */
    public @Nullable Refusal objection() {
        return core.role == Role.STOPPED
                ? Refusal.forGood("this node has stopped")
                : bootstrap.joining().objectsToFoundingAlone();
    }

    /** Founds a cluster of this server alone that begins with a backup; returns why not, or null if it was founded. */
    public @Nullable Refusal found(Seed seed) {
        StoreSpec opened = core.state.openedOf(seed);
        if (opened != null) {
            return Refusal.forGood(
                    "store \"" + opened.name()
                            + "\" was opened on this node before: start the node again, and open its stores once it is restored");
        }
        if (seed.position().term() > Envelope.MAX_TERM - 2 * TERMS_APART) {
            return Refusal.forGood(
                    "no terms are left above the revisions of the backup, which go up to " + seed.position());
        }
        Refusal refusal = objection();
        if (refusal == null) {
            begin(seed);
        }
        return refusal;
    }

    private void begin(Seed seed) {
        Configuration alone = Configuration.founding(List.of(core.self)).withoutList();
        Revision position = seed.position();
        Image image =
                new Image(new HealOpened(0, position, true, position, alone, List.of(), 1), seed.stores(), List.of());
        core.state.adopt(seed);
        bootstrap.enter(bootstrap.newCluster());
        core.restore(image);
        if (core.disk != null) {
            core.disk.beginAnew(image);
        }
        core.term = position.term() + TERMS_APART;
        core.append(new Entry.Configured(core.term, core.log.lastIndex() + 1, alone));
        if (core.disk == null) {
            core.commitNext();
        }
        core.effects.note("founds cluster " + core.cluster + " alone, with a backup as of " + position);
    }
}
