package io.memdi.shell;

import static org.assertj.core.api.Assertions.assertThat;

import io.memdi.Incarnation;
import io.memdi.NotAppliedException;
import io.memdi.Revision;
import io.memdi.Role;
import io.memdi.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Members that are asked how they are, of which most say nothing. */
class RollCallTest {
    private final CountDownLatch never = new CountDownLatch(1);
    private final CountDownLatch silent = new CountDownLatch(63);

    /** The last one answers once all others are being asked. */
    private Status ask(String name) {
        try {
            (name.equals("n63") ? silent : never).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NotAppliedException(name + " was asked for too long");
        }
        Revision last = new Revision(1, 1);
        return new Status(
                name, new Incarnation(1, 1), null, Role.FOLLOWER, 1, null, last, last, null, true, null, "", List.of());
    }

    private Status count(String name) {
        silent.countDown();
        return ask(name);
    }

    @Test
    void whoIsSilentTakesNoTimeFromTheOthers() {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            names.add("n" + i);
        }
        try (RollCall call =
                new RollCall(name -> name.equals("n63") ? ask(name) : count(name), Duration.ofSeconds(5))) {
            List<Sight> sights = call.of(names);
            assertThat(sights).extracting(Sight::name).containsExactlyElementsOf(names);
            assertThat(sights.subList(0, 63)).allMatch(sight -> sight.absence().equals(RollCall.NO_ANSWER));
            assertThat(sights.get(63).status()).isNotNull();
        }
    }
}
