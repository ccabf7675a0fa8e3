package io.memdi.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memdi.Revision;
import io.memdi.Role;
import io.memdi.transport.Entry;
import io.memdi.transport.Envelope;
import io.memdi.transport.Member;
import io.memdi.transport.Message;
import io.memdi.transport.inproc.SimEvent;
import io.memdi.transport.inproc.SimOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Where a name runs twice, the checks know what either process holds before they judge what one of them has said. */
@Tag("simulator")
class TwinsTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final World world = new World(plan());
    private final List<Envelope> evictions = new ArrayList<>();

    /** A calm run of three: everything else that a plan draws makes no difference here. */
    private static Plan plan() {
        return LongStream.iterate(1, seed -> seed + 1)
                .mapToObj(seed -> new Plan(seed, null))
                .filter(plan -> plan.names.size() == 3 && plan.drift == 0 && !plan.disputed)
                .findFirst()
                .orElseThrow();
    }

    @BeforeEach
    void open() {
        world.network.options(SimOptions.defaults());
        world.network.onEvent(event -> {
            if (event.kind() == SimEvent.Kind.SENT && event.envelope().message() instanceof Message.Evicted) {
                evictions.add(event.envelope());
            }
        });
        world.plan.names.forEach(world::start);
        world.network.runUntil(() -> world.isOpen() && world.leader() != null, LIMIT);
    }

    @AfterEach
    void close() {
        world.close();
    }

    /**
     * A follower was started again, and takes the place of the life before. The answer that commits that is with the leader, whose next
     * turn is yet to come, as the leader's name is started a second time. In that turn the leader commits who belongs to the cluster,
     * and tells the life before that it is out.
     */
    @Test
    void aLeaderWhoseNameWasStartedAgainCommitsAndTellsInOneTurn() {
        View leader = leader();
        View replaced = follower();
        Revision position = untilAlmostCommitted(leader, replaced);

        world.startTwin(leader.name);

        world.network.runUntil(() -> leader.probe.committed() >= position.index(), LIMIT);
        assertThat(leader.probe.role()).isEqualTo(Role.LEADER);
        assertThat(evictions).singleElement().satisfies(told -> {
            assertThat(told.sender().incarnation()).isEqualTo(leader.incarnation);
            assertThat(told.target()).isEqualTo(replaced.incarnation);
            assertThat(told.message()).isEqualTo(new Message.Evicted(position));
        });
    }

    /** The same word, a turn too early. */
    @Test
    void aLeaderWhoseNameWasStartedAgainMustNotTellBeforeItHasCommitted() {
        View leader = leader();
        View replaced = follower();
        Revision position = untilAlmostCommitted(leader, replaced);
        world.startTwin(leader.name);

        Member sender = leader.configuration().member(leader.incarnation);
        world.checker.sent(
                leader.name,
                new Envelope(
                        0, leader.cluster, sender, replaced.incarnation, leader.term, new Message.Evicted(position)));

        assertThatThrownBy(() -> world.checker.turned(leader.name))
                .isInstanceOf(Violation.class)
                .hasMessageContaining("who is out is told by what is committed");
    }

    private View leader() {
        return world.checker.view(world.leader());
    }

    private View follower() {
        String leader = world.leader();
        return world.checker.current().values().stream()
                .filter(view -> !view.name.equals(leader))
                .findFirst()
                .orElseThrow();
    }

    /** Lets a follower be replaced, until the leader has all that it needs to commit that; returns where that is in its log. */
    private Revision untilAlmostCommitted(View leader, View replaced) {
        AtomicReference<Revision> answered = new AtomicReference<>();
        world.network.onEvent(event -> {
            if (event.kind() == SimEvent.Kind.DELIVERED
                    && event.to().equals(leader.name)
                    && event.envelope().message() instanceof Message.AppendReply reply
                    && reply.success()
                    && replaces(leader, replaced, reply.match())) {
                answered.set(View.position(last(leader)));
            }
        });
        world.network.slow(leader.name, Duration.ofMillis(8));
        world.crash(replaced.name, true);
        world.start(replaced.name);
        world.network.runUntil(() -> answered.get() != null, LIMIT);
        Revision position = answered.get();
        assertThat(leader.probe.committed()).isLessThan(position.index());
        evictions.clear();
        return position;
    }

    /** Whether a follower holds what takes that life out for good, of which the leader does not know yet that it is committed. */
    private static boolean replaces(View leader, View replaced, long match) {
        Entry.Configured last = last(leader);
        return leader.probe.committed() < last.index()
                && last.index() <= match
                && !last.configuration().isJoint()
                && last.configuration().member(replaced.incarnation) == null;
    }

    private static Entry.Configured last(View leader) {
        return leader.configurationBefore(Long.MAX_VALUE);
    }
}
