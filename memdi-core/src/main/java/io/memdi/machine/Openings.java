package io.memdi.machine;

import io.memdi.Incarnation;
import io.memdi.Revision;
import io.memdi.log.Mistake;
import io.memdi.storage.Recovered;
import io.memdi.transport.Configuration;
import io.memdi.transport.Member;
import io.memdi.transport.Message.Presence;
import io.memdi.transport.Message.PresenceReply;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Tells a directory from a copy of it, and from what it was before. Files that are whole cannot tell that they are old; others can, as far
 * as they have seen more. So each server of a durable cluster says to each member what its directory had when it was opened, and
 * remembers what members have said, voted and acknowledged since.
 *
 * <pre>
 *   server                         each other member
 *     | Presence(opening, term, end of log)
 *     |------------------------------>| compares it with what it has seen
 *     |<------------------------------| PresenceReply: nothing, or a contradiction, upon which the server stops
 * </pre>
 *
 * <p>Who was here before votes for nobody until all members have answered, or for the shortest election timeout: an old state does not know
 * whom it has voted for since. What is remembered is in memory alone, so who was restarted itself contradicts nobody.
 */
final class Openings {
    private static final String GOES_ON = "another process goes on as node ";

    /** After so many of the longest election timeouts whoever lives has contradicted, if it has anything to say. */
    private static final int SETTLED = 4;

    /** What is known of a process that was known so far, beside one with the same identity. */
    enum Other {
        /** It has the same address, or nobody leads, or it does not answer its leader. */
        GONE,
        /** It is for the leader of this node to say. */
        UNKNOWN,
        /** It was heard a moment ago. */
        LIVES
    }

    private final Core core;
    private final long times;
    private final long id;
    private final long before;

    /** What the directory had when it was opened. */
    private long term;

    private Revision last = Revision.NONE;

    /** Whether this server was here before. */
    private boolean returns;

    private long since = -1;
    private final Countdown ask = new Countdown("say what the directory had");
    private final Set<Incarnation> answered = new HashSet<>();
    private final Map<Incarnation, Known> known = new HashMap<>();

    /**
     * What a server has acknowledged to this one as of an opening, or of several.
     *
     * @param opening the latest
     * @param term the latest term; it was on disk
     * @param index up to where it had the log of the leader of that term on its disk
     * @param certain likewise in any term, as far as it was committed by then: nobody takes that back
     */
    private record Seen(long opening, long term, long index, long certain) {
        static final Seen NOTHING = new Seen(0, 0, 0, 0);

        Seen and(Seen later) {
            long higher = later.term == term ? Math.max(index, later.index) : later.term > term ? later.index : index;
            return new Seen(later.opening, Math.max(term, later.term), higher, Math.max(certain, later.certain));
        }
    }

    /** What this server has seen of another. */
    private static final class Known {
        /** The latest opening that it has told of. */
        private long times;

        private long id;

        /** As of the latest opening that it has acknowledged anything in, and as of all before. */
        private Seen latest = Seen.NOTHING;

        private Seen earlier = Seen.NOTHING;

        Seen before(long opening) {
            return opening > latest.opening ? earlier.and(latest) : earlier;
        }

        /** An opening that came while another process answered, and when it came first. */
        private long doubted;

        private long doubtedSince;
        /** The opening that was contradicted last: one line in the log is enough. */
        private long noted;
    }

    Openings(Core core, Recovered recovered) {
        this.core = core;
        this.times = recovered.opening();
        this.id = recovered.openingId();
        this.before = recovered.openedBefore();
    }

    long times() {
        return times;
    }

    /** The random id of this opening. */
    long id() {
        return id;
    }

    /** It goes on as a member that was here before. */
    void returnsWith(long termThen, Revision lastThen) {
        returns = true;
        term = termThen;
        last = lastThen;
    }

    long deadline() {
        return ask.deadline();
    }

    /** Whether those who could contradict have had the time to. */
    boolean mayVote() {
        return !returns
                || core.plants(Mistake.BELIEVES_STALE_COPIES)
                || (since >= 0 && core.configurations.inForce() != null && (isOver() || !hasToTell()));
    }

    /** Whether whoever lives has contradicted by now, if it has anything to say. */
    boolean isSettled() {
        return !returns || (since >= 0 && core.now - since >= SETTLED * core.settings.electionMaxNanos());
    }

    /** At another address than its own it may be a copy, beside the first one; which is refused later than others. */
    private boolean isOver() {
        Configuration inForce = core.configurations.inForce();
        Member listed = inForce == null ? null : inForce.member(core.self.incarnation());
        boolean elsewhere = listed != null && !listed.address().equals(core.self.address());
        return elsewhere ? isSettled() : core.now - since >= core.settings.electionMinNanos();
    }

    /** Of a member of a cluster: tells whoever has not answered yet; in the end, where somebody is gone, seldom. */
    void tick() {
        since = since < 0 ? core.now : since;
        if (!hasToTell()) {
            ask.stop();
        } else if (!ask.isRunning() || ask.isOver(core.now)) {
            ask.start(core.now, isOver() ? core.settings.electionMaxNanos() : 2 * core.settings.heartbeatNanos());
            Presence presence = new Presence(times, id, before, term, last);
            for (Member member : others()) {
                if (isToBeTold(member)) {
                    core.send(member, presence);
                }
            }
        }
    }

    private boolean hasToTell() {
        return others().stream().anyMatch(this::isToBeTold);
    }

    /** The members, as far as it knows them: whoever has come in a moment ago knows its leader alone. */
    private List<Member> others() {
        Configuration inForce = core.configurations.inForce();
        Member leader = core.leader;
        return inForce != null ? inForce.members() : leader == null ? List.of() : List.of(leader);
    }

    private boolean isToBeTold(Member member) {
        return !core.isSelf(member) && !answered.contains(member.incarnation());
    }

    /** A follower has the log on its disk up to there, as of that opening, which is its latest. */
    void acknowledged(Member from, long opening, long index) {
        Known of = known(from);
        if (opening > of.latest.opening) {
            of.earlier = of.before(opening);
            of.latest = Seen.NOTHING;
        }
        of.latest = of.latest.and(new Seen(opening, core.term, index, Math.min(index, core.committed)));
    }

    private boolean isListed(Member member) {
        return core.configurations.inForce() != null && core.inForce().member(member.incarnation()) != null;
    }

    private Known known(Member member) {
        if (known.size() > 2 * Settings.MAX_MEMBERS) {
            known.keySet().removeIf(each -> core.inForce().member(each) == null);
            answered.removeIf(each -> core.inForce().member(each) == null);
        }
        return known.computeIfAbsent(member.incarnation(), any -> new Known());
    }

    /**
     * A member says what its directory had.
     *
     * @param other what this node knows of the process that was known so far, if that is at another address
     */
    void onPresence(Member from, Presence presence, Other other) {
        if (!isListed(from)) {
            return;
        }
        Known of = known(from);
        String contradiction = core.plants(Mistake.BELIEVES_STALE_COPIES) ? "" : contradiction(of, presence);
        if (contradiction.isEmpty() && other != Other.GONE && presence.opening() > of.times) {
            if (isInDoubt(of, presence, other)) {
                return;
            }
            contradiction = other == Other.LIVES ? GOES_ON + from.name() + ", with this directory or a copy of it" : "";
        }
        if (!contradiction.isEmpty()) {
            if (of.noted != presence.id()) {
                of.noted = presence.id();
                core.effects.note("refuses node " + from.name() + " at " + from.address()
                        + ", whose directory is a copy, or from before: " + contradiction);
            }
        } else if (presence.opening() > of.times) {
            of.times = presence.opening();
            of.id = presence.id();
            // It has forgotten what it was told.
            answered.remove(from.incarnation());
        }
        core.send(from, new PresenceReply(presence.opening(), presence.id(), contradiction));
    }

    /** What there is against it, in plain words; empty if there is nothing. */
    private String contradiction(Known of, Presence presence) {
        long opened = Math.max(of.times, of.latest.opening());
        if (presence.opening() < opened) {
            return "it was opened " + opened + " times already, and here it is opening number " + presence.opening();
        }
        boolean same = presence.opening() == of.times;
        if ((same && presence.id() != of.id)
                || (presence.opening() == of.times + 1 && of.times > 0 && presence.before() != of.id)) {
            return "its opening number " + of.times + " was another one, so that there are two of it";
        }
        if (same) {
            return "";
        }
        Seen seen = of.before(presence.opening());
        if (presence.term() < seen.term()) {
            return "its node has been in term " + seen.term() + ", and here it is in term " + presence.term();
        }
        // Within a term nothing of what was acknowledged is taken back.
        long acknowledged = presence.term() == seen.term() ? Math.max(seen.certain(), seen.index()) : seen.certain();
        if (core.leads() && seen.term() == core.term) {
            acknowledged = Math.max(acknowledged, Math.min(seen.index(), core.committed));
        }
        return presence.last().index() < acknowledged
                ? "its node has acknowledged the log up to entry " + acknowledged + ", and here it ends with "
                        + presence.last().index()
                : "";
    }

    /**
     * Whoever was heard a moment ago may have crashed since; if it goes on, there are two. Who cannot know leaves that to the leader, and
     * believes nobody before the leader has had the time to refuse: or the true directory would be refused at its next start.
     */
    private boolean isInDoubt(Known of, Presence presence, Other other) {
        if (of.doubted != presence.id()) {
            of.doubted = presence.id();
            of.doubtedSince = core.now;
        }
        return core.now - of.doubtedSince < (other == Other.LIVES ? 2 : SETTLED) * core.settings.electionMaxNanos();
    }

    /** A follower has acknowledged as of an opening before the latest: either late, or there are two. */
    void heardOld(Member from, long opening) {
        core.send(
                from,
                new PresenceReply(opening, 0, "another process has opened it, or a copy of it, since this one did"));
    }

    void onReply(Member from, PresenceReply reply) {
        if (reply.opening() != times || (reply.id() != id && reply.id() != 0)) {
            return;
        }
        if (reply.contradiction().isEmpty()) {
            answered.add(from.incarnation());
        } else {
            core.effects.stop(refusal(reply.contradiction(), from));
        }
    }

    /** What a server says that ends for that. */
    static String refusal(String contradiction, Member by) {
        if (contradiction.startsWith(GOES_ON)) {
            return contradiction + ", as node " + by.name()
                    + " says. If that one is to go on, remove this directory: a node"
                    + " that is added, or takes another's place, begins with an empty one. Else stop that one first";
        }
        return "its directory is a copy, or from before: " + contradiction + ", as node " + by.name()
                + " says. Start this node with the directory that it used last. If that is lost, move this one away: then"
                + " the node comes back as a new one, and heals";
    }
}
