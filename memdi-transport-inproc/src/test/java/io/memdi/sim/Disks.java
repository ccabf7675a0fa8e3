package io.memdi.sim;

import io.memdi.Codec;
import io.memdi.CorruptStorageException;
import io.memdi.machine.Images;
import io.memdi.node.Journals;
import io.memdi.node.LocalNode;
import io.memdi.storage.Damage;
import io.memdi.storage.Journal;
import io.memdi.storage.SimDisk;
import io.memdi.transport.HealMessage.HealPage;
import io.memdi.transport.StoreSpec;
import io.memdi.wire.StoreCodecs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** The directories of the nodes of one simulated cluster, and what happens to them. */
final class Disks {
    private static final String DAMAGED = " is damaged at offset ";
    static final String ONLY_DAMAGE = "only damage is refused";

    /** How long after a directory was refused its node is started with an empty one. */
    private static final Duration REPLACED = Duration.ofMillis(1);

    /** How long after the writing of a snapshot was interrupted its node is started again. */
    private static final Duration LATER = Duration.ofMillis(300);

    /** How much reaches a disk as a whole, in bytes. */
    private static final int[] SECTORS = {64, 512};

    /** Small ones tear more of what is written. */
    private static final int[] SMALL_SECTORS = {64, 64, 64, 512};

    private final World world;
    private final SplittableRandom random;
    private final Map<String, DiskModel> disks = new HashMap<>();
    private final Map<LocalNode, SimJournal> journals = new HashMap<>();
    private final Map<ByteBuffer, HealPage> pages = SimImages.none();

    /** Who is down, and is to be started again. */
    private final Set<String> toStart = new LinkedHashSet<>();

    private boolean calm;
    private int openings;
    private int snapshots;
    private int damaged;
    private int setAside;

    Disks(World world) {
        this.world = world;
        this.random = new SplittableRandom(world.plan.seed ^ 0x6469736bL);
    }

    /** What the next process of that name finds. */
    DiskModel of(String name) {
        int[] sectors = world.plan.isRicher() ? SMALL_SECTORS : SECTORS;
        return disks.computeIfAbsent(
                name,
                any -> new DiskModel(
                        new SimDisk(random.nextLong(), sectors[random.nextInt(sectors.length)]), world::committed));
    }

    // --- processes ---

    /** What a node is started with; it {@linkplain #started has started} or {@linkplain #refused not}. */
    final class Opening implements Journals {
        private final String name;
        private @Nullable SimJournal journal;

        Opening(String name) {
            this.name = name;
        }

        @Override
        public Journal open(StoreCodecs codecs) {
            for (Codec<String> values : Plan.allValues()) {
                codecs.open(new StoreSpec(World.STORE, "string", values.name()), Codec.string(), values);
            }
            SimJournal opened = new SimJournal(world, name, of(name), codecs, random.split());
            journal = opened;
            return opened;
        }

        @Override
        public long snapshotAfterBytes() {
            return world.plan.disks.snapshotAfterBytes();
        }

        @Override
        public Images images(StoreCodecs codecs) {
            return new SimImages(Journals.super.images(codecs), pages);
        }

        void started(LocalNode node) {
            openings++;
            journals.put(node, journal);
        }
    }

    /** What is in a directory cannot be used: from now on it counts as empty, and may be set aside once its node was taken in. */
    DiskModel unreadable(String name, CorruptStorageException why) {
        DiskModel before = of(name);
        Violation.unless(before.isDamaged(), ONLY_DAMAGE, "%s: %s", name, why);
        Violation.unless(
                why.getMessage().contains(why.file() + DAMAGED + why.offset()),
                "a refusal names the place",
                "%s: %s",
                name,
                why);
        damaged++;
        DiskModel now = new DiskModel(before.bytes, world::committed);
        now.damaged();
        disks.put(name, now);
        return now;
    }

    /** What was damaged is out of the way. */
    void wasSetAside() {
        setAside++;
    }

    /** Whether a node that has stopped by itself had to, because of what its directory has. */
    boolean explains(String name, String reason) {
        DiskModel disk = disks.get(name);
        return disk != null
                && ((disk.isDamaged() && reason.contains(DAMAGED))
                        || (disk.isCopy() && reason.contains("directory is a copy, or from before")));
    }

    /**
     * A process of that name did not come up: as it has to, or for a reason that passes. A damaged directory is replaced where there is nobody
     * to heal from, or too much was set aside; so is one that seems to be of another version.
     */
    void refused(String name, Throwable why) {
        DiskModel disk = of(name);
        boolean foreign = String.valueOf(why.getMessage()).contains("is of version");
        if (foreign || why.getCause() instanceof CorruptStorageException) {
            Violation.unless(disk.isDamaged(), ONLY_DAMAGE, "%s: %s", name, why);
            wipe(name);
            startLater(name, REPLACED);
        } else if (!(why instanceof SimDisk.Crash)) {
            Violation.unless(why.getCause() instanceof IOException, ONLY_DAMAGE, "%s: %s", name, why);
            disk.bytes.calm(); // somebody has made room
        }
    }

    /** A node is gone; returns whether its disk had failed. */
    boolean gone(LocalNode node) {
        SimJournal journal = journals.remove(node);
        if (journal != null) {
            journal.crash();
        }
        return journal != null && journal.hasFailed();
    }

    /** The next process of that name finds an empty directory. */
    void wipe(String name) {
        DiskModel before = disks.remove(name);
        if (before != null) {
            before.bytes.calm();
        }
    }

    /** A snapshot has taken its place. */
    void snapshotTaken() {
        snapshots++;
    }

    /** What became of all of them. */
    Swarm.Stored stored() {
        return new Swarm.Stored(world.plan.durable, openings, snapshots, damaged, setAside);
    }

    // --- trouble ---

    /** Whether a node that is down may lose its directory within the fault budget: the others are a majority, down or not. */
    boolean mayWipe(String name) {
        return world.isOpen()
                && world.inForce().stream()
                        .allMatch(configuration -> configuration.agrees(voter -> {
                            View view = world.checker.views().get(voter);
                            return view != null
                                    && !view.name.equals(name)
                                    && view.disk == disks.get(view.name)
                                    && (view.disk == null || !view.disk.isDamaged());
                        }));
    }

    /** Something on the disk of a node that is down is not what was written there. */
    void damage(String name) {
        DiskModel disk = of(name);
        if (disk.isDamaged()) {
            // Else the next damage might mend the first.
            return;
        }
        // What is not synced is gone first, so that what is found stays as it is.
        disk.bytes.losePower();
        List<SimDisk> others = new ArrayList<>();
        disks.forEach((other, its) -> {
            if (!other.equals(name)) {
                others.add(its.bytes);
            }
        });
        if (new Damage(disk.bytes, random).strike(others)) {
            disk.damaged();
        }
    }

    /** A node that is down loses what is not synced; whether {@link #ruin} can do its work on what is left. */
    boolean losesPowerAndCanBeRuined(String name) {
        DiskModel disk = disks.get(name);
        if (disk == null) {
            return false;
        }
        disk.bytes.losePower();
        return Damage.canRuin(disk.bytes);
    }

    /** What is on the disk of a node that is down is damaged, and cannot be used in any case. */
    void ruin(String name) {
        DiskModel disk = of(name);
        // Also where something is broken already: that may be what nobody misses.
        new Damage(disk.bytes, random).ruin();
        disk.damaged();
    }

    /** The next process of that name finds another directory. */
    void put(String name, DiskModel disk) {
        disk.takesThePlaceOf(of(name));
        disks.put(name, disk);
    }

    /** A copy of the directory of a node. */
    DiskModel copy(String name) {
        return of(name).copy(random.nextLong());
    }

    /** Whether a node may stop at any moment because of its disk. */
    boolean isInTrouble(String name) {
        DiskModel disk = disks.get(name);
        return disk != null && disk.bytes.isInTrouble();
    }

    /** The process of that name dies between two operations on files, or within one, some time soon. */
    void crashSoon(String name, int most) {
        SimDisk bytes = of(name).bytes;
        bytes.crashAt(bytes.operations() + 1 + random.nextInt(most));
    }

    /** A snapshot is about to take its place: a moment at which much depends on the order of what is done. */
    void finishing(String name) {
        if (!calm && random.nextInt(3) > 0 && world.mayFail(name)) {
            of(name).bytes.crashAtRename(".snapshot");
            startLater(name, LATER);
        }
    }

    private void startLater(String name, Duration when) {
        toStart.add(name);
        world.network.after(when, () -> startAgain(name));
    }

    private void startAgain(String name) {
        if (toStart.remove(name) && world.node(name) == null) {
            world.start(name);
        }
    }

    /** An operation fails some time soon: a write, a sync, whatever it is. */
    void failSoon(String name, int most) {
        SimDisk bytes = of(name).bytes;
        bytes.failAt(bytes.operations() + 1 + random.nextInt(most));
    }

    /** The next sync fails, and those that follow return. */
    void failNextSync(String name) {
        of(name).bytes.failNextSync();
    }

    /** There is hardly any room left. */
    void fillUp(String name, int most) {
        SimDisk bytes = of(name).bytes;
        bytes.capacity(bytes.size() + random.nextInt(most));
    }

    /** From now on no sync takes longer than usual, and nothing fails. Whoever is to be started again is: what is demanded depends on who is there. */
    void calm() {
        calm = true;
        disks.values().forEach(disk -> disk.bytes.calm());
        List.copyOf(toStart).forEach(this::startAgain);
    }

    boolean areCalm() {
        return calm;
    }
}
