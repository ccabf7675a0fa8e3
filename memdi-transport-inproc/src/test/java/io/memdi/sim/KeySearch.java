package io.memdi.sim;

import io.memdi.Revision;
import io.memdi.sim.LinearizabilityChecker.Call;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The search for an order of one key's calls that explains what callers saw: Wing and Gong's, in the just-in-time form of Lowe
 * ("Testing for linearizability", 2017).
 *
 * <p>It walks along invocations and returns, and keeps every <em>world</em> that is still possible: what the register holds, and
 * which of the calls under way have taken effect. At a return, worlds in which that call has not taken effect are extended by
 * other calls that are under way until it has; a world in which it cannot is dropped. When no world is left, the history has no
 * explanation. Three things keep the worlds few:
 *
 * <ul>
 *   <li>A call without effect that fits the register is taken at once: that closes no way.
 *   <li>Effects come in the order of revisions, where those are known.
 *   <li>A world that can do all that another can is enough: one that has used fewer of the calls that may be left out, and has
 *       settled more of those without effect.
 * </ul>
 */
final class KeySearch {
    private final String key;
    private final List<Call> calls;
    private final int limit;
    private final List<Call> open = new ArrayList<>();
    private Worlds worlds = new Worlds();
    private int steps;

    KeySearch(String key, List<Call> calls, int limit) {
        this.key = key;
        this.calls = calls;
        this.limit = limit;
    }

    /** What may be true at one moment. */
    private record World(int register, Revision newest, BitSet done) {
        boolean has(Call call) {
            return done.get(call.place);
        }
    }

    private record Event(long at, Call call, boolean isReturn) {}

    void run() {
        List<Event> events = new ArrayList<>();
        for (Call call : calls) {
            events.add(new Event(call.operation.invoked, call, false));
            if (!call.operation.staysOpen()) {
                events.add(new Event(call.operation.returned, call, true));
            }
        }
        events.sort(Comparator.comparingLong(Event::at));
        worlds.add(new World(Call.ABSENT, Revision.NONE, new BitSet()));
        for (Event event : events) {
            if (event.isReturn()) {
                close(event.call());
            } else {
                invoke(event.call());
            }
        }
    }

    private void invoke(Call call) {
        open.add(call);
        if (!call.effect) {
            Worlds next = new Worlds();
            worlds.all().forEach(world -> next.add(settled(world)));
            worlds = next;
        }
    }

    private void close(Call call) {
        Worlds after = new Worlds();
        Worlds seen = new Worlds();
        ArrayDeque<World> todo = new ArrayDeque<>(worlds.all());
        while (!todo.isEmpty()) {
            World world = todo.poll();
            if (++steps > limit) {
                throw new Violation(
                        "checker", "gave up on key " + key + " after " + limit + " steps, at " + call.operation);
            }
            if (world.has(call)) {
                after.add(without(world, call));
                continue;
            }
            if (!call.must) {
                after.add(world);
            }
            for (int i = 0; i < open.size(); i++) {
                Call next = open.get(i);
                if (mayTake(world, next, i)) {
                    World taken = settled(take(world, next));
                    if (seen.add(taken)) {
                        todo.add(taken);
                    }
                }
            }
        }
        if (after.isEmpty()) {
            throw new Violation(LinearizabilityChecker.INVARIANT, explain(call));
        }
        open.remove(call);
        worlds = after;
    }

    private boolean mayTake(World world, Call call, int place) {
        if (world.has(call) || !call.effect || !call.fits(world.register)) {
            return false;
        }
        if (call.revision != null) {
            if (world.newest.isAtLeast(call.revision)) {
                return false;
            }
            for (Call other : open) {
                if (other.must
                        && other.revision != null
                        && !other.revision.isAtLeast(call.revision)
                        && !world.has(other)) {
                    return false;
                }
            }
        }
        for (int i = 0; i < place; i++) {
            Call earlier = open.get(i);
            if (!world.has(earlier) && call.sameAs(earlier)) {
                return false;
            }
        }
        return true;
    }

    private static World take(World world, Call call) {
        BitSet done = (BitSet) world.done.clone();
        done.set(call.place);
        return new World(call.after, call.revision == null ? world.newest : call.revision, done);
    }

    /** Takes the calls without effect that fit. */
    private World settled(World world) {
        BitSet done = world.done;
        for (Call call : open) {
            if (!call.effect && !done.get(call.place) && call.fits(world.register)) {
                if (done == world.done) {
                    done = (BitSet) done.clone();
                }
                done.set(call.place);
            }
        }
        return done == world.done ? world : new World(world.register, world.newest, done);
    }

    private static World without(World world, Call call) {
        BitSet done = (BitSet) world.done.clone();
        done.clear(call.place);
        return new World(world.register, world.newest, done);
    }

    /** Possible worlds, without those that another one makes superfluous. */
    private final class Worlds {
        private record Group(int register, BitSet mustHave) {}

        private final Map<Group, List<World>> groups = new HashMap<>();

        boolean add(World world) {
            BitSet mustHave = new BitSet();
            for (Call call : open) {
                if (call.must && call.effect && world.has(call)) {
                    mustHave.set(call.place);
                }
            }
            List<World> group = groups.computeIfAbsent(new Group(world.register, mustHave), any -> new ArrayList<>(2));
            for (World other : group) {
                if (covers(other, world)) {
                    return false;
                }
            }
            group.removeIf(other -> covers(world, other));
            group.add(world);
            return true;
        }

        private boolean covers(World one, World other) {
            if (!other.newest.isAtLeast(one.newest)) {
                return false;
            }
            for (Call call : open) {
                boolean worse = call.effect
                        ? !call.must && one.has(call) && !other.has(call)
                        : !one.has(call) && other.has(call);
                if (worse) {
                    return false;
                }
            }
            return true;
        }

        List<World> all() {
            List<World> all = new ArrayList<>();
            groups.values().forEach(all::addAll);
            return all;
        }

        boolean isEmpty() {
            return groups.isEmpty();
        }
    }

    private String explain(Call call) {
        StringBuilder text = new StringBuilder("no order of the calls on key " + key + " explains\n  ");
        text.append(call.operation).append("\nwith, under way at its return:");
        open.forEach(other -> text.append("\n  ").append(other.operation));
        text.append("\nand one of these before it:");
        for (World world : worlds.all()) {
            text.append("\n  ").append(describe(world.register)).append(", newest revision ");
            text.append(world.newest);
        }
        text.append("\nThe calls on the key up to then:");
        calls.stream()
                .filter(other -> other.operation.invoked < call.operation.returned)
                .forEach(other -> text.append("\n  ").append(other.operation));
        return text.toString();
    }

    private String describe(int register) {
        return switch (register) {
            case Call.ABSENT -> "absent";
            case Call.ANONYMOUS -> "a value that nobody read";
            default -> calls.get(register).operation.value + "";
        };
    }
}
