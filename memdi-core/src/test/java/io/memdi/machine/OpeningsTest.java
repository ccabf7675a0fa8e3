package io.memdi.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.memdi.ClusterId;
import io.memdi.Incarnation;
import io.memdi.Revision;
import io.memdi.machine.Openings.Other;
import io.memdi.storage.Recovered;
import io.memdi.transport.Configuration;
import io.memdi.transport.Contact;
import io.memdi.transport.Entry;
import io.memdi.transport.Member;
import io.memdi.transport.Message.Presence;
import io.memdi.transport.Message.PresenceReply;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What speaks against a directory, and what does not. */
class OpeningsTest {
    private static final long MS = 1_000_000;
    private static final Settings SETTINGS =
            new Settings(20 * MS, 100 * MS, 200 * MS, 300, 300, 1_000, 1 << 20, 16, null);
    private static final Member B = new Member("b", new Incarnation(7, 7), "b");
    private static final Member ELSEWHERE = new Member("b", new Incarnation(7, 7), "another");

    private final Core core = new Core(SETTINGS, new Contact("a", "a"), Start.founding(List.of()), new Random(1));
    private final Openings openings = new Openings(core, Recovered.nothing(1));

    @BeforeEach
    void found() {
        core.cluster = new ClusterId(1, 1);
        core.append(new Entry.Configured(0, 1, Configuration.founding(List.of(core.self, B))));
        core.commitNext();
        core.term = 3;
    }

    /** What is answered; null if nothing is. */
    private String answer(Member from, Presence presence, Other other) {
        core.effects.clear();
        openings.onPresence(from, presence, other);
        return core.effects.sends() == 0
                ? "silence"
                : ((PresenceReply) core.effects.envelope(0).message()).contradiction();
    }

    private String answer(long opening, long id, long before, long term, long last) {
        return answer(B, new Presence(opening, id, before, term, new Revision(term, last)), Other.GONE);
    }

    /** Entries that are committed here, up to an index. */
    private void commitUpTo(long index) {
        while (core.log.lastIndex() < index) {
            core.append(new Entry.Opened(3, core.log.lastIndex() + 1));
        }
        while (core.committed < index) {
            core.commitNext();
        }
    }

    @Test
    void aRestartIsNoContradiction() {
        assertThat(answer(1, 11, 0, 0, 0)).isEmpty();
        openings.acknowledged(B, 1, 5);
        assertThat(answer(1, 11, 0, 0, 0)).as("said again, late").isEmpty();
        assertThat(answer(2, 12, 11, 3, 5)).isEmpty();
        assertThat(answer(4, 14, 13, 3, 5)).as("started twice without a word").isEmpty();
    }

    @Test
    void whoeverIsUnknownIsBelieved() {
        assertThat(answer(9, 19, 18, 2, 1)).isEmpty();
    }

    @Test
    void fewerOpeningsAreFromBefore() {
        answer(4, 14, 13, 3, 5);
        assertThat(answer(3, 93, 12, 3, 5)).contains("opened 4 times already", "opening number 3");
    }

    @Test
    void anAcknowledgementTellsOfAnOpeningToo() {
        openings.acknowledged(B, 4, 5);
        assertThat(answer(3, 93, 12, 3, 5)).contains("opened 4 times already");
        assertThat(answer(4, 14, 13, 3, 2))
                .as("acknowledged in the same opening")
                .isEmpty();
    }

    @Test
    void twoOfOneNumberAreCopies() {
        answer(4, 14, 13, 3, 5);
        assertThat(answer(4, 94, 13, 3, 5)).contains("opening number 4 was another one", "two of it");
        assertThat(answer(5, 95, 94, 3, 5)).contains("opening number 4 was another one");
        assertThat(answer(5, 15, 14, 3, 5)).isEmpty();
    }

    @Test
    void aLowerTermIsFromBefore() {
        openings.acknowledged(B, 1, 5);
        assertThat(answer(2, 12, 11, 2, 9)).contains("has been in term 3", "here it is in term 2");
    }

    @Test
    void whatWasAcknowledgedInItsTermIsThere() {
        openings.acknowledged(B, 1, 5);
        assertThat(answer(2, 12, 11, 3, 4)).contains("acknowledged the log up to entry 5", "ends with 4");
    }

    @Test
    void whatALaterLeaderMayHaveTakenBackIsNoContradiction() {
        openings.acknowledged(B, 1, 5);
        core.term = 4;
        assertThat(answer(2, 12, 11, 4, 4)).isEmpty();
    }

    @Test
    void whatWasCommittedNobodyTakesBack() {
        commitUpTo(5);
        openings.acknowledged(B, 1, 5);
        core.term = 6;
        openings.acknowledged(B, 1, 2);
        assertThat(answer(2, 12, 11, 6, 4)).contains("acknowledged the log up to entry 5", "ends with 4");
    }

    @Test
    void whatWasAcknowledgedInEarlierOpeningsStays() {
        commitUpTo(5);
        openings.acknowledged(B, 1, 5);
        openings.acknowledged(B, 2, 5);
        core.term = 4;
        assertThat(answer(2, 12, 11, 3, 4)).as("second").contains("entry 5");
        assertThat(answer(3, 13, 12, 3, 4)).as("third").contains("entry 5");
    }

    @Test
    void aContradictionIsLoggedOnce() {
        answer(4, 14, 13, 3, 5);
        core.effects.clear();
        openings.onPresence(B, new Presence(3, 93, 12, 3, Revision.NONE), Other.GONE);
        openings.onPresence(B, new Presence(3, 93, 12, 3, Revision.NONE), Other.GONE);
        assertThat(core.effects.notes()).singleElement().asString().contains("refuses node b at b", "copy");
    }

    @Test
    void whileAnotherProcessAnswersASecondOneWaitsAndIsRefused() {
        answer(4, 14, 13, 3, 5);
        Presence second = new Presence(5, 15, 14, 3, new Revision(3, 5));
        assertThat(answer(ELSEWHERE, second, Other.LIVES)).isEqualTo("silence");
        core.now += 399 * MS;
        assertThat(answer(ELSEWHERE, second, Other.LIVES)).isEqualTo("silence");
        core.now += 2 * MS;
        assertThat(answer(ELSEWHERE, second, Other.LIVES)).contains("another process goes on as node b");
        assertThat(answer(ELSEWHERE, second, Other.GONE))
                .as("the first is gone")
                .isEmpty();
    }

    @Test
    void whoCannotKnowLeavesItToTheLeaderAndBelievesNobodyBefore() {
        answer(4, 14, 13, 3, 5);
        Presence second = new Presence(5, 15, 14, 3, new Revision(3, 5));
        assertThat(answer(ELSEWHERE, second, Other.UNKNOWN)).isEqualTo("silence");
        core.now += 799 * MS;
        assertThat(answer(ELSEWHERE, second, Other.UNKNOWN)).isEqualTo("silence");
        assertThat(answer(5, 25, 14, 3, 5)).as("the first is started again").isEmpty();
    }

    @Test
    void whoIsNotRefusedByTheLeaderIsBelievedInTheEnd() {
        answer(4, 14, 13, 3, 5);
        Presence second = new Presence(5, 15, 14, 3, new Revision(3, 5));
        answer(ELSEWHERE, second, Other.UNKNOWN);
        core.now += 800 * MS;
        assertThat(answer(ELSEWHERE, second, Other.UNKNOWN)).isEmpty();
        assertThat(answer(5, 25, 14, 3, 5)).contains("was another one");
    }

    @Test
    void atAnotherAddressNobodyVotesBeforeItIsSettled() {
        Core moved = new Core(SETTINGS, new Contact("a", "elsewhere"), Start.founding(List.of()), new Random(1));
        moved.cluster = core.cluster;
        Member listed = new Member("a", moved.self.incarnation(), "a");
        moved.append(new Entry.Configured(0, 1, Configuration.founding(List.of(listed, B))));
        moved.commitNext();
        Openings returning = new Openings(moved, Recovered.nothing(1));
        returning.returnsWith(3, new Revision(3, 1));
        returning.tick();
        moved.now += 799 * MS;
        assertThat(returning.mayVote()).isFalse();
        moved.now += MS;
        assertThat(returning.mayVote()).isTrue();
    }

    @Test
    void whoIsBackIsSettledOnceEverybodyHasHadTheTimeToContradict() {
        assertThat(openings.isSettled()).as("it was never here").isTrue();
        openings.returnsWith(3, new Revision(3, 1));
        assertThat(openings.isSettled()).isFalse();
        openings.tick();
        core.now += 799 * MS;
        assertThat(openings.isSettled()).isFalse();
        core.now += MS;
        assertThat(openings.isSettled()).isTrue();
    }

    @Test
    void whoIsNotListedIsNotAnswered() {
        Member stranger = new Member("x", new Incarnation(9, 9), "x");
        assertThat(answer(stranger, new Presence(1, 1, 0, 0, Revision.NONE), Other.GONE))
                .isEqualTo("silence");
    }

    @Test
    void whoWasHereBeforeVotesOnceAllHaveAnsweredOrHadTheTimeTo() {
        openings.returnsWith(3, new Revision(3, 1));
        assertThat(openings.mayVote()).isFalse();
        core.effects.clear();
        openings.tick();
        assertThat(core.effects.envelope(0).message()).isEqualTo(new Presence(1, 1, 0, 3, new Revision(3, 1)));
        assertThat(openings.mayVote()).isFalse();
        openings.onReply(B, new PresenceReply(1, 2, ""));
        assertThat(openings.mayVote()).as("the answer to another opening").isFalse();
        openings.onReply(B, new PresenceReply(1, 1, ""));
        assertThat(openings.mayVote()).isTrue();
    }

    @Test
    void whoIsNotAnsweredVotesInTheEnd() {
        openings.returnsWith(3, new Revision(3, 1));
        openings.tick();
        core.now += 99 * MS;
        assertThat(openings.mayVote()).isFalse();
        core.now += MS;
        assertThat(openings.mayVote()).isTrue();
    }

    @Test
    void whoKnowsItsLeaderAloneTellsThatAndVotesForNobody() {
        Core empty = new Core(SETTINGS, new Contact("a", "a"), Start.founding(List.of()), new Random(1));
        Openings returning = new Openings(empty, Recovered.nothing(1));
        returning.returnsWith(0, Revision.NONE);
        empty.cluster = core.cluster;
        returning.tick();
        assertThat(empty.effects.sends()).isZero();
        empty.leader = B;
        returning.tick();
        assertThat(empty.effects.sends()).isEqualTo(1);
        assertThat(empty.effects.envelope(0).target()).isEqualTo(B.incarnation());
        returning.onReply(B, new PresenceReply(1, 1, ""));
        empty.now += 1_000 * MS;
        assertThat(returning.mayVote())
                .as("without a log it cannot tell who decides")
                .isFalse();
    }

    @Test
    void whoIsContradictedStops() {
        core.effects.clear();
        openings.onReply(B, new PresenceReply(2, 0, "old news"));
        assertThat(core.effects.stopped()).isNull();
        openings.onReply(B, new PresenceReply(1, 0, "there are two of it"));
        assertThat(core.effects.stopped())
                .contains("a copy, or from before: there are two of it, as node b says", "move this one away");
    }
}
