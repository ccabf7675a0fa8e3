package io.memdi.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memdi.Ack;
import io.memdi.Incarnation;
import io.memdi.Revision;
import io.memdi.Role;
import io.memdi.storage.Batch;
import io.memdi.storage.HardState;
import io.memdi.storage.Recovered;
import io.memdi.store.Seed;
import io.memdi.transport.Contact;
import io.memdi.transport.Entry;
import io.memdi.transport.Message.Mode;
import io.memdi.transport.Result;
import io.memdi.transport.StoreSpec;
import io.memdi.transport.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** One server that begins a cluster with a backup, turn by turn. */
class SeedingTest {
    private static final long MS = Stage.MS;
    private static final Settings SETTINGS =
            new Settings(50 * MS, 250 * MS, 500 * MS, 4096, 16384, 1 << 20, 1 << 20, 1024, null);
    private static final StoreSpec STORE = new StoreSpec("s", "string", "string");
    private static final Contact A = new Contact("a", "a");

    private final List<Batch> batches = new ArrayList<>();
    private final List<Image> beginnings = new ArrayList<>();
    private Replica replica = open(List.of(), null);
    private long now;

    private static Recovered directory(@Nullable HardState state, long opening) {
        return new Recovered(state, null, List.of(), 0, Revision.NONE, List.of(), 0, 0, opening, 1, 0, null, List.of());
    }

    private static Replica open(List<Contact> contacts, @Nullable Recovered recovered) {
        return new Replica(SETTINGS, A, Start.joining(contacts, true), new Random(1), recovered, null);
    }

    private void turn(Consumer<Replica> action) {
        replica.begin(now);
        action.accept(replica);
        Effects effects = replica.end();
        if (effects.anew() != null) {
            beginnings.add(effects.anew());
        }
        if (effects.batch() != null) {
            batches.add(effects.batch());
        }
        now += MS;
    }

    private void until(BooleanSupplier condition) {
        for (int i = 0; i < 5_000 && !condition.getAsBoolean(); i++) {
            turn(each -> {
                if (each.disk() != null && !batches.isEmpty()) {
                    each.disk().onSynced(batches.get(batches.size() - 1).ticket());
                }
            });
        }
        assertThat(condition.getAsBoolean()).isTrue();
    }

    /** Up to 3.12: one key that stays, one that goes. */
    private static Seed seed() {
        Seed seed = new Seed(new Revision(2, 8), List.of(new Entry.StoreCreated(1, 3, 1, STORE)));
        seed.add(written(2, 9, "kept", "1"));
        seed.add(written(3, 10, "gone", "2"));
        seed.add(new Entry.Blank(3, 11));
        seed.add(written(3, 12, "gone", null));
        return seed;
    }

    private static Entry.Written written(long term, long index, String key, @Nullable String value) {
        return new Entry.Written(
                term,
                index,
                new Incarnation(9, 9),
                index,
                index,
                Result.APPLIED,
                Revision.NONE,
                1,
                key,
                key.hashCode(),
                value,
                10);
    }

    private void found() {
        turn(each -> assertThat(each.seeding().found(seed())).isNull());
    }

    @Test
    void termsAndIndicesGoOnAboveTheBackup() {
        found();
        assertThat(replica.last()).isEqualTo(new Revision(3 + Seeding.TERMS_APART, 13));
        until(() -> replica.isReady());
        assertThat(replica.role()).isEqualTo(Role.LEADER);
        assertThat(replica.state().table(STORE).committedSize()).isEqualTo(1);
        turn(each -> each.submit(
                1, List.of(Stage.write(1, Ack.LEADER_MEMORY, Write.Operation.PUT, "k", "v", Revision.NONE))));
        assertThat(replica.last().term()).isGreaterThan(3 + Seeding.TERMS_APART);
        assertThat(replica.last().index()).isGreaterThan(13);
    }

    @Test
    void withADirectoryNothingCountsBeforeTheSnapshotHasTakenItsPlace() {
        replica = open(List.of(), directory(null, 1));
        found();
        assertThat(beginnings).singleElement().satisfies(image -> {
            assertThat(image.opened().position()).isEqualTo(new Revision(3, 12));
            assertThat(image.stores()).hasSize(1);
            assertThat(image.sessions()).isEmpty();
        });
        until(() -> replica.role() == Role.LEADER);
        for (int i = 0; i < 1_000; i++) {
            turn(each -> disk().onSynced(batches.get(batches.size() - 1).ticket()));
        }
        assertThat(replica.isReady()).isFalse();
        assertThat(replica.committed()).isEqualTo(12);
        turn(each -> disk().onSnapshotTaken());
        until(() -> replica.isReady());
    }

    @Test
    void whoWasStartedAgainBeforeThatHoldsNothingAndFoundsNothing() {
        replica = open(List.of(), directory(null, 1));
        found();
        until(() -> replica.role() == Role.LEADER);
        HardState state = batches.stream()
                .map(Batch::state)
                .filter(Objects::nonNull)
                .reduce((first, last) -> last)
                .orElseThrow();
        assertThat(state.mode()).isEqualTo(Mode.MEMBER);
        replica = open(List.of(), directory(state, 2)); // the entries since do not count: they follow no snapshot
        for (int i = 0; i < 1_000; i++) {
            turn(each -> {});
        }
        assertThat(replica.mode()).isEqualTo(Mode.EMPTY);
        assertThat(replica.cluster()).isNull();
        found();
        assertThat(replica.cluster()).isNotNull();
    }

    private Durability disk() {
        return Objects.requireNonNull(replica.disk());
    }

    @Test
    void whoHasOpenedAStoreOfItIsRefused() {
        turn(each -> {
            each.state().table(STORE);
            Refusal refusal = Objects.requireNonNull(each.seeding().found(seed()));
            assertThat(refusal.reason()).contains("store \"s\" was opened on this node before");
            assertThat(refusal.later()).isFalse();
        });
        assertThat(replica.mode()).isEqualTo(Mode.EMPTY);
    }

    @Test
    void whoBelongsToAClusterOrHasNotHeardThoseItAsksIsRefused() {
        found();
        assertThat(Objects.requireNonNull(replica.seeding().objection()).reason())
                .contains("belongs to cluster");
        replica = open(List.of(new Contact("b", "b")), null);
        turn(each -> {
            Refusal refusal = Objects.requireNonNull(each.seeding().found(seed()));
            assertThat(refusal.later()).isTrue();
        });
        assertThat(replica.mode()).isEqualTo(Mode.EMPTY);
    }

    @Test
    void whatDoesNotFollowIsNoPartOfABackup() {
        Seed seed = seed();
        assertThatThrownBy(() -> seed.add(written(3, 14, "k", "v"))).hasMessageContaining("does not follow");
        assertThatThrownBy(() -> seed.add(new Entry.StoreCreated(3, 13, 3, new StoreSpec("t", "x", "x"))))
                .hasMessageContaining("store 2 should follow");
    }
}
