package io.memdi.machine;

import io.memdi.Role;
import io.memdi.transport.Configuration;
import io.memdi.transport.Member;
import org.jspecify.annotations.Nullable;

/** The role of a server, and the moves that there are; each of them goes to the log with its cause. */
final class Roles implements Door {
    private final Core core;
    private final Election election;
    private final Leading leading;

    Roles(Core core) {
        this.core = core;
        this.election = new Election(core, this);
        this.leading = new Leading(core, this);
    }

    Election election() {
        return election;
    }

    Leading leading() {
        return leading;
    }

    /** There is a cluster, which this server takes part in. */
    void begin(String cause) {
        move(Role.FOLLOWER, null, cause);
    }

    /** There is no cluster any more. */
    void found(String cause) {
        move(Role.FOUNDING, null, cause);
    }

    @Override
    public void follow(long term, @Nullable Member leader, String cause) {
        boolean raised = term > core.term;
        if (raised) {
            core.term = term;
            core.votedFor = null;
        }
        if (core.leads()) {
            leading.end();
        }
        if (core.role != Role.FOLLOWER || leader != null) {
            move(Role.FOLLOWER, leader, cause);
        }
        core.leader = leader;
        if (leader == null) {
            election.newTerm();
        } else {
            core.heldMore = false;
        }
    }

    @Override
    public void askAround(String cause) {
        Configuration inForce = core.configurations.inForce();
        if (inForce == null) {
            core.leader = null;
            election.postpone();
            return;
        }
        if (!core.mayStand()) {
            if (core.leader != null) {
                core.effects.note("follows nobody in term " + core.term + ": " + cause);
                follow(core.term, null, cause);
            }
            election.askIfLeftOut();
            return;
        }
        if (core.role != Role.PRE_CANDIDATE) {
            move(Role.PRE_CANDIDATE, null, cause);
        }
        election.begin(true);
    }

    @Override
    public void stand(String cause) {
        core.term++;
        move(Role.CANDIDATE, null, cause);
        election.begin(false);
    }

    @Override
    public void lead(String cause) {
        move(Role.LEADER, core.self, cause);
        election.stop();
        leading.begin();
    }

    private void move(Role next, @Nullable Member leader, String cause) {
        boolean legal = switch (next) {
            case FOUNDING -> core.role != Role.LEADER;
            case FOLLOWER -> true;
            case PRE_CANDIDATE -> core.role == Role.FOLLOWER || core.role == Role.CANDIDATE;
            case CANDIDATE -> core.role == Role.PRE_CANDIDATE || core.role == Role.FOLLOWER;
            case LEADER -> core.role == Role.CANDIDATE;
            default -> false;
        };
        if (!legal) {
            throw new IllegalStateException(core.role + " cannot become " + next);
        }
        core.effects.note(core.role + " -> " + next + " in term " + core.term
                + (leader == null || next == Role.LEADER ? "" : " under " + leader.name()) + ": " + cause);
        core.role = next;
        core.leader = leader;
    }
}
