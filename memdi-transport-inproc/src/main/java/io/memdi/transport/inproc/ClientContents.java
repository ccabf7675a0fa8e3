package io.memdi.transport.inproc;

import io.memdi.transport.Answer;
import io.memdi.transport.ClientMessage;
import io.memdi.transport.ClientMessage.Answers;
import io.memdi.transport.ClientMessage.Queries;
import io.memdi.transport.ClientMessage.SessionWrites;
import io.memdi.transport.Query;

/** Digests of what clients and nodes say to each other: see {@link Contents}. */
final class ClientContents {
    private ClientContents() {}

    static long of(ClientMessage message) {
        if (message instanceof SessionWrites writes) {
            return Contents.mix(Contents.mix(1, writes.session().toString()), Contents.of(writes.writes()));
        } else if (message instanceof Queries queries) {
            long digest = 2;
            for (Query query : queries.queries()) {
                digest = Contents.mix(digest, of(query));
            }
            return digest;
        } else if (message instanceof Answers answers) {
            long digest = Contents.mix(3, answers.store().toString());
            for (Answer answer : answers.answers()) {
                digest = Contents.mix(digest, of(answer));
            }
            return digest;
        }
        return Contents.mix(4, message.toString());
    }

    private static long of(Query query) {
        long digest = Contents.mix(
                Contents.mix(query.number(), query.kind().name()), query.store().toString());
        digest = Contents.mix(
                Contents.mix(digest, query.level().name()), query.minimum().toString());
        digest = Contents.mix(Contents.mix(digest, query.hash()), query.from());
        return Contents.mix(Contents.mix(digest, query.limit()), Contents.of(query.key()));
    }

    private static long of(Answer answer) {
        long digest = Contents.mix(answer.number(), answer.held().toString());
        if (answer instanceof Answer.Found found) {
            digest = Contents.mix(digest, found.revision().toString());
            return Contents.mix(digest, Contents.of(found.value()));
        } else if (answer instanceof Answer.Listed listed) {
            for (Answer.Item item : listed.items()) {
                digest = Contents.mix(digest, item.revision().toString());
                digest = Contents.mix(Contents.mix(digest, Contents.of(item.key())), Contents.of(item.value()));
            }
            return Contents.mix(digest, listed.next());
        }
        return Contents.mix(digest, answer.toString());
    }
}
