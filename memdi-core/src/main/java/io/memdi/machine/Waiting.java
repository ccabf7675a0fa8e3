package io.memdi.machine;

import io.memdi.transport.Configuration;
import io.memdi.transport.Contact;
import io.memdi.transport.Message.Mode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What keeps a server from being ready, in plain words: for whoever asks, and, where it lasts, for the log. A server that has waited
 * for the longest election timeout says what for, and again when that has changed; at most once in such a time. A founding or an
 * election as they should be are over before.
 */
final class Waiting {
    private final Core core;
    private final Bootstrap bootstrap;
    private final Leading leading;
    private final Healing healing;
    private final Countdown patience = new Countdown("say what it waits for");
    private @Nullable String said;

    /** How long a leader may be missing before an operator is told what can be done: far longer than an election takes. */
    private final Countdown hope = new Countdown("advise to recover");

    /** Why a node deals with this one never, as it is; empty if none has said so. */
    private String refused = "";

    private long refusedAt;

    /** Addresses of those who have said so, among those that it was started with. */
    private final Set<String> refusing = new HashSet<>();

    Waiting(Core core, Bootstrap bootstrap, Leading leading, Healing healing) {
        this.healing = healing;
        this.core = core;
        this.bootstrap = bootstrap;
        this.leading = leading;
    }

    /**
     * Who only asks to be taken in asks in vain, once all have refused that it was started with; a list of founders may be put right on
     * the other side, too.
     */
    void onRefused(String address, String reason) {
        refused = reason;
        refusedAt = core.now;
        List<Contact> contacts = core.start.contacts();
        if (bootstrap.mode() == Mode.EMPTY && core.start.founders().isEmpty()) {
            if (contacts.stream().anyMatch(contact -> contact.address().equals(address))) {
                refusing.add(address);
            }
            if (contacts.stream()
                    .allMatch(contact -> refusing.contains(contact.address())
                            || contact.address().equals(core.contact.address()))) {
                core.effects.stop(reason);
            }
        }
    }

    /** Why it was refused of late: it is tried again and again. */
    private String refusal() {
        boolean old = core.now - refusedAt > core.settings.hopeNanos();
        return refused.isEmpty() || old ? "" : "; " + refused;
    }

    boolean isOver() {
        return bootstrap.mode() == Mode.MEMBER
                && core.leader != null
                && core.open
                && !core.heals
                && !isOnItsWayToDisk()
                && !hangs()
                && !core.positions.isHidden()
                && !isStalled()
                && belongs();
    }

    /** Whether a committed configuration that is not joint lists this incarnation: a rolling restart relies on it. */
    private boolean belongs() {
        return core.configurations.isSettled(core.committed) && lists(core.inForce());
    }

    private boolean lists(Configuration configuration) {
        return core.start.voter()
                ? configuration.voter(core.self.incarnation()) != null
                : configuration.member(core.self.incarnation()) != null;
    }

    /** What it healed counts on no majority of disks yet: whoever stops the next node in line must not rely on it. */
    private boolean isOnItsWayToDisk() {
        return core.disk != null && core.disk.isAnew();
    }

    private boolean hangs() {
        return core.disk != null && core.disk.hangs();
    }

    private boolean isStalled() {
        return core.leads() && leading.isStalled();
    }

    /** No turn is made for this: whoever waits has enough of them. */
    void tick() {
        if (core.leader != null || bootstrap.mode() != Mode.MEMBER) {
            hope.stop();
        } else if (!hope.isRunning()) {
            hope.start(core.now, core.settings.hopeNanos());
        }
        if (isOver()) {
            patience.stop();
            said = null;
        } else if (!patience.isRunning() || patience.isOver(core.now)) {
            String reason = reason();
            if (patience.isRunning() && !reason.equals(said)) {
                core.effects.note("waits: " + reason);
                said = reason;
            }
            patience.start(core.now, core.settings.electionMaxNanos());
        }
    }

    /** Empty if it waits for nothing. */
    String reason() {
        if (core.disk != null && core.disk.hangs()) {
            return core.disk.hanging()
                    + ": it counts for no write, does not stand for election, and ends if that goes on";
        }
        HealProgress progress = healing.progress();
        if (progress != null && core.leader != null) {
            return "this node heals: it has " + progress.done() + " of " + progress.segments()
                    + " segments in which it differed from the leader";
        }
        if (bootstrap.mode() == Mode.MEMBER && core.leader == null && core.strangers.areAbout()) {
            return "no leader is known; " + core.strangers.advice();
        }
        if (bootstrap.mode() != Mode.MEMBER || bootstrap.joining().isUnderWay()) {
            return bootstrap.waitingFor() + refusal();
        }
        if (core.leader == null) {
            if (!hope.isOver(core.now)) {
                return "no leader is known; an election is under way, and needs a majority of the voters";
            }
            return "no leader is known; an election needs a majority of the voters"
                    + (core.open
                            ? ". Should a majority be gone for good, and only then, one survivor can be told to recover"
                            : "");
        }
        if (isStalled()) {
            return "commits have stalled: no majority of the voters keeps up";
        }
        if (!core.open) {
            return "the cluster opens for writes once every node of the list takes part" + missing();
        }
        if (!belongs()) {
            return "a change of members is not over, as far as this node knows";
        }
        if (isOnItsWayToDisk()) {
            return "what this node healed is not on its disk yet";
        }
        return core.positions.isHidden() ? "this node does not hold yet all that its leader has committed" : "";
    }

    /** The leader knows whom; the others do not. */
    private String missing() {
        List<String> missing = core.leads() ? leading.missing() : List.of();
        return missing.isEmpty() ? "" : "; missing: " + String.join(", ", missing);
    }
}
