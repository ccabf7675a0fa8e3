package io.memdi.machine;

import io.memdi.Incarnation;
import io.memdi.StorageException;
import io.memdi.log.Mistake;
import io.memdi.storage.HardState;
import io.memdi.storage.Recovered;
import io.memdi.storage.SnapshotHead;
import io.memdi.store.Pull;
import io.memdi.store.Table;
import io.memdi.transport.Configuration;
import io.memdi.transport.Entry;
import io.memdi.transport.HealMessage.HealPage;
import io.memdi.transport.Member;
import io.memdi.transport.Message.Mode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How a server goes on that was here before: its directory still has who it is, what it has promised, and its log. So it is the same
 * member that it was, and votes. What was in its memory alone is gone, and others are told so by the count of openings.
 *
 * <p>A crash may have left the front part of the last batch alone: a state whose entries are missing, or before which the log was not
 * cut yet. Both can be told from the state itself.
 */
final class Restoration {
    private final Core core;
    private final Bootstrap bootstrap;
    private final Durability disk;

    Restoration(Core core, Bootstrap bootstrap, Durability disk) {
        this.core = core;
        this.bootstrap = bootstrap;
        this.disk = disk;
    }

    /**
     * Goes on with that.
     *
     * @throws StorageException if it contradicts itself
     */
    void restore(Recovered recovered, @Nullable Images images) {
        HardState state = recovered.state();
        if (state == null) {
            if (!recovered.entries().isEmpty() || recovered.snapshot() != null) {
                throw new StorageException(
                        "the directory has " + recovered.entries().size()
                                + " entries of a log, and does not say whose: it cannot be trusted. Move it away, so that"
                                + " this node comes back as a new one, and heals",
                        null);
            }
            return;
        }
        List<Entry> entries = recovered.entries();
        SnapshotHead snapshot = recovered.snapshot();
        long base = recovered.base().index();
        if (isUnlisted(state, recovered)) {
            disk.recovered(state, entries.size());
            disk.cut(1);
            return;
        }
        core.self = new Member(core.contact.name(), state.incarnation(), core.contact.address());
        core.term = state.term();
        core.votedFor = state.vote();
        core.cluster = state.cluster();
        disk.recovered(state, base + entries.size());
        if (snapshot != null && images != null) {
            install(images, images.readImage(snapshot.meta()), recovered.pages());
        }
        boolean belong = state.mode() == Mode.MEMBER && (base > 0 || belongsTo(entries, state.proposal()));
        if (core.plants(Mistake.RESTARTS_WITHOUT_LOG)) {
            belong = false;
        }
        if (belong) {
            entries.forEach(core::append);
            commit(Math.min(Math.max(recovered.committed(), recovered.snapshotEnd()), core.log.lastIndex()));
            commit(provenByWrites());
            requireWhole(recovered);
        } else if (!entries.isEmpty()) {
            disk.cut(1);
        }
        requireOwn(core.configurations.inForce());
        requireOwn(core.configurations.committed(core.committed));
        requireOwn(state.proposal());
        requireSameList(state);
        bootstrap.restore(state);
        disk.openings().returnsWith(core.term, core.log.last());
        beginAgain(state);
        if (core.term > 0 && core.log.last().term() > core.term) {
            throw new StorageException(
                    "the log goes up to " + core.log.last() + ", and the term on disk is " + core.term
                            + ": the directory cannot be trusted. Move it away, so that this node comes back as a new one, and"
                            + " heals",
                    null);
        }
    }

    /**
     * Whether it was taken in, and its log does not say so yet. Then it could not tell whether it was taken out again in the meantime; and
     * nobody has made it a voter, which takes a log on its disk that lists it. So it gives that life up, and asks anew.
     */
    private boolean isUnlisted(HardState state, Recovered recovered) {
        Configuration proposal = state.proposal();
        return state.mode() == Mode.MEMBER
                && (proposal == null || proposal.voter(state.incarnation()) == null)
                && recovered.snapshot() == null
                && recovered.base().index() == 0
                && recovered.entries().stream()
                        .noneMatch(entry -> entry instanceof Entry.Configured configured
                                && configured.configuration().member(state.incarnation()) != null);
    }

    /** Under another name nobody would reach it: what is meant for its incarnation goes to the address of the node that it was. */
    private void requireOwn(@Nullable Configuration configuration) {
        Member listed = configuration == null ? null : configuration.member(core.self.incarnation());
        if (listed != null && !listed.name().equals(core.self.name())) {
            throw new StorageException(
                    "it is the directory of node " + listed.name() + " of cluster " + core.cluster
                            + ", and this is node " + core.self.name() + ": give each node its own directory",
                    null);
        }
    }

    /** What the others of that list said of the founding counts for that list alone. */
    private void requireSameList(HardState state) {
        Configuration proposal = state.proposal();
        if (state.mode() == Mode.LOCKED && proposal != null && state.list() != bootstrap.list()) {
            String list = proposal.voters().stream()
                    .map(voter ->
                            voter.name().equals(voter.address()) ? voter.name() : voter.name() + "=" + voter.address())
                    .collect(Collectors.joining(", "));
            throw new StorageException(
                    "this node has agreed to found a cluster of " + list
                            + ", and has not heard yet that it began: start it with that list again. To found another one, see first that"
                            + " none of those has begun; then move the directory away",
                    null);
        }
    }

    /** Whether the log begins as that of its cluster does, and not of one that was given up in the same batch. */
    private static boolean belongsTo(List<Entry> entries, @Nullable Configuration proposal) {
        return entries.isEmpty()
                || proposal == null
                || proposal.list().isEmpty()
                || (entries.get(0) instanceof Entry.Configured first
                        && first.configuration().equals(proposal));
    }

    private static void requireWhole(Recovered recovered) {
        long last = recovered.base().index() + recovered.entries().size();
        if (last < recovered.snapshotEnd()) {
            throw new StorageException(
                    "the snapshot is whole with the log up to " + recovered.snapshotEnd() + ", which ends at " + last
                            + ": the directory cannot be trusted. Move it away, so that this node comes back as a new one,"
                            + " and heals",
                    null);
        }
    }

    /** The pages may be ahead of the image, and of each other: the log brings the rest to the same position. */
    private void install(Images images, Image image, Iterable<byte[]> pages) {
        core.restore(image);
        for (byte[] bytes : pages) {
            HealPage message = images.readPage(bytes);
            Table table =
                    core.state.committedRegistry().get(message.store() - 1).table();
            Pull.load(table, message.page());
        }
    }

    /**
     * A write is taken only once the entry is committed that has opened its session: so a log that has the one proves that the other is
     * committed, whatever the disk was told by then. Without that, a leader could not execute such a write: sessions open with commits.
     *
     * @return index of the last entry that is proven so; 0 if none is
     */
    private long provenByWrites() {
        Map<Incarnation, Long> opened = new HashMap<>();
        long proven = 0;
        for (long index = core.committed + 1; index <= core.log.lastIndex(); index++) {
            Entry entry = core.log.get(index);
            if (entry instanceof Entry.Configured configured) {
                for (Member member : configured.configuration().members()) {
                    opened.putIfAbsent(member.incarnation(), index);
                }
            } else if (entry instanceof Entry.SessionOpened session) {
                opened.putIfAbsent(session.client(), index);
            } else if (entry instanceof Entry.Written written
                    && core.state.sessions().get(written.session()) == null) {
                proven = Math.max(proven, opened.getOrDefault(written.session(), 0L));
            }
        }
        return proven;
    }

    private void commit(long upTo) {
        boolean founded = core.log.firstIndex() == 1 && core.log.lastIndex() > 0 && core.log.term(1) == 0;
        while (core.committed < Math.max(upTo, founded ? 1 : 0)) {
            core.commitNext();
        }
    }

    /**
     * A founder that had become a member, and whose first entry is missing: all founders begin with the same one. Likewise of who went on
     * alone with the log of a cluster that had lost its majority.
     */
    private void beginAgain(HardState state) {
        Configuration proposal = state.proposal();
        boolean founder = proposal != null && proposal.voter(core.self.incarnation()) != null;
        if (proposal == null || !founder || state.mode() != Mode.MEMBER) {
            return;
        }
        if (core.log.lastIndex() == 0) {
            core.append(new Entry.Configured(0, 1, proposal));
            core.commitNext();
        } else if (proposal.list().isEmpty() && !core.wasListed()) {
            core.append(new Entry.Configured(core.term, core.log.lastIndex() + 1, proposal));
        }
    }
}
