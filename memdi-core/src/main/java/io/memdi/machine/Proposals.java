package io.memdi.machine;

import io.memdi.Ack;
import io.memdi.Incarnation;
import io.memdi.Revision;
import io.memdi.log.Mistake;
import io.memdi.store.Session;
import io.memdi.store.State.Registration;
import io.memdi.store.Table;
import io.memdi.store.Version;
import io.memdi.transport.ClientMessage.SessionWrites;
import io.memdi.transport.Entry;
import io.memdi.transport.Member;
import io.memdi.transport.Message;
import io.memdi.transport.Message.WriteReplies;
import io.memdi.transport.Message.WriteReply;
import io.memdi.transport.Result;
import io.memdi.transport.StoreSpec;
import io.memdi.transport.Write;
import io.memdi.transport.Write.Operation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a leader takes writes: each number of a session once and in order, executed on its memory at once, its outcome appended to
 * the log, answered when the entry has reached the level that the caller asked for.
 *
 * <p>A number that was taken before is answered from memory. A number that leaves a gap waits, unless the gap is closed: below
 * {@code firstOpen} nobody waits for an outcome any more.
 */
final class Proposals {
    /** How many writes are foreseen together, see {@link Following}. */
    private static final int TOGETHER = 16;

    private static final long EARLY = 1L << 60;

    private final Core core;
    private final AppendTimes times = new AppendTimes();
    private final Map<Incarnation, Answers> answers = new LinkedHashMap<>();
    private final Map<Incarnation, Member> held = new LinkedHashMap<>();
    private final DiskLevels levels = new DiskLevels();
    private long uncommittedBytes;
    private long batchStart;

    /** Index of the first entry that this leader appended itself. */
    private long firstOwn;

    /** The entry at which commits have stalled; 0 if they have not. */
    private long stalledSince;

    /** What goes back to one session at the end of the turn. */
    private static final class Answers {
        final Member owner;
        final List<WriteReply> replies = new ArrayList<>();

        /** Numbers that are answered from memory alone, if the leader may still do so when the turn ends. */
        private long[] early = new long[16];

        int earlyCount;
        long expected;

        Answers(Member owner) {
            this.owner = owner;
        }

        void early(long number) {
            if (earlyCount == early.length) {
                early = Arrays.copyOf(early, 2 * earlyCount);
            }
            early[earlyCount++] = number;
        }
    }

    Proposals(Core core) {
        this.core = core;
    }

    private Answers answersTo(Member owner) {
        Answers to = answers.get(owner.incarnation());
        if (to == null) {
            to = new Answers(owner);
            answers.put(owner.incarnation(), to);
        }
        return to;
    }

    /** Starts to lead: what the log holds beyond the commit index counts as uncommitted. */
    void begin() {
        end();
        firstOwn = core.log.lastIndex() + 1;
        for (long i = core.committed + 1; i <= core.log.lastIndex(); i++) {
            uncommittedBytes += core.log.get(i).bytes();
        }
    }

    void end() {
        times.clear();
        answers.clear();
        held.clear();
        levels.clear();
        uncommittedBytes = 0;
        stalledSince = 0;
    }

    /** Appends an entry and executes it on this leader's memory. */
    void append(Entry entry) {
        core.append(entry);
        core.state.execute(entry);
        uncommittedBytes += entry.bytes();
    }

    /** Takes writes of a member's session as far as they follow what it took before. */
    void onWrites(Member owner, long firstOpen, List<Write> writes, boolean closed) {
        Session session = core.state.sessions().get(owner.incarnation());
        if (session != null && !session.isOfClient() && core.inForce().member(owner.incarnation()) != null) {
            onWrites(owner, session, firstOpen, writes, closed);
        }
    }

    /** Likewise of a client's, which those were meant for that had this ticket, and no later one. */
    void onClientWrites(Member client, SessionWrites message, boolean closed) {
        Session session = core.state.sessions().get(client.incarnation());
        if (session != null
                && session.isOfClient()
                && (session.ticket().equals(message.session()) || core.plants(Mistake.IGNORES_TICKETS))
                && (!session.isClosing() || core.plants(Mistake.WRITES_AFTER_SESSION_CLOSED))) {
            Message.Writes writes = message.writes();
            onWrites(client, session, writes.firstOpen(), writes.writes(), closed);
        }
    }

    private void onWrites(Member owner, Session session, long firstOpen, List<Write> writes, boolean closed) {
        Answers to = answersTo(owner);
        batchStart = core.log.lastIndex() + 1;
        for (int i = 0; i < writes.size(); i++) {
            if (i % TOGETHER == 0) {
                foresee(writes, i);
            }
            Write write = writes.get(i);
            long number = write.number();
            if (number <= session.taken() && !repeats(session, number, firstOpen)) {
                remind(to, session, write);
                continue;
            }
            long next = core.plants(Mistake.WAITS_FOR_CLOSED_GAP)
                    ? session.taken() + 1
                    : Math.max(session.taken() + 1, firstOpen);
            if (number > next) {
                to.expected = next;
                return;
            }
            if (number < next && number > session.taken()) {
                continue;
            }
            if (closed || !core.open || isFull()) {
                held.put(owner.incarnation(), owner);
                return;
            }
            take(to, session, write, firstOpen);
        }
    }

    private boolean isFull() {
        return uncommittedBytes >= core.settings.maxUncommittedBytes() || (core.disk != null && core.disk.isBehind());
    }

    private boolean hasRoom() {
        return uncommittedBytes <= core.settings.maxUncommittedBytes() / 2
                && (core.disk == null || core.disk.hasCaughtUp());
    }

    private void foresee(List<Write> writes, int from) {
        int end = Math.min(writes.size(), from + TOGETHER);
        for (int i = from; i < end; i++) {
            Write write = writes.get(i);
            Registration store = core.state.registration(write.store().name());
            if (store != null) {
                core.state.foresee(store, write.key(), write.hash());
            }
        }
    }

    private boolean repeats(Session session, long number, long firstOpen) {
        return core.plants(Mistake.EXECUTES_TWICE) && number == session.taken() && number >= firstOpen && core.open;
    }

    /** Answers a number that was taken before: at its level, and never by executing it again. */
    private void remind(Answers to, Session session, Write write) {
        if (session.remembers(write.number())) {
            answerAtLevel(to, session, write);
        }
    }

    private void take(Answers to, Session session, Write write, long firstOpen) {
        Registration store = registration(write.store());
        StoreSpec spec = store.spec();
        Version found = null;
        Result result = Result.WRONG_CODEC;
        if (write.store().equals(spec)) {
            try {
                found = look(store.table(), write);
                result = holds(write, found) ? Result.APPLIED : Result.CONDITION_FAILED;
            } catch (Exception | StackOverflowError | AssertionError | LinkageError e) {
                core.effects.note(
                        "refuses a write to store \"" + spec.name() + "\", because its key cannot be compared: " + e);
                result = Result.KEY_FAILED;
            }
        }
        Revision seen = result != Result.CONDITION_FAILED || found == null ? Revision.NONE : found.revision();
        append(new Entry.Written(
                core.term,
                core.log.lastIndex() + 1,
                to.owner.incarnation(),
                write.number(),
                firstOpen,
                result,
                seen,
                store.number(),
                write.key(),
                write.hash(),
                result == Result.APPLIED ? write.value() : null,
                write.size()));
        answerAtLevel(to, session, write);
    }

    /** The registration of a store, which its first write makes. */
    private Registration registration(StoreSpec spec) {
        Registration store = core.state.registration(spec.name());
        if (store == null) {
            append(new Entry.StoreCreated(core.term, core.log.lastIndex() + 1, core.state.nextStore(), spec));
            store = Objects.requireNonNull(core.state.registration(spec.name()));
        }
        return store;
    }

    /** What the condition of a write is asked of; that of a put is of nothing, but its key has to be comparable too. */
    private static @Nullable Version look(Table table, Write write) {
        if (write.operation() == Operation.PUT) {
            table.contains(write.key(), write.hash());
            return null;
        }
        return table.find(write.key(), write.hash());
    }

    private static boolean holds(Write write, @Nullable Version found) {
        return switch (write.operation()) {
            case PUT -> true;
            case PUT_IF_ABSENT -> found == null;
            case REMOVE -> found != null;
            case REPLACE, REMOVE_AT ->
                found != null
                        && found.index() == write.expected().index()
                        && found.term() == write.expected().term();
        };
    }

    /**
     * Memory alone answers for what was applied by this leader. An entry of an earlier leader may be of any age; and a refusal has
     * to be committed at any level, because until then an earlier try may come back with another leader, and take effect.
     */
    private void answerAtLevel(Answers to, Session session, Write write) {
        long number = write.number();
        boolean applied = session.result(number) == Result.APPLIED;
        boolean hasty = !applied && core.plants(Mistake.ANSWERS_FAILED_CONDITION_EARLY);
        if (applied && core.disk != null && DiskLevels.isBetween(write.ack())) {
            boolean there = write.ack() == Ack.LEADER_DISK && core.plants(Mistake.ANSWERS_LEADER_DISK_EARLY);
            long index = there ? session.index(number) - EARLY : session.index(number);
            levels.owe(write.ack(), index, new DiskLevels.Owed(to.owner.incarnation(), number));
        } else if (session.index(number) <= core.committed || hasty) {
            to.replies.add(reply(session, number));
        } else if (applied && write.ack() == Ack.LEADER_MEMORY && session.index(number) >= firstOwn) {
            to.early(number);
        } else {
            session.owe(number);
        }
    }

    private WriteReply reply(Session session, long number) {
        Result result = session.result(number);
        Revision position = session.position(number);
        if (core.plants(Mistake.REUSES_REVISION) && result == Result.APPLIED) {
            position = new Revision(position.term(), Math.min(batchStart, position.index()));
        }
        return new WriteReply(
                number, result, position, result == Result.APPLIED ? Revision.NONE : session.seen(number));
    }

    /** Of a durable cluster: whether a write waits for the memory of a majority. */
    boolean isMemoryAwaited() {
        return levels.isMemoryAwaited();
    }

    /** Of a durable cluster: answers whoever waited for the leader's disk, or for a majority's memory. Those are known again each turn. */
    void settle(long synced, long heldByMajority) {
        levels.settle(synced, heldByMajority, owed -> {
            Session session = core.state.sessions().get(owed.owner());
            Member owner = owner(owed.owner());
            if (session != null && owner != null && session.remembers(owed.number())) {
                answersTo(owner).replies.add(reply(session, owed.number()));
            }
        });
    }

    private @Nullable Member owner(Incarnation session) {
        Member member = core.inForce().member(session);
        return member == null ? core.clients.get(session) : member;
    }

    /** An entry was committed: answers who waited for that. */
    void onCommitted(Entry entry) {
        uncommittedBytes -= entry.bytes();
        times.committed(entry.index());
        if (entry instanceof Entry.Written written) {
            Session session = core.state.sessions().get(written.session());
            if (session != null && session.remembers(written.number()) && session.settle(written.number())) {
                Member owner = owner(written.session());
                if (owner != null) {
                    answersTo(owner).replies.add(reply(session, written.number()));
                }
            }
        }
    }

    /**
     * Sends the answers of this turn. Where commits have stalled for the minimum election timeout, a write is not acknowledged
     * from memory alone, but once it is committed: that bounds what such an acknowledgement can lose.
     */
    void answer(boolean closed) {
        times.appended(core.log.lastIndex(), core.now);
        boolean slow = times.age(core.now) >= core.settings.electionMinNanos();
        boolean stalled = slow && !core.plants(Mistake.NO_CHECK_QUORUM);
        noteStall(slow);
        if (!closed && core.open && hasRoom()) {
            callBack();
        }
        for (Answers to : answers.values()) {
            Session session = core.state.sessions().get(to.owner.incarnation());
            for (int i = 0; i < to.earlyCount; i++) {
                long number = to.early[i];
                if (session == null || !session.remembers(number)) {
                    continue;
                }
                if (stalled && session.index(number) > core.committed) {
                    session.owe(number);
                } else {
                    to.replies.add(reply(session, number));
                }
            }
            if (!to.replies.isEmpty() || to.expected > 0) {
                send(to);
            }
        }
        answers.clear();
    }

    /** Whether nothing has been committed for an election timeout, though there is something to commit. */
    boolean isStalled() {
        return stalledSince > 0;
    }

    private void noteStall(boolean slow) {
        if (slow && stalledSince == 0) {
            stalledSince = core.committed + 1;
            core.effects.note("commits have stalled at entry " + stalledSince + ": no majority of the voters keeps up;"
                    + " writes are acknowledged once they are committed, at LEADER_MEMORY too");
        } else if (!slow && stalledSince > 0) {
            core.effects.note("commits go on, after they had stalled at entry " + stalledSince);
            stalledSince = 0;
        }
    }

    /** Asks those whose writes were not taken to send them again. */
    private void callBack() {
        for (Member owner : held.values()) {
            Session session = core.state.sessions().get(owner.incarnation());
            if (session != null) {
                Answers to = answersTo(owner);
                if (to.expected == 0) {
                    to.expected = session.taken() + 1;
                }
            }
        }
        held.clear();
    }

    private void send(Answers to) {
        if (core.isSelf(to.owner)) {
            to.replies.forEach(core.effects::reply);
            core.effects.expect(to.expected);
        } else {
            core.send(to.owner, new WriteReplies(to.replies, to.expected));
        }
    }
}
