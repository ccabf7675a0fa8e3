package io.memdi.sim;

import io.memdi.Ack;
import io.memdi.sim.Operation.Kind;
import io.memdi.transport.Configuration;
import io.memdi.transport.Entry;
import io.memdi.transport.HealMessage.HealPage;
import io.memdi.transport.HealMessage.HealPart;
import io.memdi.transport.HealMessage.HealRequest;
import io.memdi.transport.Member;
import io.memdi.transport.Message;
import io.memdi.transport.Page;
import io.memdi.transport.inproc.SimEvent;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Lies in wait for the moments at which a classic mistake would show, and brings about what is missing: moments that trouble at random
 * meets too seldom. It draws from a randomness of its own, and does nothing that an unlucky network, or an operator, could not do.
 *
 * <ul>
 *   <li>What is on a page is removed while the page is on its way, and the removal comes first.
 *   <li>The leader is lost as a follower begins to heal, and one with a shorter log than that follower had asks for its vote.
 *   <li>A change of members is made while one voter is cut off, then the leader is lost, and the newcomer needs that voter.
 * </ul>
 */
final class Ambush {
    private final World world;
    private final Plan plan;
    private final Callers callers;
    private final SplittableRandom random;

    /** Where the page comes from, and goes to, that is to be late. */
    private @Nullable Route awaited;

    /** Who is to lose its leader as soon as it heals. */
    private @Nullable String laggard;

    private boolean strikes;
    private boolean stopped;

    private record Route(String from, String to) {}

    Ambush(World world, Callers callers) {
        this.world = world;
        this.plan = world.plan;
        this.callers = callers;
        this.random = new SplittableRandom(plan.seed ^ 0x6c69657320696eL);
    }

    void start() {
        if (plan.ambushes) {
            world.network.onEvent(this::sent);
            plan();
        }
    }

    void stop() {
        stopped = true;
    }

    private void plan() {
        after(millis(50, 600), () -> {
            plan();
            leaveBehind();
        });
    }

    private void sent(SimEvent event) {
        if (stopped || event.kind() != SimEvent.Kind.SENT || event.envelope() == null) {
            return;
        }
        Message message = event.envelope().message();
        if (message instanceof HealRequest && awaited == null && random.nextBoolean()) {
            holdPage(new Route(event.to(), event.from()));
        } else if (message instanceof HealPage page && new Route(event.from(), event.to()).equals(awaited)) {
            after(1, () -> overtake(page.page()));
        } else if (message instanceof HealPart && event.to().equals(laggard)) {
            laggard = null;
            after(plan.troubled.maxLatency().toNanos(), () -> loseLeader(event.from()));
        } else if (message instanceof Message.Append append
                && !append.entries().isEmpty()
                && append.entries().get(append.entries().size() - 1) instanceof Entry.Configured configured
                && !configured.configuration().outgoing().isEmpty()
                && !strikes
                && random.nextInt(3) > 0) {
            changeUnseen(event.from(), configured.configuration());
        }
    }

    /** Until the page is sent, all that is sent is late: messages of one link keep their order otherwise. */
    private void holdPage(Route route) {
        awaited = route;
        long lateness = Math.max(
                plan.settings.heartbeatNanos() * 8 / 5,
                plan.troubled.maxLatency().toNanos());
        world.network.options(plan.troubled.withLateMessages(1, Duration.ofNanos(lateness)));
        after(plan.settings.heartbeatNanos(), () -> {
            if (route.equals(awaited)) {
                goOn();
            }
        });
    }

    private void goOn() {
        awaited = null;
        world.network.options(plan.troubled);
    }

    private void overtake(Page page) {
        goOn();
        List<String> up = world.up();
        page.buckets().stream()
                .flatMap(bucket -> bucket.items().stream())
                .limit(4)
                .forEach(item -> callers.write(
                        up.get(random.nextInt(up.size())),
                        Kind.REMOVE,
                        (String) item.key(),
                        Ack.LEADER_MEMORY,
                        Duration.ofMillis(500)));
    }

    /** One follower is cut off, a while later another, and the second comes back to a leader that has gone on. */
    private void leaveBehind() {
        String leader = world.leader();
        List<String> others =
                world.up().stream().filter(name -> !name.equals(leader)).toList();
        if (leader == null || laggard != null) {
            return;
        }
        if (others.size() < 4) {
            String behind = others.isEmpty() ? leader : others.get(random.nextInt(others.size()));
            world.network.partition(Set.of(behind));
            after(millis(50, 300), world.network::heal);
            return;
        }
        int first = random.nextInt(others.size());
        String longest = others.get(first);
        String later = others.get((first + 1) % others.size());
        world.network.partition(Set.of(longest));
        after(millis(20, 300), () -> {
            world.network.partition(Set.of(longest), Set.of(later));
            after(millis(50, 300), () -> {
                laggard = later;
                world.network.partition(Set.of(longest));
                after(millis(300, 600), () -> laggard = null);
            });
        });
    }

    private void loseLeader(String leader) {
        world.network.heal();
        world.network.partition(Set.of(leader));
    }

    /** Called as the joint configuration leaves its leader for the first time. */
    private void changeUnseen(String leader, Configuration configuration) {
        List<String> voters = configuration.outgoing().stream()
                .map(Member::name)
                .filter(name -> !name.equals(leader) && world.isUp(name))
                .toList();
        if (voters.isEmpty()) {
            return;
        }
        strikes = true;
        world.network.partition(Set.of(voters.get(random.nextInt(voters.size()))));
        after(4 * plan.calm.maxLatency().toNanos() + millis(1, 20), () -> loseLeader(leader));
        after(millis(300, 1_000), () -> strikes = false);
    }

    private void after(long nanos, Runnable action) {
        world.network.after(Duration.ofNanos(nanos), () -> {
            if (!stopped) {
                action.run();
            }
        });
    }

    private long millis(int least, int most) {
        return random.nextInt(least, most) * 1_000_000L;
    }
}
