package io.memdi.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.memdi.log.Mistake;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Plants one classic mistake after another, and asks in how many seeds the simulator sees it: that shows that its checks can fail.
 * The seeds are the same in every build, so that a gap in the checks shows when it opens.
 */
@Tag("simulator")
class SeededBugsTest {
    private static final int SEEDS = 200;
    private static final long BASE = 4_2026_11_22L;

    private record Found(int seeds, String invariant) {}

    @Test
    void everyMistakeIsSeen() throws InterruptedException {
        Map<Mistake, Found> found = new EnumMap<>(Mistake.class);
        AtomicInteger next = new AtomicInteger();
        Mistake[] mistakes = Mistake.values();
        Seeds.onEveryCore(() -> {
            for (int i = next.getAndIncrement(); i < mistakes.length; i = next.getAndIncrement()) {
                Found sight = find(mistakes[i]);
                synchronized (found) {
                    found.put(mistakes[i], sight);
                }
            }
        });
        List<Mistake> unseen = new ArrayList<>();
        System.out.println("Seeded bugs: mistake, seeds until it was seen, what saw it");
        found.forEach((mistake, sight) -> {
            System.out.printf("  %-32s %4d  %s%n", mistake, sight.seeds(), sight.invariant());
            if (sight.invariant().isEmpty()) {
                unseen.add(mistake);
            }
        });
        assertThat(unseen).as("mistakes that no check saw in %d seeds", SEEDS).isEmpty();
    }

    /** The seeds until the mistake is seen. The one that sees it must report nothing without the mistake. */
    private static Found find(Mistake mistake) {
        for (int i = 0; i < SEEDS; i++) {
            long seed = Seeds.of(BASE + mistake.name().hashCode(), i);
            try {
                Swarm.run(seed, mistake, null);
            } catch (SeedFailure e) {
                Swarm.run(seed, null, null);
                return new Found(i + 1, e.invariant());
            }
        }
        return new Found(SEEDS, "");
    }
}
