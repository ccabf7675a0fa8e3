package io.memdi.wire;

import io.memdi.ReadLevel;
import io.memdi.Revision;
import io.memdi.transport.Answer;
import io.memdi.transport.ClientMessage.Answers;
import io.memdi.transport.ClientMessage.Queries;
import io.memdi.transport.Query;
import io.memdi.transport.Query.Kind;
import io.memdi.transport.Range;
import io.memdi.transport.StoreSpec;
import io.memdi.wire.StoreCodecs.Known;
import java.util.List;

/**
 * What a client wants to know of stores, and what was found.
 *
 * <pre>
 *   queries         count varint | queries
 *   query           kind byte | flags byte | number signed, the difference to one more than in the query before
 *                     1 store as in the query before   2, 4 the level's code
 *                   [store] | minimum revision
 *     0 get           hash int32 | key length varint | bytes
 *     1 size          nothing
 *     2 page          from place | limit varint
 *   place           segment varint | place in it varint
 *
 *   answers         store | count varint | answers
 *   answer          kind byte | number signed, the difference to one more than in the answer before | held revision
 *     0 found         revision | value length varint | bytes
 *     1 absent        nothing
 *     2 counted       count varint
 *     3 listed        there is more byte | [next place] | count varint | items
 *     4 refused       cause byte | reason text
 *   item            revision | key length varint | bytes | value length varint | bytes
 * </pre>
 *
 * <p>A query names its store, as a write does. Keys and values of answers are read as {@link Encoded}, also where the store is open: whoever
 * has asked makes objects of them, on a thread of its own, by {@link StoreCodecs#keyOf} and {@link StoreCodecs#valueOf}. So a codec that
 * fails costs the caller that it fails for, and not the answers that travel with that one.
 */
final class QueryCodec {
    private static final int SAME_STORE = 1;
    private static final int LEVEL_SHIFT = 1;
    private static final int ALL_FLAGS = 7;

    private static final int FOUND = 0;
    private static final int ABSENT = 1;
    private static final int COUNTED = 2;
    private static final int LISTED = 3;
    private static final int REFUSED = 4;

    /** Of the size of the same store. */
    private static final int MIN_QUERY = 5;

    /** Of an absent key. */
    private static final int MIN_ANSWER = 4;

    private static final int MIN_ITEM = 4;

    /** Where the next page begins, if there is none. */
    private static final long NOWHERE = -1;

    private static final Codes<Kind> KINDS =
            new Codes<>("the kind of a query", List.of(Kind.GET, Kind.SIZE, Kind.PAGE));

    private static final Codes<ReadLevel> LEVELS = new Codes<>(
            "the level of a query",
            List.of(ReadLevel.LOCAL, ReadLevel.SESSION, ReadLevel.COMMITTED, ReadLevel.LINEARIZABLE));

    private static final Codes<Answer.Cause> CAUSES =
            new Codes<>("the cause of a refusal", List.of(Answer.Cause.WRONG_CODEC, Answer.Cause.KEY_FAILED));

    private QueryCodec() {}

    // --- queries ---

    static void writeQueries(WireWriter out, Queries message, Known stores) {
        List<Query> queries = message.queries();
        int count = queries.size();
        out.writeVarint(count);
        StoreCoder store = StoreCoder.UNKNOWN;
        long number = 0;
        for (int i = 0; i < count; i++) {
            Query query = queries.get(i);
            boolean same = i > 0 && query.store().equals(store.spec());
            if (!same) {
                store = stores.of(query.store());
            }
            writeQuery(out, query, number, same, store);
            number = query.number();
        }
    }

    private static void writeQuery(WireWriter out, Query query, long before, boolean same, StoreCoder store) {
        KINDS.write(out, query.kind());
        out.writeByte((same ? SAME_STORE : 0) | LEVELS.codeOf(query.level()) << LEVEL_SHIFT);
        out.writeSigned(query.number() - before - 1);
        if (!same) {
            MemberCodec.writeStore(out, query.store());
        }
        MemberCodec.writeRevision(out, query.minimum());
        Object key = query.key();
        if (key != null) {
            out.writeInt(query.hash());
            store.writeKey(out, key);
        }
        if (query.kind() == Kind.PAGE) {
            writePlace(out, query.from());
            out.writeVarint(query.limit());
        }
    }

    static Queries readQueries(WireReader in, Known stores) {
        Query[] queries = new Query[in.readCount("queries", MIN_QUERY, Integer.MAX_VALUE)];
        StoreCoder store = StoreCoder.UNKNOWN;
        long number = 0;
        for (int i = 0; i < queries.length; i++) {
            Kind kind = KINDS.read(in);
            int flags = in.readFlags("the flags of a query", i == 0 ? ALL_FLAGS & ~SAME_STORE : ALL_FLAGS);
            ReadLevel level = LEVELS.of(in, flags >> LEVEL_SHIFT);
            number += in.readSigned("the number of a query") + 1;
            if ((flags & SAME_STORE) == 0) {
                store = stores.of(MemberCodec.readStore(in));
            }
            Revision minimum = MemberCodec.readRevision(in, "what an answer has to hold");
            queries[i] = switch (kind) {
                case GET -> readGet(in, number, level, minimum, store);
                case SIZE -> Query.size(number, store.spec(), level, minimum);
                case PAGE -> readPage(in, number, level, minimum, store.spec());
            };
        }
        return new Queries(List.of(queries));
    }

    private static Query readGet(WireReader in, long number, ReadLevel level, Revision minimum, StoreCoder store) {
        int hash = in.readInt("the hash of a key");
        Object key = store.readKey(in, in.readLength("a key", Integer.MAX_VALUE), hash);
        return Query.get(number, store.spec(), level, minimum, key, hash);
    }

    private static Query readPage(WireReader in, long number, ReadLevel level, Revision minimum, StoreSpec store) {
        long from = readPlace(in);
        int limit = (int) in.readUpTo("how many keys a page may have", Integer.MAX_VALUE);
        return Query.page(number, store, level, minimum, from, limit);
    }

    private static void writePlace(WireWriter out, long from) {
        out.writeVarint(Query.segment(from));
        out.writeVarint(Query.place(from));
    }

    private static long readPlace(WireReader in) {
        int segment = (int) in.readUpTo("a segment", Range.SEGMENTS - 1L);
        return Query.from(segment, (int) in.readUpTo("a place in a segment", Range.PLACES - 1L));
    }

    // --- answers ---

    static void writeAnswers(WireWriter out, Answers message, Known stores) {
        List<Answer> answers = message.answers();
        int count = answers.size();
        StoreCoder store = stores.of(message.store());
        MemberCodec.writeStore(out, message.store());
        out.writeVarint(count);
        long number = 0;
        for (int i = 0; i < count; i++) {
            Answer answer = answers.get(i);
            writeAnswer(out, answer, number, store);
            number = answer.number();
        }
    }

    private static void writeAnswer(WireWriter out, Answer answer, long before, StoreCoder store) {
        out.writeByte(kindOf(answer));
        out.writeSigned(answer.number() - before - 1);
        MemberCodec.writeRevision(out, answer.held());
        if (answer instanceof Answer.Found found) {
            MemberCodec.writeRevision(out, found.revision());
            store.writeValue(out, found.value());
        } else if (answer instanceof Answer.Counted counted) {
            out.writeVarint(counted.count());
        } else if (answer instanceof Answer.Listed listed) {
            writeListed(out, listed, store);
        } else if (answer instanceof Answer.Refused refused) {
            CAUSES.write(out, refused.cause());
            out.writeText(refused.reason());
        }
    }

    private static void writeListed(WireWriter out, Answer.Listed listed, StoreCoder store) {
        boolean more = listed.next() != NOWHERE;
        out.writeBoolean(more);
        if (more) {
            writePlace(out, listed.next());
        }
        List<Answer.Item> items = listed.items();
        int count = items.size();
        out.writeVarint(count);
        for (int i = 0; i < count; i++) {
            Answer.Item item = items.get(i);
            MemberCodec.writeRevision(out, item.revision());
            store.writeKey(out, item.key());
            store.writeValue(out, item.value());
        }
    }

    private static int kindOf(Answer answer) {
        if (answer instanceof Answer.Found) {
            return FOUND;
        } else if (answer instanceof Answer.Absent) {
            return ABSENT;
        } else if (answer instanceof Answer.Counted) {
            return COUNTED;
        } else if (answer instanceof Answer.Listed) {
            return LISTED;
        } else if (answer instanceof Answer.Refused) {
            return REFUSED;
        }
        throw new IllegalStateException("an answer without a kind on the wire: " + answer);
    }

    static Answers readAnswers(WireReader in) {
        StoreSpec store = MemberCodec.readStore(in);
        Answer[] answers = new Answer[in.readCount("answers", MIN_ANSWER, Integer.MAX_VALUE)];
        long number = 0;
        for (int i = 0; i < answers.length; i++) {
            int kind = in.readByte("the kind of an answer");
            number += in.readSigned("the number of a query") + 1;
            Revision held = MemberCodec.readRevision(in, "what a node held");
            answers[i] = switch (kind) {
                case FOUND ->
                    new Answer.Found(
                            number,
                            held,
                            MemberCodec.readRevision(in, "the revision of a value"),
                            readEncoded(in, "a value"));
                case ABSENT -> new Answer.Absent(number, held);
                case COUNTED -> new Answer.Counted(number, held, in.readNatural("the size of a store"));
                case LISTED -> readListed(in, number, held);
                case REFUSED ->
                    new Answer.Refused(
                            number,
                            held,
                            CAUSES.read(in),
                            in.readText("the reason of a refusal", RequestCodec.MAX_WORDS));
                default -> throw in.malformed(0, "an answer of a kind from 0 to 4, before this, not " + kind);
            };
        }
        return new Answers(store, List.of(answers));
    }

    private static Answer.Listed readListed(WireReader in, long number, Revision held) {
        boolean more = in.readBoolean("whether there is more");
        long next = more ? readPlace(in) : NOWHERE;
        Answer.Item[] items = new Answer.Item[in.readCount("keys", MIN_ITEM, Integer.MAX_VALUE)];
        for (int i = 0; i < items.length; i++) {
            Revision revision = MemberCodec.readRevision(in, "the revision of a value");
            Encoded key = readEncoded(in, "a key");
            items[i] = new Answer.Item(revision, key, readEncoded(in, "a value"));
        }
        return new Answer.Listed(number, held, List.of(items), next);
    }

    private static Encoded readEncoded(WireReader in, String what) {
        int length = in.readLength(what, Integer.MAX_VALUE);
        return length == 0 ? Encoded.NOTHING : new Encoded(in.readBytes(length));
    }
}
