package io.memdi.machine;

import io.memdi.log.Mistake;
import io.memdi.transport.Message;
import org.jspecify.annotations.Nullable;

/**
 * A server whose directory is damaged, and was not touched yet. It has drawn a new incarnation and knows nothing, as a server on memory that
 * was restarted; but the directory may be all that is left of a cluster. So it founds nothing, promises nothing, and does not even say that
 * it is empty: it is silent, as if it was not there, but for asking to be taken in. Once a leader has committed that it is, a majority of
 * a cluster lives without what was here: only then it is set aside. If no leader says a word for long, the server ends, and the directory
 * is as it was.
 */
final class Damage {
    /** In longest election timeouts; half a minute, where they are what they are by default. */
    private static final int PATIENCE = 60;

    private final Core core;
    private final String what;
    private final Countdown patience = new Countdown("find a leader to heal from");

    private Damage(Core core, String what) {
        this.core = core;
        this.what = what;
    }

    static @Nullable Damage of(Core core, @Nullable String what) {
        return what == null ? null : new Damage(core, what);
    }

    /** Whether a message asks that server for what it must not say. */
    static boolean keepsSilent(Core core, Message message) {
        return barsFounding(core)
                && (message instanceof Message.Hello
                        || message instanceof Message.Propose
                        || message instanceof Message.JoinRequest);
    }

    /** Whether that server may take part in no founding. */
    static boolean barsFounding(Core core) {
        return Durability.damage(core.disk) != null && !core.plants(Mistake.FOUNDS_WITH_DAMAGED);
    }

    /** A leader lives, and has answered a server that looks for one. */
    static void heardLeader(Core core) {
        Damage damage = Durability.damage(core.disk);
        if (damage != null) {
            damage.awaitLeader();
        }
    }

    /** Once per turn: who has looked for a leader for too long ends. */
    static void tick(Core core) {
        Damage damage = Durability.damage(core.disk);
        if (damage != null) {
            damage.endIfNobodyAnswers();
        }
    }

    private void awaitLeader() {
        patience.start(core.now, PATIENCE * core.settings.electionMaxNanos());
    }

    private void endIfNobodyAnswers() {
        if (!patience.isRunning()) {
            awaitLeader();
        } else if (patience.isOver(core.now)) {
            core.effects.stop(what + ". No leader from which this node could heal has answered within "
                    + PATIENCE * core.settings.electionMaxNanos() / 1_000_000_000 + " s: start this node again once the"
                    + " others are there. Nothing in it was changed. Only if the"
                    + " cluster is to go on without what it had, move it away: then this node comes back as a new one");
        }
    }

    String waitingFor() {
        return what
                + ". This node looks for a leader to heal from, and leaves the directory as it is until one has taken it in";
    }

    Refusal refusal() {
        return Refusal.forGood(what + ". It may hold what is left of a cluster: move it away, if that is not needed,"
                + " before this node founds one");
    }
}
