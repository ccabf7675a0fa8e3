package io.memdi.machine;

import io.memdi.Role;
import io.memdi.transport.Configuration;
import io.memdi.transport.HealMessage;
import io.memdi.transport.Member;
import io.memdi.transport.Message;

/** Which machine of a member handles which message, once that was admitted. */
final class Dispatch {
    private final Core core;
    private final Roles roles;
    private final Election election;
    private final Leading leading;
    private final Admission admission;
    private final Following following;
    private final Healing healing;

    Dispatch(Core core, Roles roles, Admission admission, Following following, Healing healing) {
        this.core = core;
        this.roles = roles;
        this.election = roles.election();
        this.leading = roles.leading();
        this.admission = admission;
        this.following = following;
        this.healing = healing;
    }

    /** A message of a member of this cluster, in this term. */
    void handle(Member from, Message message) {
        if (message instanceof Message.Append append) {
            heardLeader(from);
            following.onAppend(from, append);
        } else if (message instanceof Message.Heartbeat heartbeat) {
            heardLeader(from);
            following.onHeartbeat(from, heartbeat);
        } else if (message instanceof HealMessage.HealOpened opened) {
            heardLeader(from);
            healing.onOpened(from, opened);
        } else if (message instanceof HealMessage answer && isLeader(from)) {
            healing.onAnswer(answer);
        } else if (message instanceof Message.VoteRequest request) {
            election.onRequest(from, request);
            leading.reassure();
        } else if (message instanceof Message.VoteReply reply) {
            election.onReply(from, reply);
        } else if (message instanceof Message.WriteReplies replies && isLeader(from)) {
            replies.replies().forEach(core.effects::reply);
            core.effects.expect(replies.expected());
        } else if (message instanceof Message.ReadReply reply && isLeader(from)) {
            core.effects.read(reply);
        } else if (message instanceof Message.ChangeReply reply) {
            core.effects.change(reply);
        } else if (message instanceof Message.StandNow && isLeader(from) && core.mayStand()) {
            roles.stand("the leader handed over");
        } else if (message instanceof Message.Evicted evicted) {
            admission.onEvicted(from, evicted);
        } else if (message instanceof Message.Presence presence && core.disk != null) {
            core.disk.openings().onPresence(from, presence, other(from));
        } else if (message instanceof Message.PresenceReply reply && core.disk != null) {
            core.disk.openings().onReply(from, reply);
        } else if (core.leads()) {
            leading.onMessage(from, message);
        }
    }

    /** What this node knows of the process that its configuration names, where another one has come with the same identity. */
    private Openings.Other other(Member from) {
        Configuration inForce = core.configurations.inForce();
        Member listed = inForce == null ? null : inForce.member(from.incarnation());
        if (listed == null || listed.address().equals(from.address())) {
            return Openings.Other.GONE;
        }
        if (core.leads()) {
            return leading.isDoubled(from) ? Openings.Other.LIVES : Openings.Other.GONE;
        }
        if (!election.hearsLeader()) {
            return Openings.Other.GONE;
        }
        return isLeader(from) ? Openings.Other.LIVES : Openings.Other.UNKNOWN;
    }

    private boolean isLeader(Member member) {
        return core.leader != null && core.leader.incarnation().equals(member.incarnation());
    }

    private void heardLeader(Member from) {
        if (core.leads()) {
            throw new IllegalStateException("two leaders in term " + core.term + ": " + core.self + " and " + from);
        }
        if (core.role != Role.FOLLOWER || !isLeader(from)) {
            roles.follow(core.term, from, "leader " + from.name() + " was heard");
        }
        election.heardLeader();
    }
}
