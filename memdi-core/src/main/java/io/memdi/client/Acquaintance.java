package io.memdi.client;

import io.memdi.transport.Contact;
import io.memdi.transport.Member;
import org.jspecify.annotations.Nullable;

/** A node that a client knows of: an address that it was given, or a member that it was told of. */
final class Acquaintance {
    final Contact contact;

    /** Whether the client was given it by its user, so that it is never forgotten. */
    final boolean given;

    /** Who was heard there; null as long as nobody was. */
    @Nullable
    Member member;

    boolean hailed;
    long hailedAt;

    /** Whether anybody was heard there, since a connection was lost last. */
    boolean heard;

    long heardAt;

    /** Whether queries to it were not answered; for a while it is asked last. */
    boolean slow;

    long slowAt;

    Acquaintance(Contact contact, boolean given) {
        this.contact = contact;
        this.given = given;
    }

    void heard(Member from, long now) {
        member = from;
        heard = true;
        heardAt = now;
    }

    boolean isAwake(long now, long silentNanos) {
        return heard && now - heardAt <= silentNanos;
    }

    boolean isSlow(long now, long forNanos) {
        return slow && now - slowAt <= forNanos;
    }
}
