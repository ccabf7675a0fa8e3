package io.memdi.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.memdi.Revision;
import org.junit.jupiter.api.Test;

class ClientSessionTest {
    private static final Revision FIRST = new Revision(1, 10);
    private static final Revision SECOND = new Revision(1, 20);

    private final ClientSession session = new ClientSession();

    @Test
    void isOpenedOnceAndEndsOnce() {
        assertThat(session.isOpen()).isFalse();
        session.opened(Revision.NONE, 1);
        assertThat(session.isOpen()).isFalse();
        session.opened(FIRST, 2);
        session.opened(SECOND, 3);
        assertThat(session.ticket()).isEqualTo(FIRST);
        assertThat(session.ended(3)).isTrue();
        assertThat(session.ended(3)).isFalse();
        assertThat(session.isOpen()).isFalse();
    }

    @Test
    void theTicketOfAnEarlierOneIsNotTakenAgain() {
        session.opened(FIRST, 1);
        session.ended(2);
        session.opened(SECOND, 3);
        session.ended(4);
        session.opened(FIRST, 5);
        assertThat(session.isOpen()).isFalse();
    }

    @Test
    void goesOnIfItsEndWasTakenBack() {
        session.opened(FIRST, 1);
        session.ended(2);
        session.opened(FIRST, 3);
        assertThat(session.ticket()).isEqualTo(FIRST);
    }

    @Test
    void theEndOfAnEarlierOneEndsNothing() {
        session.opened(FIRST, 1);
        session.ended(2);
        session.opened(SECOND, 5);
        assertThat(session.ended(5))
                .as("an answer to a hail that named the first")
                .isFalse();
        assertThat(session.ended(6)).isTrue();
    }

    @Test
    void anotherClusterHasTicketsOfItsOwn() {
        session.opened(SECOND, 1);
        session.startOver();
        session.opened(FIRST, 2);
        assertThat(session.ticket()).isEqualTo(FIRST);
    }
}
