package io.memdi.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.memdi.log.Mistake;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Plants one classic mistake after another, and asks in how many seeds the simulator sees it: that shows that its checks can fail.
 * Each mistake has the checks that are there to see it, and only these count; what else broke is told beside it.
 *
 * <p>The seeds are fresh in every build, so that no check passes for knowing them; {@code -Dmemdi.sim.base=B} takes those of an
 * earlier one. Every seed that was used runs a second time with nothing planted, and must report nothing.
 *
 * <p>{@code -Dmemdi.sim.shares=N} tells instead which share of N seeds sees each, the least first: what is seen too seldom makes a build
 * fail by chance.
 */
@Tag("simulator")
class SeededBugsTest {
    /** To look for one mistake alone, or for some, with commas between. */
    private static final String ONLY = System.getProperty("memdi.sim.mistake", "");

    private static final int SEEDS = 200;

    /** Of how many seeds it is to be told how many see a mistake, instead of the first that does. */
    private static final String SHARES = "memdi.sim.shares";

    private static final long BASE = Long.getLong("memdi.sim.base", System.currentTimeMillis());

    /** Mistakes that nobody can make who has no disk. */
    private static final Set<Mistake> OF_DISKS = EnumSet.range(Mistake.SPEAKS_BEFORE_SYNC, Mistake.OVERWRITES_IDENTITY);

    /** The checks that are there to see a mistake. */
    private static Set<String> checksFor(Mistake mistake) {
        return switch (mistake) {
            case COUNTS_OLD_TERM_REPLIES ->
                Set.of(
                        "leaders are elected by those that are listed",
                        "one leader per term",
                        "committed is what a quorum holds");
            case COMMITS_OLD_TERM_BY_COUNTING ->
                Set.of("only entries of the own term are committed by counting", "committed never changes");
            case VOTES_TWICE -> Set.of("one vote per term", "one leader per term");
            case VOTES_FOR_SHORTER_LOG ->
                Set.of("votes are for logs that are up to date", "leaders have what is committed");
            case TRUNCATES_WITHOUT_CONFLICT ->
                Set.of("logs lose only what conflicts", "committed never changes", StateChecker.OWN_CHECKS);
            case TAKES_LATE_COMPLETION -> Set.of("a quorum answer is committed", "a write takes effect once");
            case MATCH_MOVES_BACK -> Set.of("commits never move back", StateChecker.OWN_CHECKS);
            // A table refuses to take back a version that is not its newest.
            case FORGETS_ROLLBACK, FORGETS_TOMBSTONES -> Set.of("memory shows the log", StateChecker.OWN_CHECKS);
            case FORGETS_SESSION_ROLLBACK -> Set.of("memory shows the log", "equal state at equal index");
            case DROPS_LOG -> Set.of("logs lose only what conflicts");
            case ANSWERS_FAILED_CONDITION_EARLY -> Set.of("a refusal is committed", "a quorum answer is committed");
            // The second entry is the one that an answer is compared with.
            case EXECUTES_TWICE ->
                Set.of(
                        "a session's writes once and in order",
                        "a write takes effect once",
                        "equal state at equal index",
                        "a quorum answer is committed",
                        "a refusal is committed");
            case WAITS_FOR_CLOSED_GAP -> Set.of("every call ends in time", "progress without faults");
            case REUSES_REVISION ->
                Set.of("answers are of entries", "a revision belongs to one write", "a write takes effect once");
            case READS_WITHOUT_OWN_COMMIT ->
                Set.of(
                        "a read index covers what was committed",
                        "reads are of what is committed",
                        LinearizabilityChecker.INVARIANT);
            case FOUNDS_WITHOUT_LOCK, FOUNDS_BY_MAJORITY ->
                Set.of("a cluster begins when everyone has answered", "one cluster", "no orphan");
            case WRITES_BEFORE_FULL_HOUSE -> Set.of("opened on a full house", "no write before the full house");
            case NO_CHECK_QUORUM -> Set.of("leaders hear a quorum", "what a leader's memory can lose is bounded");
            case COUNTS_WRONG_INCARNATION ->
                Set.of(
                        "members are listed",
                        "leaders are elected by those that are listed",
                        "committed is what a quorum holds");
            case KEEPS_IDENTITY ->
                Set.of(
                        "every life is another incarnation",
                        "one vote per term",
                        "committed is what a quorum holds",
                        "leaders have what is committed");
            case CHANGES_WITHOUT_JOINT -> Set.of("voters change in two steps");
            case LEAVES_JOINT_EARLY -> Set.of("the joint step is committed before the last");
            case CHANGES_BEFORE_OWN_COMMIT -> Set.of("changes begin after a commit of the own term");
            case KEEPS_TRUNCATED_CONFIGURATION, HEALS_WITHOUT_CONFIGURATION ->
                Set.of("the latest configuration in the log is in force", StateChecker.OWN_CHECKS, "nodes do not fail");
            case EVICTS_UNCOMMITTED -> Set.of("who is out is told by what is committed");
            case WELCOMES_UNCOMMITTED -> Set.of("members are listed");
            case HEALS_WITHOUT_DELETIONS, HEALS_WITH_UNCOMMITTED, MIXES_HEALS ->
                Set.of(
                        "equal state at equal index",
                        "memory shows the log",
                        StateChecker.OWN_CHECKS,
                        "nodes do not fail");
            case HEALS_WITHOUT_SESSIONS, HEALS_WITHOUT_REGISTRY ->
                Set.of("equal state at equal index", StateChecker.OWN_CHECKS, "nodes do not fail");
            case HEALS_WITHOUT_TOMBSTONES ->
                Set.of("equal state at equal index", "memory shows the log", StateChecker.OWN_CHECKS);
            case VOTES_FROM_EMPTIED_LOG -> Set.of("votes are for logs that are up to date");
            case REFUSES_UNLISTED_CANDIDATE -> Set.of("votes are given to whoever is fit");
            case OUTGROWS_LIST -> Set.of("one cluster", "a cluster begins when everyone has answered", "no orphan");
            case COUNTS_WHO_HEALS -> Set.of("committed is what a quorum holds");
            case STANDS_WHILE_HEALING -> Set.of("who heals stands in no election");
            case IGNORES_TICKETS, RESUBMITS_IN_NEXT_SESSION ->
                Set.of("a write takes effect once", "a session's writes once and in order");
            case WRITES_AFTER_SESSION_CLOSED ->
                Set.of("a session that ends takes no more writes", "writes are of sessions", "nodes do not fail");
            case FORGETS_CLIENT_SESSIONS_IN_HEAL ->
                Set.of("equal state at equal index", StateChecker.OWN_CHECKS, "nodes do not fail");
            case OPENS_TOO_MANY_SESSIONS -> Set.of("no more sessions than there may be");
            case CLIENT_TAKES_OLD_LEADERS_ANSWER ->
                Set.of("what is acknowledged is not tried again", "a session sees what it wrote");
            case SESSION_READ_WITHOUT_MINIMUM ->
                Set.of("a session sees what it wrote", "a session does not go back", "a walk shows what is there");
            case FORGETS_WHAT_IT_READ -> Set.of("a session does not go back");
            case CLIENT_READS_WITHOUT_INDEX ->
                Set.of(
                        "reads are of what is committed",
                        "a walk shows what is there",
                        LinearizabilityChecker.INVARIANT);
            case SPEAKS_BEFORE_SYNC -> Set.of("what is said is on disk");
            case COUNTS_UNSYNCED, COMMITS_FROM_MEMORY -> Set.of("committed is what a quorum holds");
            case ANSWERS_LEADER_DISK_EARLY -> Set.of("a disk answer is on disk");
            case COUNTS_OLD_OPENINGS ->
                Set.of("a memory quorum holds it", "progress without faults", "nodes converge", "a leader is found");
            case TRUNCATES_IN_MEMORY_ONLY -> Set.of("batches follow each other", "logs match", StateChecker.OWN_CHECKS);
            case KEEPS_STATE_AFTER_ENTRIES ->
                Set.of("what is said is on disk", "the term is on disk before its entries");
            case IGNORES_DISK_FAILURE -> Set.of("nothing reaches a disk that has failed");
            case RESTARTS_WITHOUT_LOG -> Set.of("what is on disk is recovered");
            case RESTORES_WITHOUT_SESSIONS ->
                Set.of(
                        "equal state at equal index",
                        StateChecker.OWN_CHECKS,
                        "nodes do not fail",
                        "what is on disk is recovered");
            case KEEPS_TORN_TAIL,
                    FORGETS_DIRECTORY_SYNC,
                    RENAMES_BEFORE_SYNC,
                    REPORTS_BEFORE_SYNC,
                    TRUSTS_SECOND_SYNC,
                    TRUSTS_WHAT_IT_READS -> Set.of(DiskModel.RECOVERED, Disks.ONLY_DAMAGE);
            case PROVES_BEFORE_SYNC, OVERWRITES_IDENTITY -> Set.of(Disks.ONLY_DAMAGE);
            case CUTS_WHAT_WAS_PROVEN, LEAVES_FILES_OPEN -> Set.of(DiskModel.RECOVERED);
            case FOUNDS_WITH_DAMAGED -> Set.of(DiskChecker.SILENT, DirectoryStories.DAMAGED);
            case SETS_ASIDE_EARLY -> Set.of(DiskChecker.ASIDE);
            case BELIEVES_STALE_COPIES -> Set.of(DirectoryStories.STALE);
            case WALKS_BACK -> Set.of("a walk shows what is there");
        };
    }

    /**
     * What became of a mistake.
     *
     * @param seeds how many were needed
     * @param seenBy the check that saw it; empty if none did
     * @param others what else broke in the seeds before, and how often; not counted
     */
    private record Found(int seeds, String seenBy, Map<String, Integer> others) {}

    @Test
    @DisabledIfSystemProperty(named = SHARES, matches = ".+")
    void everyMistakeIsSeen() throws InterruptedException {
        System.out.printf("Seeded bugs: fresh seeds from base %d%n", BASE);
        Map<Mistake, Found> found = new EnumMap<>(Mistake.class);
        AtomicInteger next = new AtomicInteger();
        Mistake[] mistakes = mistakes();
        Seeds.onEveryCore(() -> {
            for (int i = next.getAndIncrement(); i < mistakes.length; i = next.getAndIncrement()) {
                Found sight = find(mistakes[i]);
                synchronized (found) {
                    found.put(mistakes[i], sight);
                }
            }
        });
        System.out.println("Seeded bugs: mistake, seeds until it was seen, what saw it (what else broke before)");
        found.forEach((mistake, sight) -> System.out.printf(
                "  %-32s %4d  %s%s%n",
                mistake, sight.seeds(), sight.seenBy(), sight.others().isEmpty() ? "" : " " + sight.others()));
        assertThat(found)
                .as("mistakes, and what saw them within %d seeds from base %d", SEEDS, BASE)
                .hasSize(mistakes.length)
                .allSatisfy((mistake, sight) -> assertThat(sight.seenBy()).isNotEmpty());
    }

    private static Mistake[] mistakes() {
        return ONLY.isEmpty()
                ? Mistake.values()
                : Stream.of(ONLY.split(",")).map(Mistake::valueOf).toArray(Mistake[]::new);
    }

    /**
     * In how many seeds a mistake was seen.
     *
     * @param seen by a check that is there to see it
     * @param by which checks, and what else broke
     */
    private record Share(Mistake mistake, int seen, Map<String, Integer> by) {}

    @Test
    @EnabledIfSystemProperty(named = SHARES, matches = "\\d+")
    void howOftenEachMistakeIsSeen() throws InterruptedException {
        int seeds = Integer.getInteger(SHARES);
        System.out.printf("Seeded bugs: shares of %d seeds each from base %d%n", seeds, BASE);
        List<Share> shares = new ArrayList<>();
        AtomicInteger next = new AtomicInteger();
        Mistake[] mistakes = mistakes();
        Seeds.onEveryCore(() -> {
            for (int i = next.getAndIncrement(); i < mistakes.length; i = next.getAndIncrement()) {
                Share share = share(mistakes[i], seeds);
                synchronized (shares) {
                    shares.add(share);
                }
            }
        });
        shares.sort(Comparator.comparingInt(Share::seen));
        shares.forEach(share ->
                System.out.printf("  %-32s %5.1f %%  %s%n", share.mistake(), 100.0 * share.seen() / seeds, share.by()));
        assertThat(shares).allSatisfy(share -> assertThat(share.seen()).isPositive());
    }

    private static Share share(Mistake mistake, int seeds) {
        Map<String, Integer> by = new TreeMap<>();
        int seen = 0;
        for (int i = 0; i < seeds; i++) {
            long seed = seed(mistake, i);
            if (canTell(mistake, seed)) {
                String seenBy = run(seed, mistake);
                seen += checksFor(mistake).contains(seenBy) ? 1 : 0;
                if (!seenBy.isEmpty()) {
                    by.merge(seenBy, 1, Integer::sum);
                }
            }
        }
        return new Share(mistake, seen, by);
    }

    private static long seed(Mistake mistake, int i) {
        return Seeds.of(BASE + mistake.name().hashCode(), i);
    }

    /** A seed without disks counts, and is the same run with a mistake of disks and without. */
    private static boolean canTell(Mistake mistake, long seed) {
        return !OF_DISKS.contains(mistake) || new Plan(seed, mistake).durable;
    }

    private static Found find(Mistake mistake) {
        Map<String, Integer> others = new TreeMap<>();
        for (int i = 0; i < SEEDS; i++) {
            long seed = seed(mistake, i);
            if (!canTell(mistake, seed)) {
                continue;
            }
            String seenBy = run(seed, mistake);
            Swarm.run(seed, null, null);
            if (checksFor(mistake).contains(seenBy)) {
                return new Found(i + 1, seenBy, others);
            } else if (!seenBy.isEmpty()) {
                others.merge(seenBy, 1, Integer::sum);
            }
        }
        return new Found(SEEDS, "", others);
    }

    private static String run(long seed, Mistake mistake) {
        try {
            Swarm.run(seed, mistake, null);
            return "";
        } catch (SeedFailure e) {
            return e.invariant();
        }
    }

    @Test
    void aMistakeIsAllThatTwoRunsOfASeedDifferIn() {
        for (long i = 0; i < 1_000; i++) {
            long seed = Seeds.of(BASE, i);
            String planted = new Plan(seed, Mistake.VOTES_TWICE).toString();
            assertThat(planted.replace("planted=VOTES_TWICE", "planted=null"))
                    .isNotEqualTo(planted)
                    .isEqualTo(new Plan(seed, null).toString());
        }
    }
}
