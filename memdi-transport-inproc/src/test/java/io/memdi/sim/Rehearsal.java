package io.memdi.sim;

import io.memdi.Ack;
import io.memdi.MemdiException;
import io.memdi.node.LocalNode;
import io.memdi.sim.Operation.Kind;
import io.memdi.transport.Configuration;
import io.memdi.transport.HealMessage.HealPage;
import io.memdi.transport.HealMessage.HealRequest;
import io.memdi.transport.Member;
import io.memdi.transport.Message;
import io.memdi.transport.inproc.SimEvent;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Once the trouble of a run is over, and before its good end is demanded, plays stories through that need several steps in a row, on
 * whatever the trouble has left: the first two if they are possible, and one of the others.
 *
 * <ul>
 *   <li>A leader that is cut off is told to remove somebody.
 *   <li>What is on the pages of a heal is removed while they are on their way.
 *   <li>All founders are removed one after another, as far as they may be, and started again with their list.
 *   <li>A follower begins to heal, loses its leader, and is asked for its vote by one with a shorter log than it had.
 *   <li>A node becomes a voter while another voter is cut off; then the newcomer is to lead, and asks for the vote of the one that
 *       has not heard of it.
 * </ul>
 */
final class Rehearsal {
    private final World world;
    private final Plan plan;
    private final Callers callers;
    private final SplittableRandom random;

    /** Whose pages are overtaken; null for nobody's. */
    private @Nullable String healer;

    Rehearsal(World world, Callers callers) {
        this.world = world;
        this.plan = world.plan;
        this.callers = callers;
        this.random = new SplittableRandom(plan.seed ^ 0x7265686561727365L);
    }

    void play() {
        // Single voters that forget are a blind spot of the checks.
        boolean forgetful = plan.settings.retainedBytes() < 1 << 20;
        if (!(plan.ambushes || plan.isRicher()) || !waits(() -> world.isOpen() && world.leader() != null)) {
            return;
        }
        advance(2);
        if (plan.isRicher()) {
            changeInVain();
            if (forgetful) {
                overtakePages();
            }
        }
        if (!plan.guests.isEmpty() && !forgetful && (plan.isRicher() ? random.nextInt(4) > 0 : random.nextBoolean())) {
            replaceFounders(plan.guests.get(0));
        } else if (forgetful && plan.names.size() >= 5 && random.nextInt(3) > 0) {
            loseLeaderOfWhoHeals();
        } else if (plan.names.size() >= 3) {
            changeUnseen();
        }
        world.network.heal();
    }

    // --- a change that comes to nothing ---

    /** A leader that nobody hears appends it, and takes it back once it hears of the next one. */
    private void changeInVain() {
        String leader = world.leader();
        List<String> others = others(leader);
        View view = leader == null ? null : world.checker.view(leader);
        Configuration configuration = view == null ? null : view.configuration();
        // One voter of two that is left alone might lead again, and then have its way.
        if (leader == null
                || others.isEmpty()
                || configuration == null
                || configuration.voters().size() < 3) {
            return;
        }
        world.network.partition(Set.of(leader));
        remove(leader, others.get(random.nextInt(others.size())));
        waits(() -> !leader.equals(world.leader()));
        world.network.heal();
        advance(3);
    }

    private void remove(String at, String name) {
        try {
            world.node(at).cluster().remove(name);
        } catch (MemdiException e) {
            // It may well not succeed.
        }
    }

    // --- the founders ---

    private void replaceFounders(String guest) {
        if (world.node(guest) == null) {
            world.start(guest);
        }
        // The rounds are more than there are founders: a change may still be under way, and the last one has to be
        // refused.
        for (int i = 0; i < 2 * plan.names.size(); i++) {
            advance(2);
            LocalNode node = world.node(guest);
            if (node != null && world.isUp(guest)) {
                removeOne(guest, node);
            }
        }
        advance(4);
        for (String name : world.down()) {
            if (plan.isRicher() && isOut(name)) {
                world.disks.wipe(name);
            }
            world.start(name);
        }
        advance(8);
    }

    /** Whether nobody who is there counts that name any more. */
    private boolean isOut(String name) {
        return world.checker.current().values().stream()
                .map(View::configuration)
                .allMatch(configuration -> configuration == null
                        || configuration.members().stream()
                                .noneMatch(member -> member.name().equals(name)));
    }

    private void removeOne(String guest, LocalNode node) {
        Configuration configuration = node.replica().configuration();
        List<String> voters = configuration == null
                ? List.of()
                : configuration.voters().stream().map(Member::name).toList();
        List<String> founders = voters.stream().filter(plan.names::contains).toList();
        if (voters.contains(guest) && !founders.isEmpty()) {
            try {
                node.cluster().remove(founders.get(founders.size() - 1));
            } catch (MemdiException e) {
                // That is how it has to end, sooner or later.
            }
        }
    }

    // --- pages that are overtaken ---

    /** A follower that was away heals; what is on a page for it is removed while that is on its way. */
    private void overtakePages() {
        String leader = world.leader();
        List<String> others = others(leader);
        if (leader == null || others.size() < 2) {
            return;
        }
        String away = others.get(random.nextInt(others.size()));
        world.network.partition(Set.of(away));
        write(leader);
        write(leader);
        healer = away;
        world.network.onEvent(this::overtake);
        world.network.heal();
        if (waits(() -> isHealing(away))) {
            waits(() -> !isHealing(away));
        }
        healer = null;
        world.network.options(plan.calm);
    }

    private void overtake(SimEvent event) {
        if (healer == null || event.kind() != SimEvent.Kind.SENT || event.envelope() == null) {
            return;
        }
        Message message = event.envelope().message();
        if (message instanceof HealRequest && event.from().equals(healer)) {
            Duration lateness = Duration.ofNanos(2 * plan.settings.heartbeatNanos());
            world.network.options(plan.calm.withLateMessages(1, lateness));
        } else if (message instanceof HealPage page && event.to().equals(healer)) {
            world.network.after(Duration.ofNanos(1), () -> {
                world.network.options(plan.calm);
                page.page().buckets().stream()
                        .flatMap(bucket -> bucket.items().stream())
                        .limit(4)
                        .forEach(item -> callers.write(
                                event.from(),
                                Kind.REMOVE,
                                (String) item.key(),
                                Ack.LEADER_MEMORY,
                                Duration.ofMillis(500)));
            });
        }
    }

    // --- the vote of who heals ---

    private void loseLeaderOfWhoHeals() {
        String leader = world.leader();
        List<String> others = others(leader);
        if (leader == null || others.size() < 4) {
            return;
        }
        String shorter = others.get(0);
        String healer = others.get(1);
        world.network.partition(Set.of(shorter));
        write(leader);
        world.network.partition(Set.of(shorter), Set.of(healer));
        write(leader);
        world.network.partition(Set.of(shorter));
        if (waits(() -> isHealing(healer))) {
            // Nobody else can be heard, so that it goes on healing.
            world.network.partition(Set.of(shorter, healer));
            advance(3);
        }
    }

    private boolean isHealing(String name) {
        View view = world.checker.view(name);
        return view != null && view.heals;
    }

    private void write(String leader) {
        for (int i = 0; i < 8 && world.isUp(leader); i++) {
            callers.write(leader, Kind.PUT, "cold" + i, Ack.LEADER_MEMORY, Duration.ofMillis(500));
            world.network.advance(Duration.ofNanos(plan.settings.heartbeatNanos()));
        }
    }

    // --- a change that one voter does not see ---

    private void changeUnseen() {
        String leader = world.leader();
        List<String> others = others(leader);
        String newcomer = others.size() >= 4 ? exchanged(others.get(1)) : absentGuest();
        if (leader == null || others.size() < 2 || newcomer == null) {
            return;
        }
        world.network.partition(Set.of(others.get(0)));
        world.start(newcomer);
        if (waits(() -> votes(leader, newcomer))) {
            world.network.heal();
            handOver(leader, newcomer);
        }
    }

    private void handOver(String leader, String to) {
        LocalNode node = world.node(leader);
        try {
            if (node != null) {
                node.cluster().transferLeadership(to);
            }
        } catch (MemdiException e) {
            // Whether it comes to pass is not what is looked at here.
        }
    }

    private @Nullable String exchanged(String name) {
        if (!world.down().isEmpty()) {
            return world.down().get(0);
        }
        if (!world.mayFail(name)) {
            return null;
        }
        world.crash(name, random.nextBoolean());
        return name;
    }

    private @Nullable String absentGuest() {
        List<String> absent = world.absentGuests();
        return absent.isEmpty() || !absent.get(0).equals(plan.guests.get(0)) ? null : absent.get(0);
    }

    /** Whether the configuration that is in force at a node has the present incarnation of another as a voter. */
    private boolean votes(String at, String name) {
        LocalNode node = world.node(at);
        View view = world.checker.view(name);
        Configuration configuration = node == null ? null : node.replica().configuration();
        return view != null && configuration != null && configuration.voter(view.incarnation) != null;
    }

    private List<String> others(@Nullable String leader) {
        List<String> members = world.members();
        return plan.names.stream()
                .filter(name -> members.contains(name) && !name.equals(leader))
                .toList();
    }

    /** So many of the longest election timeouts pass. */
    private void advance(int timeouts) {
        world.network.advance(Duration.ofNanos(timeouts * plan.settings.electionMaxNanos()));
    }

    private boolean waits(BooleanSupplier condition) {
        long until = world.now() + 6 * plan.settings.electionMaxNanos();
        while (!condition.getAsBoolean() && world.now() < until) {
            world.network.advance(Duration.ofNanos(plan.calm.maxLatency().toNanos() / 4));
        }
        return condition.getAsBoolean();
    }
}
