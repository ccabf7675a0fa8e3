package io.memdi.wire;

import io.memdi.ClusterId;
import io.memdi.Incarnation;
import io.memdi.Revision;
import io.memdi.transport.Configuration;
import io.memdi.transport.Contact;
import io.memdi.transport.Envelope;
import io.memdi.transport.Member;
import io.memdi.transport.StoreSpec;
import java.util.List;

/**
 * Who belongs to a cluster, and the small parts that many messages have.
 *
 * <pre>
 *   revision        term varint | index varint
 *   incarnation     high int64 | low int64                       16 bytes; a cluster id likewise
 *   text            length varint | UTF-8
 *   member          incarnation | name text | address text
 *   contact         name text | address text
 *   store           name text | key codec text | value codec text
 *   configuration   voters | learners | outgoing | list          each: count varint, then members; of the list: names
 * </pre>
 */
final class MemberCodec {
    /** How many bytes a name or an address may take. */
    static final int MAX_NAME = 1024;

    /** How many members, or names, one list of a configuration may have. */
    static final int MAX_MEMBERS = 256;

    private static final int MIN_MEMBER = 18;

    private MemberCodec() {}

    static void writeRevision(WireWriter out, Revision revision) {
        out.writeVarint(revision.term());
        out.writeVarint(revision.index());
    }

    static Revision readRevision(WireReader in, String what) {
        long term = in.readUpTo(what, Envelope.MAX_TERM);
        long index = in.readNatural(what);
        return term == 0 && index == 0 ? Revision.NONE : new Revision(term, index);
    }

    static void writeIncarnation(WireWriter out, Incarnation incarnation) {
        out.writeLong(incarnation.high());
        out.writeLong(incarnation.low());
    }

    static Incarnation readIncarnation(WireReader in, String what) {
        return new Incarnation(in.readLong(what), in.readLong(what));
    }

    static void writeCluster(WireWriter out, ClusterId cluster) {
        out.writeLong(cluster.high());
        out.writeLong(cluster.low());
    }

    static ClusterId readCluster(WireReader in) {
        return new ClusterId(in.readLong("a cluster id"), in.readLong("a cluster id"));
    }

    static void writeMember(WireWriter out, Member member) {
        writeIncarnation(out, member.incarnation());
        out.writeText(member.name());
        out.writeText(member.address());
    }

    static Member readMember(WireReader in) {
        Incarnation incarnation = readIncarnation(in, "a member's incarnation");
        String name = readName(in, "a member's name");
        return new Member(name, incarnation, readName(in, "a member's address"));
    }

    /** A name or an address. It may stand in a log, where a line break would make a line of somebody else's. */
    static String readName(WireReader in, String what) {
        String name = in.readText(what, MAX_NAME);
        for (int i = 0; i < name.length(); i++) {
            if (Character.isISOControl(name.charAt(i))) {
                throw in.malformed(0, what + " to have no control characters");
            }
        }
        return name;
    }

    static void writeContact(WireWriter out, Contact contact) {
        out.writeText(contact.name());
        out.writeText(contact.address());
    }

    static Contact readContact(WireReader in) {
        return new Contact(readName(in, "a node's name"), readName(in, "a node's address"));
    }

    static void writeStore(WireWriter out, StoreSpec store) {
        out.writeText(store.name());
        out.writeText(store.keyCodec());
        out.writeText(store.valueCodec());
    }

    static StoreSpec readStore(WireReader in) {
        return new StoreSpec(
                in.readText("a store's name", MAX_NAME),
                in.readText("the name of a codec", MAX_NAME),
                in.readText("the name of a codec", MAX_NAME));
    }

    static void writeConfiguration(WireWriter out, Configuration configuration) {
        writeMembers(out, configuration.voters());
        writeMembers(out, configuration.learners());
        writeMembers(out, configuration.outgoing());
        List<String> list = configuration.list();
        out.writeVarint(list.size());
        for (int i = 0; i < list.size(); i++) {
            out.writeText(list.get(i));
        }
    }

    static Configuration readConfiguration(WireReader in) {
        List<Member> voters = readMembers(in, "voters");
        List<Member> learners = readMembers(in, "learners");
        List<Member> outgoing = readMembers(in, "outgoing voters");
        String[] list = new String[in.readCount("names in a list", 1, MAX_MEMBERS)];
        for (int i = 0; i < list.length; i++) {
            list[i] = readName(in, "a name in a list");
        }
        return new Configuration(voters, learners, outgoing, List.of(list));
    }

    private static void writeMembers(WireWriter out, List<Member> members) {
        out.writeVarint(members.size());
        for (int i = 0; i < members.size(); i++) {
            writeMember(out, members.get(i));
        }
    }

    private static List<Member> readMembers(WireReader in, String what) {
        Member[] members = new Member[in.readCount(what, MIN_MEMBER, MAX_MEMBERS)];
        for (int i = 0; i < members.length; i++) {
            members[i] = readMember(in);
        }
        return List.of(members);
    }
}
