package io.memdi.wire;

import io.memdi.ClusterId;
import io.memdi.Incarnation;
import io.memdi.Revision;
import io.memdi.Role;
import io.memdi.Status;
import io.memdi.Status.Healing;
import io.memdi.Status.StoreStatus;
import io.memdi.transport.ClientMessage.StatusReply;
import io.memdi.transport.ClientMessage.StatusRequest;
import io.memdi.transport.Envelope;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a node is, for a client that asks.
 *
 * <pre>
 *   request         number varint
 *   its reply       number varint | status
 *   status          flags byte | name text | incarnation | [cluster] | role byte | term varint | [leader text]
 *                     1 there is a cluster   2 there is a leader   4 open   8 it heals
 *                   last revision | committed revision | [synced revision] | [healing] | waiting for text
 *                   count varint | of each store: name text | entries varint | digest text
 *   healing         done varint | segments varint | keys varint | bytes varint
 * </pre>
 */
final class StatusCodec {
    private static final int HAS_CLUSTER = 1;
    private static final int HAS_LEADER = 2;
    private static final int OPEN = 4;
    private static final int HEALS = 8;
    private static final int HAS_SYNCED = 16;
    private static final int ALL_FLAGS = 0x1F;

    private static final int MIN_STORE = 3;

    /** How many bytes a digest may take. */
    private static final int MAX_DIGEST = 64;

    private static final Codes<Role> ROLES = new Codes<>(
            "the role of a node",
            List.of(
                    Role.FOUNDING,
                    Role.FOLLOWER,
                    Role.PRE_CANDIDATE,
                    Role.CANDIDATE,
                    Role.LEADER,
                    Role.STOPPED,
                    Role.CLIENT));

    private StatusCodec() {}

    static void writeRequest(WireWriter out, StatusRequest request) {
        out.writeVarint(request.number());
    }

    static StatusRequest readRequest(WireReader in) {
        return new StatusRequest(in.readVarint("the number of a request"));
    }

    static void writeReply(WireWriter out, StatusReply reply) {
        out.writeVarint(reply.number());
        writeStatus(out, reply.status());
    }

    static StatusReply readReply(WireReader in) {
        long number = in.readVarint("the number of a request");
        return new StatusReply(number, readStatus(in));
    }

    private static void writeStatus(WireWriter out, Status status) {
        ClusterId cluster = status.cluster();
        String leader = status.leader();
        Healing healing = status.healing();
        Revision synced = status.synced();
        out.writeByte((cluster == null ? 0 : HAS_CLUSTER)
                | (leader == null ? 0 : HAS_LEADER)
                | (status.open() ? OPEN : 0)
                | (healing == null ? 0 : HEALS)
                | (synced == null ? 0 : HAS_SYNCED));
        out.writeText(status.name());
        MemberCodec.writeIncarnation(out, status.incarnation());
        if (cluster != null) {
            MemberCodec.writeCluster(out, cluster);
        }
        ROLES.write(out, status.role());
        out.writeVarint(status.term());
        if (leader != null) {
            out.writeText(leader);
        }
        MemberCodec.writeRevision(out, status.last());
        MemberCodec.writeRevision(out, status.committed());
        if (synced != null) {
            MemberCodec.writeRevision(out, synced);
        }
        if (healing != null) {
            out.writeVarint(healing.done());
            out.writeVarint(healing.segments());
            out.writeVarint(healing.keys());
            out.writeVarint(healing.bytes());
        }
        out.writeText(status.waitingFor());
        List<StoreStatus> stores = status.stores();
        out.writeVarint(stores.size());
        for (int i = 0; i < stores.size(); i++) {
            StoreStatus store = stores.get(i);
            out.writeText(store.name());
            out.writeVarint(store.entries());
            out.writeText(store.digest());
        }
    }

    private static Status readStatus(WireReader in) {
        int flags = in.readFlags("the flags of a status", ALL_FLAGS);
        String name = MemberCodec.readName(in, "a node's name");
        Incarnation incarnation = MemberCodec.readIncarnation(in, "a node's incarnation");
        ClusterId cluster = (flags & HAS_CLUSTER) != 0 ? MemberCodec.readCluster(in) : null;
        Role role = ROLES.read(in);
        long term = in.readUpTo("a term", Envelope.MAX_TERM);
        String leader = (flags & HAS_LEADER) != 0 ? MemberCodec.readName(in, "the name of a leader") : null;
        Revision last = MemberCodec.readRevision(in, "the last position of a log");
        Revision committed = MemberCodec.readRevision(in, "the committed position of a log");
        Revision synced =
                (flags & HAS_SYNCED) != 0 ? MemberCodec.readRevision(in, "the synced position of a log") : null;
        Healing healing = readHealing(in, (flags & HEALS) != 0);
        String waitingFor = in.readText("what a node waits for", RequestCodec.MAX_WORDS);
        StoreStatus[] stores = new StoreStatus[in.readCount("stores", MIN_STORE, Integer.MAX_VALUE)];
        for (int i = 0; i < stores.length; i++) {
            String store = in.readText("a store's name", MemberCodec.MAX_NAME);
            long entries = in.readNatural("how much a store holds");
            stores[i] = new StoreStatus(store, entries, in.readText("a digest", MAX_DIGEST));
        }
        boolean open = (flags & OPEN) != 0;
        List<StoreStatus> all = List.of(stores);
        return new Status(
                name,
                incarnation,
                cluster,
                role,
                term,
                leader,
                last,
                committed,
                synced,
                open,
                healing,
                waitingFor,
                all);
    }

    private static @Nullable Healing readHealing(WireReader in, boolean heals) {
        if (!heals) {
            return null;
        }
        int done = (int) in.readUpTo("how many segments are healed", Integer.MAX_VALUE);
        int segments = (int) in.readUpTo("how many segments differed", Integer.MAX_VALUE);
        long keys = in.readNatural("how many keys have come");
        return new Healing(done, segments, keys, in.readNatural("how many bytes have come"));
    }
}
