package io.memdi.sim;

import io.memdi.storage.JournalSettings;
import java.util.SplittableRandom;

/**
 * The disks of a run.
 *
 * @param durable whether all nodes keep their data in directories
 * @param syncNanos how long a sync takes, about
 * @param slowSyncs the share of those that take as long as an election or longer
 * @param journal how large its files are: small, so that a run has many
 * @param worksAhead whether the next file of a log is made while the last one is still written
 * @param snapshotAfterBytes after how much log a node writes a snapshot
 * @param wear in how many rounds one disk after another is worn out; 0 for none
 */
record DiskPlan(
        boolean durable,
        long syncNanos,
        double slowSyncs,
        JournalSettings journal,
        boolean worksAhead,
        long snapshotAfterBytes,
        int wear) {

    static DiskPlan of(long seed) {
        boolean rich = seed >= Plan.RICHER;
        SplittableRandom random = new SplittableRandom(seed ^ 0x6469736b73L);
        boolean durable = seed >= Plan.DURABLE && random.nextInt(100) < (rich ? 55 : 35);
        long syncNanos = new long[] {50_000, 500_000, 5_000_000, 20_000_000}[random.nextInt(4)];
        int snapshots = random.nextInt(4);
        double slowSyncs = random.nextInt(100) < 30 ? 0.03 * random.nextDouble() : 0;
        JournalSettings journal = new JournalSettings(
                new int[] {1_500, 4_000, 8_000, 16_000}[random.nextInt(4)],
                new int[] {0, 600, 4_000}[random.nextInt(3)],
                new int[] {600, 4_000, 64_000}[random.nextInt(3)],
                new int[] {1, 500, 64_000}[random.nextInt(3)]);
        boolean worksAhead = seed >= Plan.AHEAD && random.nextBoolean();
        int wear = rich && random.nextInt(4) > 0 ? 2 + random.nextInt(10) : 0;
        // More than is left of the log behind a snapshot, or one would follow the other.
        long snapshotAfterBytes = snapshots == 0 ? Long.MAX_VALUE : journal.segmentBytes() * (1 + 2L * snapshots);
        return new DiskPlan(durable, syncNanos, slowSyncs, journal, worksAhead, snapshotAfterBytes, wear);
    }

    @Override
    public String toString() {
        return durable
                ? ", on disks of " + syncNanos / 1_000 + " us, slow " + slowSyncs + ", " + journal
                        + (worksAhead ? " made ahead" : "") + ", snapshots after " + snapshotAfterBytes
                        + (wear > 0 ? ", worn in " + wear + " rounds" : "")
                : "";
    }
}
