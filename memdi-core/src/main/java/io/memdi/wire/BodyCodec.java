package io.memdi.wire;

import io.memdi.transport.ClientMessage;
import io.memdi.transport.ClientMessage.Answers;
import io.memdi.transport.ClientMessage.Farewell;
import io.memdi.transport.ClientMessage.Hail;
import io.memdi.transport.ClientMessage.HailReply;
import io.memdi.transport.ClientMessage.Order;
import io.memdi.transport.ClientMessage.OrderReply;
import io.memdi.transport.ClientMessage.Queries;
import io.memdi.transport.ClientMessage.SessionWrites;
import io.memdi.transport.ClientMessage.StatusReply;
import io.memdi.transport.ClientMessage.StatusRequest;
import io.memdi.transport.HealMessage.HealDigests;
import io.memdi.transport.HealMessage.HealDigestsRequest;
import io.memdi.transport.HealMessage.HealOpened;
import io.memdi.transport.HealMessage.HealPage;
import io.memdi.transport.HealMessage.HealPart;
import io.memdi.transport.HealMessage.HealPartRequest;
import io.memdi.transport.HealMessage.HealRequest;
import io.memdi.transport.Message;
import io.memdi.transport.Message.Append;
import io.memdi.transport.Message.AppendReply;
import io.memdi.transport.Message.ChangeReply;
import io.memdi.transport.Message.ChangeRequest;
import io.memdi.transport.Message.Evicted;
import io.memdi.transport.Message.Heartbeat;
import io.memdi.transport.Message.HeartbeatReply;
import io.memdi.transport.Message.Hello;
import io.memdi.transport.Message.HelloReply;
import io.memdi.transport.Message.HigherTerm;
import io.memdi.transport.Message.JoinReply;
import io.memdi.transport.Message.JoinRequest;
import io.memdi.transport.Message.Presence;
import io.memdi.transport.Message.PresenceReply;
import io.memdi.transport.Message.Propose;
import io.memdi.transport.Message.ProposeReply;
import io.memdi.transport.Message.ReadReply;
import io.memdi.transport.Message.ReadRequest;
import io.memdi.transport.Message.StandNow;
import io.memdi.transport.Message.TransferRequest;
import io.memdi.transport.Message.VoteReply;
import io.memdi.transport.Message.VoteRequest;
import io.memdi.transport.Message.WriteReplies;
import io.memdi.transport.Message.Writes;
import io.memdi.wire.StoreCodecs.Known;

/** Which message is which on the wire, and who writes and reads it. A code, once given, stays. */
final class BodyCodec {
    private static final int APPEND = 1;
    private static final int APPEND_REPLY = 2;
    private static final int HEARTBEAT = 3;
    private static final int HEARTBEAT_REPLY = 4;
    private static final int WRITES = 5;
    private static final int WRITE_REPLIES = 6;
    private static final int READ_REQUEST = 7;
    private static final int READ_REPLY = 8;
    private static final int VOTE_REQUEST = 9;
    private static final int VOTE_REPLY = 10;
    private static final int HIGHER_TERM = 11;
    private static final int STAND_NOW = 12;
    private static final int EVICTED = 13;
    private static final int HEAL_OPENED = 14;
    private static final int HEAL_REQUEST = 15;
    private static final int HEAL_PAGE = 16;
    private static final int TRANSFER_REQUEST = 17;
    private static final int CHANGE_REQUEST = 18;
    private static final int CHANGE_REPLY = 19;
    private static final int HELLO = 20;
    private static final int HELLO_REPLY = 21;
    private static final int PROPOSE = 22;
    private static final int PROPOSE_REPLY = 23;
    private static final int JOIN_REQUEST = 24;
    private static final int JOIN_REPLY = 25;
    private static final int HAIL = 26;
    private static final int HAIL_REPLY = 27;
    private static final int SESSION_WRITES = 28;
    private static final int FAREWELL = 29;
    private static final int QUERIES = 30;
    private static final int ANSWERS = 31;
    private static final int ORDER = 32;
    private static final int ORDER_REPLY = 33;
    private static final int STATUS_REQUEST = 34;
    private static final int STATUS_REPLY = 35;
    private static final int HEAL_PART_REQUEST = 36;
    private static final int HEAL_PART = 37;
    private static final int HEAL_DIGESTS_REQUEST = 38;
    private static final int HEAL_DIGESTS = 39;
    private static final int PRESENCE = 40;
    private static final int PRESENCE_REPLY = 41;

    private BodyCodec() {}

    /** The code of a message; those that a busy cluster sends are found first. */
    static int typeOf(Message message) {
        if (message instanceof Append) {
            return APPEND;
        } else if (message instanceof AppendReply) {
            return APPEND_REPLY;
        } else if (message instanceof Heartbeat) {
            return HEARTBEAT;
        } else if (message instanceof HeartbeatReply) {
            return HEARTBEAT_REPLY;
        } else if (message instanceof Writes) {
            return WRITES;
        } else if (message instanceof WriteReplies) {
            return WRITE_REPLIES;
        } else if (message instanceof ReadRequest) {
            return READ_REQUEST;
        } else if (message instanceof ReadReply) {
            return READ_REPLY;
        } else if (message instanceof HealRequest) {
            return HEAL_REQUEST;
        } else if (message instanceof HealPage) {
            return HEAL_PAGE;
        } else if (message instanceof ClientMessage ofClients) {
            return typeOfClients(ofClients);
        }
        return message instanceof Message.Founding founding ? typeOfFounding(founding) : typeOfRare(message);
    }

    private static int typeOfRare(Message message) {
        if (message instanceof VoteRequest) {
            return VOTE_REQUEST;
        } else if (message instanceof VoteReply) {
            return VOTE_REPLY;
        } else if (message instanceof HigherTerm) {
            return HIGHER_TERM;
        } else if (message instanceof StandNow) {
            return STAND_NOW;
        } else if (message instanceof Evicted) {
            return EVICTED;
        } else if (message instanceof HealOpened) {
            return HEAL_OPENED;
        } else if (message instanceof HealPartRequest) {
            return HEAL_PART_REQUEST;
        } else if (message instanceof HealPart) {
            return HEAL_PART;
        } else if (message instanceof HealDigestsRequest) {
            return HEAL_DIGESTS_REQUEST;
        } else if (message instanceof HealDigests) {
            return HEAL_DIGESTS;
        } else if (message instanceof TransferRequest) {
            return TRANSFER_REQUEST;
        } else if (message instanceof ChangeRequest) {
            return CHANGE_REQUEST;
        } else if (message instanceof ChangeReply) {
            return CHANGE_REPLY;
        } else if (message instanceof Presence) {
            return PRESENCE;
        } else if (message instanceof PresenceReply) {
            return PRESENCE_REPLY;
        }
        throw new IllegalStateException("a message without a code: " + message);
    }

    private static int typeOfFounding(Message.Founding message) {
        if (message instanceof Hello) {
            return HELLO;
        } else if (message instanceof HelloReply) {
            return HELLO_REPLY;
        } else if (message instanceof Propose) {
            return PROPOSE;
        } else if (message instanceof ProposeReply) {
            return PROPOSE_REPLY;
        } else if (message instanceof JoinRequest) {
            return JOIN_REQUEST;
        } else if (message instanceof JoinReply) {
            return JOIN_REPLY;
        }
        throw new IllegalStateException("a message without a code: " + message);
    }

    private static int typeOfClients(ClientMessage message) {
        if (message instanceof SessionWrites) {
            return SESSION_WRITES;
        } else if (message instanceof Queries) {
            return QUERIES;
        } else if (message instanceof Answers) {
            return ANSWERS;
        } else if (message instanceof Hail) {
            return HAIL;
        } else if (message instanceof HailReply) {
            return HAIL_REPLY;
        } else if (message instanceof Farewell) {
            return FAREWELL;
        } else if (message instanceof Order) {
            return ORDER;
        } else if (message instanceof OrderReply) {
            return ORDER_REPLY;
        } else if (message instanceof StatusRequest) {
            return STATUS_REQUEST;
        } else if (message instanceof StatusReply) {
            return STATUS_REPLY;
        }
        throw new IllegalStateException("a message without a code: " + message);
    }

    /**
     * Writes a message for an envelope of that term.
     *
     * @param room how many bytes a message that may be ended anywhere takes at most
     */
    static void write(WireWriter out, Message message, Known stores, long term, int room) {
        switch (typeOf(message)) {
            case APPEND -> EntryCodec.writeAppend(out, (Append) message, stores, term);
            case APPEND_REPLY -> EntryCodec.writeReply(out, (AppendReply) message);
            case HEARTBEAT -> VoteCodec.writeHeartbeat(out, (Heartbeat) message);
            case HEARTBEAT_REPLY -> VoteCodec.writeHeartbeatReply(out, (HeartbeatReply) message);
            case WRITES -> RequestCodec.writeWrites(out, (Writes) message, stores);
            case WRITE_REPLIES -> RequestCodec.writeReplies(out, (WriteReplies) message);
            case READ_REQUEST -> VoteCodec.writeRead(out, (ReadRequest) message);
            case READ_REPLY -> VoteCodec.writeReadReply(out, (ReadReply) message);
            case VOTE_REQUEST -> VoteCodec.writeRequest(out, (VoteRequest) message);
            case VOTE_REPLY -> VoteCodec.writeReply(out, (VoteReply) message);
            case EVICTED -> VoteCodec.writeEvicted(out, (Evicted) message);
            case HEAL_OPENED -> HealCodec.writeOpened(out, (HealOpened) message);
            case HEAL_PART_REQUEST -> HealCodec.writePartRequest(out, (HealPartRequest) message);
            case HEAL_PART -> HealCodec.writePart(out, (HealPart) message);
            case HEAL_DIGESTS_REQUEST -> HealCodec.writeDigestsRequest(out, (HealDigestsRequest) message);
            case HEAL_DIGESTS -> HealCodec.writeDigests(out, (HealDigests) message);
            case HEAL_REQUEST -> HealCodec.writeRequest(out, (HealRequest) message);
            case HEAL_PAGE -> PageCodec.write(out, (HealPage) message, stores, term, room);
            case TRANSFER_REQUEST -> RequestCodec.writeTransfer(out, (TransferRequest) message);
            case CHANGE_REQUEST -> RequestCodec.writeChange(out, (ChangeRequest) message);
            case CHANGE_REPLY -> RequestCodec.writeChangeReply(out, (ChangeReply) message);
            case PRESENCE -> VoteCodec.writePresence(out, (Presence) message);
            case PRESENCE_REPLY -> VoteCodec.writePresenceReply(out, (PresenceReply) message);
            case HELLO -> FoundingCodec.writeHello(out, (Hello) message);
            case HELLO_REPLY -> FoundingCodec.writeHelloReply(out, (HelloReply) message);
            case PROPOSE -> FoundingCodec.writePropose(out, (Propose) message);
            case PROPOSE_REPLY -> FoundingCodec.writeProposeReply(out, (ProposeReply) message);
            case JOIN_REQUEST -> FoundingCodec.writeJoin(out, (JoinRequest) message);
            case JOIN_REPLY -> FoundingCodec.writeJoinReply(out, (JoinReply) message);
            case HAIL -> ClientCodec.writeHail(out, (Hail) message);
            case HAIL_REPLY -> ClientCodec.writeHailReply(out, (HailReply) message);
            case SESSION_WRITES -> ClientCodec.writeWrites(out, (SessionWrites) message, stores);
            case FAREWELL -> ClientCodec.writeFarewell(out, (Farewell) message);
            case QUERIES -> QueryCodec.writeQueries(out, (Queries) message, stores);
            case ANSWERS -> QueryCodec.writeAnswers(out, (Answers) message, stores);
            case ORDER -> ClientCodec.writeOrder(out, (Order) message);
            case ORDER_REPLY -> ClientCodec.writeOrderReply(out, (OrderReply) message);
            case STATUS_REQUEST -> StatusCodec.writeRequest(out, (StatusRequest) message);
            case STATUS_REPLY -> StatusCodec.writeReply(out, (StatusReply) message);
            default -> {} // HIGHER_TERM and STAND_NOW say nothing but what they are
        }
    }

    /** Reads a message whose code stands before it. */
    static Message read(WireReader in, int type, Known stores) {
        return switch (type) {
            case APPEND -> EntryCodec.readAppend(in, stores);
            case APPEND_REPLY -> EntryCodec.readReply(in);
            case HEARTBEAT -> VoteCodec.readHeartbeat(in);
            case HEARTBEAT_REPLY -> VoteCodec.readHeartbeatReply(in);
            case WRITES -> RequestCodec.readWrites(in, stores);
            case WRITE_REPLIES -> RequestCodec.readReplies(in);
            case READ_REQUEST -> VoteCodec.readRead(in);
            case READ_REPLY -> VoteCodec.readReadReply(in);
            case VOTE_REQUEST -> VoteCodec.readRequest(in);
            case VOTE_REPLY -> VoteCodec.readReply(in);
            case HIGHER_TERM -> new HigherTerm();
            case STAND_NOW -> new StandNow();
            case EVICTED -> VoteCodec.readEvicted(in);
            case HEAL_OPENED -> HealCodec.readOpened(in);
            case HEAL_PART_REQUEST -> HealCodec.readPartRequest(in);
            case HEAL_PART -> HealCodec.readPart(in);
            case HEAL_DIGESTS_REQUEST -> HealCodec.readDigestsRequest(in);
            case HEAL_DIGESTS -> HealCodec.readDigests(in);
            case HEAL_REQUEST -> HealCodec.readRequest(in);
            case HEAL_PAGE -> PageCodec.read(in, stores);
            case TRANSFER_REQUEST -> RequestCodec.readTransfer(in);
            case CHANGE_REQUEST -> RequestCodec.readChange(in);
            case CHANGE_REPLY -> RequestCodec.readChangeReply(in);
            case PRESENCE -> VoteCodec.readPresence(in);
            case PRESENCE_REPLY -> VoteCodec.readPresenceReply(in);
            case HELLO -> FoundingCodec.readHello(in);
            case HELLO_REPLY -> FoundingCodec.readHelloReply(in);
            case PROPOSE -> FoundingCodec.readPropose(in);
            case PROPOSE_REPLY -> FoundingCodec.readProposeReply(in);
            case JOIN_REQUEST -> FoundingCodec.readJoin(in);
            case JOIN_REPLY -> FoundingCodec.readJoinReply(in);
            case HAIL -> ClientCodec.readHail(in);
            case HAIL_REPLY -> ClientCodec.readHailReply(in);
            case SESSION_WRITES -> ClientCodec.readWrites(in, stores);
            case FAREWELL -> ClientCodec.readFarewell(in);
            case QUERIES -> QueryCodec.readQueries(in, stores);
            case ANSWERS -> QueryCodec.readAnswers(in);
            case ORDER -> ClientCodec.readOrder(in);
            case ORDER_REPLY -> ClientCodec.readOrderReply(in);
            case STATUS_REQUEST -> StatusCodec.readRequest(in);
            case STATUS_REPLY -> StatusCodec.readReply(in);
            default ->
                throw in.malformed(
                        0,
                        "a message of a type from " + APPEND + " to " + PRESENCE_REPLY + ", in a frame that says "
                                + type);
        };
    }
}
