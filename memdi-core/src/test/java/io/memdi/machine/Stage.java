package io.memdi.machine;

import io.memdi.Ack;
import io.memdi.Revision;
import io.memdi.Role;
import io.memdi.log.Mistake;
import io.memdi.store.Version;
import io.memdi.transport.Configuration;
import io.memdi.transport.Contact;
import io.memdi.transport.Envelope;
import io.memdi.transport.Member;
import io.memdi.transport.Message;
import io.memdi.transport.Message.ChangeReply;
import io.memdi.transport.Message.HeartbeatReply;
import io.memdi.transport.Message.ReadReply;
import io.memdi.transport.Message.WriteReply;
import io.memdi.transport.StoreSpec;
import io.memdi.transport.Write;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A stage for machines alone: replicas in virtual time, joined by links that a test may cut. Every message takes a millisecond. */
final class Stage {
    static final long MS = 1_000_000;
    static final StoreSpec STORE = new StoreSpec("s", "string", "string");

    final Map<String, Replica> replicas = new LinkedHashMap<>();
    final Map<String, List<WriteReply>> replies = new LinkedHashMap<>();
    final Map<String, List<ReadReply>> reads = new LinkedHashMap<>();
    final List<ChangeReply> changes = new ArrayList<>();
    final List<String> notes = new ArrayList<>();
    final List<String> warnings = new ArrayList<>();

    /** What was said to whoever is no node of this stage, such as clients. */
    final List<Envelope> toOthers = new ArrayList<>();

    private final Map<String, Long> dueAt = new LinkedHashMap<>();
    private final Set<String> blocked = new LinkedHashSet<>();
    private final PriorityQueue<Flight> flights = new PriorityQueue<>(
            (a, b) -> a.at != b.at ? Long.compare(a.at, b.at) : Long.compare(a.sequence, b.sequence));
    private final List<Contact> founders = new ArrayList<>();
    private final Settings settings;
    private long now;
    private long sequence;
    private int seed;
    private Predicate<Envelope> lost = envelope -> false;

    private record Flight(long at, long sequence, String from, String to, Envelope envelope) {}

    /** Who answers heartbeats, though it is not here. */
    private @Nullable Member ghost;

    Stage(int size, @Nullable Mistake planted) {
        this(size, planted, 0);
    }

    Stage(int size, @Nullable Mistake planted, int firstSeed) {
        this(size, new Settings(50 * MS, 250 * MS, 500 * MS, 4096, 16384, 1 << 20, 1 << 20, 1024, planted), firstSeed);
    }

    Stage(int size, Settings settings, int firstSeed) {
        this.settings = settings;
        this.seed = firstSeed;
        for (int i = 0; i < size; i++) {
            String name = String.valueOf((char) ('a' + i));
            founders.add(new Contact(name, name));
        }
        founders.forEach(each -> start(each.name()));
    }

    void start(String name) {
        startWithList(name, founders);
    }

    void startWithList(String name, List<Contact> list) {
        start(name, Start.founding(list));
    }

    /** Starts a node without a list, which knows all the founders. */
    void join(String name, boolean voter) {
        start(name, Start.joining(founders, voter));
    }

    void start(String name, Start start) {
        replicas.put(name, new Replica(settings, new Contact(name, name), start, new Random(seed++)));
        replies.put(name, new ArrayList<>());
        reads.put(name, new ArrayList<>());
        dueAt.put(name, now);
    }

    void crash(String name) {
        replicas.remove(name);
        dueAt.remove(name);
        for (String other : List.copyOf(replicas.keySet())) {
            turn(other, replica -> replica.onPeerDown(name));
        }
    }

    void block(String from, String to) {
        blocked.add(from + to);
    }

    void isolate(String name) {
        founders.forEach(each -> {
            block(each.name(), name);
            block(name, each.name());
        });
    }

    /** Lets leaders go on hearing from a member that is not on this stage any more: it answers their heartbeats. */
    void keepAlive(Member member) {
        ghost = member;
    }

    private void answerForGhost(Envelope envelope) {
        Member member = ghost;
        if (member != null
                && member.incarnation().equals(envelope.target())
                && envelope.message() instanceof Message.Heartbeat heartbeat) {
            Member leader = envelope.sender();
            Envelope answer = new Envelope(
                    0,
                    envelope.cluster(),
                    member,
                    leader.incarnation(),
                    envelope.term(),
                    new HeartbeatReply(heartbeat.round()));
            flights.add(new Flight(now + MS, sequence++, member.name(), leader.name(), answer));
        }
    }

    void lose(Predicate<Envelope> which) {
        lost = which;
    }

    void heal() {
        blocked.clear();
    }

    Replica get(String name) {
        return replicas.get(name);
    }

    void run(long millis) {
        long end = now + millis * MS;
        while (step(end)) {}
        now = end;
    }

    void runUntil(BooleanSupplier condition) {
        long limit = now + 20_000 * MS;
        while (!condition.getAsBoolean()) {
            if (!step(limit)) {
                throw new AssertionError("not within 20 s of virtual time; " + String.join("\n", notes));
            }
        }
    }

    private boolean step(long end) {
        String due = null;
        for (Map.Entry<String, Long> each : dueAt.entrySet()) {
            if (due == null || each.getValue() < dueAt.get(due)) {
                due = each.getKey();
            }
        }
        Flight flight = flights.peek();
        if (flight != null && (due == null || flight.at <= dueAt.get(due))) {
            if (flight.at > end) {
                return false;
            }
            flights.poll();
            now = flight.at;
            answerForGhost(flight.envelope);
            if (!replicas.containsKey(flight.to)) {
                toOthers.add(flight.envelope);
            }
            if (!lost.test(flight.envelope)
                    && replicas.containsKey(flight.to)
                    && !blocked.contains(flight.from + flight.to)) {
                turn(flight.to, replica -> replica.onMessage(flight.envelope));
            }
            return true;
        }
        if (due == null || dueAt.get(due) > end) {
            return false;
        }
        now = Math.max(now, dueAt.get(due));
        turn(due, replica -> {});
        return true;
    }

    void turn(String name, Consumer<Replica> action) {
        Replica replica = replicas.get(name);
        replica.begin(now);
        action.accept(replica);
        Effects effects = replica.end();
        replies.get(name).addAll(effects.replies());
        reads.get(name).addAll(effects.reads());
        changes.addAll(effects.changes());
        effects.notes().forEach(note -> notes.add(now / MS + " " + name + ": " + note));
        effects.warnings().forEach(warning -> warnings.add(now / MS + " " + name + ": " + warning));
        for (int i = 0; i < effects.sends(); i++) {
            flights.add(new Flight(now + MS, sequence++, name, effects.target(i).name(), effects.envelope(i)));
        }
        dueAt.put(name, Math.max(now + 1, replica.deadline()));
    }

    Replica leader() {
        runUntil(() -> replicas.values().stream().anyMatch(each -> each.role() == Role.LEADER && each.isOpen()));
        return replicas.values().stream()
                .filter(each -> each.role() == Role.LEADER && each.isOpen())
                .max((x, y) -> Long.compare(x.term(), y.term()))
                .orElseThrow();
    }

    String leaderName() {
        return leader().self().name();
    }

    void openEverywhere() {
        runUntil(() -> replicas.values().stream().allMatch(each -> each.isOpen() && each.leader() != null));
    }

    void put(String at, long number, long firstOpen, Ack ack, String key, String value) {
        turn(
                at,
                replica -> replica.submit(
                        firstOpen, List.of(write(number, ack, Write.Operation.PUT, key, value, Revision.NONE))));
    }

    /** The first write of a node's session, at the weakest level. */
    void submit(String at, Write.Operation operation, String key, String value) {
        turn(
                at,
                replica ->
                        replica.submit(1, List.of(write(1, Ack.LEADER_MEMORY, operation, key, value, Revision.NONE))));
    }

    static Write write(
            long number, Ack ack, Write.Operation operation, String key, @Nullable String value, Revision expected) {
        return new Write(number, ack, STORE, operation, key, key.hashCode(), value, expected, 20);
    }

    WriteReply reply(String at, long number) {
        runUntil(() -> replies.get(at).stream().anyMatch(each -> each.number() == number));
        return replies.get(at).stream()
                .filter(each -> each.number() == number)
                .findFirst()
                .orElseThrow();
    }

    @Nullable
    Object latest(String at, String key) {
        Version version = get(at).state().table(STORE).latest(key, key.hashCode());
        return version == null ? null : version.value();
    }

    /** A node that is none of these. */
    String other(String... names) {
        return replicas.keySet().stream()
                .filter(each -> !List.of(names).contains(each))
                .findFirst()
                .orElseThrow();
    }

    static Configuration configuration(Replica replica) {
        return Objects.requireNonNull(replica.configuration());
    }

    void ready(String... names) {
        runUntil(() -> List.of(names).stream().allMatch(name -> get(name).isReady()));
    }
}
