package io.memdi.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.memdi.log.Mistake;
import io.memdi.sim.Plan.Theme;
import io.memdi.sim.Swarm.Progress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Runs whole clusters in virtual time, from seeds, and judges them.
 *
 * <ul>
 *   <li>{@code -Dmemdi.sim.minutes=60} takes fresh seeds for an hour instead of about two minutes.
 *   <li>{@code -Dmemdi.sim.seed=S} runs that seed alone, and tells what happens; with {@code -Dmemdi.sim.mistake=M}, with that
 *       {@link Mistake} planted.
 * </ul>
 */
@Tag("simulator")
class SimulatorTest {
    private static final String SEED = System.getProperty("memdi.sim.seed", "");
    private static final double MINUTES = Double.parseDouble(System.getProperty("memdi.sim.minutes", "1.5"));

    /** From so many seeds on, the shares of runs without progress say something. */
    private static final int SEEDS_FOR_SHARES = 150;

    /** About 0.01 is usual. */
    private static final double MOST_FOUNDINGS_WITHOUT_PROGRESS = 0.25;

    /** About 0.005 is usual. */
    private static final double MOST_OTHERS_WITHOUT_PROGRESS = 0.06;

    private static final long PROGRESS_NANOS = Duration.ofSeconds(30).toNanos();

    static {
        if (!SEED.isEmpty()) {
            System.setProperty("org.slf4j.simpleLogger.log.io.memdi.node", "info");
            System.setProperty("org.slf4j.simpleLogger.logFile", "System.out");
        }
    }

    @Test
    void theSeedThatWasAskedFor() {
        assumeTrue(!SEED.isEmpty(), "no seed was asked for");
        String planted = System.getProperty("memdi.sim.mistake", "");
        Mistake mistake = planted.isEmpty() ? null : Mistake.valueOf(planted);
        System.out.println(Swarm.run(Long.parseLong(SEED), mistake, System.out));
    }

    @Test
    void seedsThatOnceFoundSomething() {
        assumeTrue(SEED.isEmpty(), "another seed was asked for");
        for (Seeds.Regression regression : Seeds.regressions()) {
            Swarm.run(regression.seed(), null, null);
        }
    }

    @Test
    void theSameSeedIsTheSameRun() {
        assumeTrue(SEED.isEmpty(), "another seed was asked for");
        for (long i = 1; i <= 12; i++) {
            long seed = Seeds.of(2, i);
            assertThat(Swarm.run(seed, null, null)).isEqualTo(Swarm.run(seed, null, null));
        }
    }

    /** Whether messages are frames on their way makes no difference to anybody. */
    @Test
    void theSameSeedIsTheSameRunOverTheWire() {
        assumeTrue(SEED.isEmpty(), "another seed was asked for");
        for (long i = 1; i <= 12; i++) {
            long seed = Seeds.of(2, i);
            assertThat(Swarm.run(new Plan(seed, null, true), null))
                    .isEqualTo(Swarm.run(new Plan(seed, null, false), null));
        }
    }

    @Test
    void freshSeeds() throws InterruptedException {
        assumeTrue(SEED.isEmpty(), "another seed was asked for");
        long base = System.currentTimeMillis();
        System.out.printf("Simulator: fresh seeds from base %d for %.1f minutes%n", base, MINUTES);
        Totals totals = new Totals();
        AtomicLong next = new AtomicLong();
        AtomicBoolean failed = new AtomicBoolean();
        long end = System.nanoTime() + (long) (MINUTES * 60e9);
        Seeds.onEveryCore(() -> {
            while (!failed.get() && System.nanoTime() - end < 0) {
                try {
                    totals.add(Swarm.run(Seeds.of(base, next.getAndIncrement()), null, null));
                } catch (SeedFailure e) {
                    failed.set(true);
                    throw e;
                }
            }
        });
        System.out.println("Simulator: " + totals);
        totals.requireDemands();
    }

    /** What was run so far. */
    private static final class Totals {
        private long seeds;
        private long virtualNanos;
        private long events;
        private long elections;
        private long operations;
        private long checked;
        private long walks;
        private long lost;
        private long handovers;
        private long heals;
        private long swaps;
        private long joins;
        private long removals;
        private long twins;
        private long recoveries;
        private long clients;
        private long sessions;
        private long durable;
        private long openings;
        private long snapshots;
        private long damaged;
        private long setAside;
        private long durableEvents;
        private final Demands foundings = new Demands();
        private final Demands others = new Demands();
        private long toldAt = System.nanoTime();

        synchronized void add(Swarm.Report report) {
            seeds++;
            virtualNanos += report.virtualNanos();
            events += report.events();
            elections += report.elections();
            operations += report.operations();
            checked += report.checked();
            walks += report.walks();
            lost += report.lost();
            handovers += report.handedOver() ? 1 : 0;
            heals += report.heals();
            swaps += report.comings().swaps();
            joins += report.comings().joins();
            removals += report.comings().removals();
            twins += report.comings().twins();
            recoveries += report.recovered() ? 1 : 0;
            clients += report.clients();
            sessions += report.sessions();
            durable += report.stored().durable() ? 1 : 0;
            openings += report.stored().openings();
            snapshots += report.stored().snapshots();
            damaged += report.stored().damaged();
            setAside += report.stored().setAside();
            durableEvents += report.stored().durable() ? report.events() : 0;
            (report.theme() == Theme.FOUNDING ? foundings : others).add(report.progress());
            if (System.nanoTime() - toldAt > PROGRESS_NANOS) {
                toldAt = System.nanoTime();
                System.out.println("Simulator so far: " + this);
            }
        }

        @Override
        public synchronized String toString() {
            return String.format(
                    "%,d seeds, %.2f simulated hours, %,d events, %,d elections, %,d operations, of which %,d checked for"
                            + " linearizability, %,d walks, %,d acknowledged at LEADER_MEMORY and lost, %,d healthy clusters"
                            + " handed over, %,d heals, %,d swaps, %,d joins, %,d removals, %,d twins, %,d recoveries, %,d clients with %,d sessions;"
                            + " %,d seeds on disks with %,d events, %,d openings of directories, %,d snapshots, %,d damaged ones, of which %,d were set aside; progress"
                            + " was not demanded of %s with a troubled founding, and of %s others",
                    seeds,
                    virtualNanos / 3600e9,
                    events,
                    elections,
                    operations,
                    checked,
                    walks,
                    lost,
                    handovers,
                    heals,
                    swaps,
                    joins,
                    removals,
                    twins,
                    recoveries,
                    clients,
                    sessions,
                    durable,
                    durableEvents,
                    openings,
                    snapshots,
                    damaged,
                    setAside,
                    foundings,
                    others);
        }

        /** A regression that leaves clusters without progress must not pass for one of the ends that are accepted. */
        synchronized void requireDemands() {
            if (seeds >= SEEDS_FOR_SHARES) {
                assertThat(foundings.shareWithout())
                        .as("share of foundings without progress: %s", foundings)
                        .isLessThan(MOST_FOUNDINGS_WITHOUT_PROGRESS);
                assertThat(others.shareWithout())
                        .as("share of other runs without progress: %s", others)
                        .isLessThan(MOST_OTHERS_WITHOUT_PROGRESS);
            }
        }
    }

    /** How many runs had to make progress, of those where the majority is not lost. */
    private static final class Demands {
        private int runs;
        private int deadEnds;
        private int tooFew;

        void add(Progress progress) {
            runs += progress == Progress.REFUSED ? 0 : 1;
            deadEnds += progress == Progress.DEAD_END ? 1 : 0;
            tooFew += progress == Progress.TOO_FEW ? 1 : 0;
        }

        double shareWithout() {
            return runs == 0 ? 0 : (double) (deadEnds + tooFew) / runs;
        }

        @Override
        public String toString() {
            return String.format(
                    "%,d of %,d (%,d dead ends, %,d where too few kept up)", deadEnds + tooFew, runs, deadEnds, tooFew);
        }
    }
}
