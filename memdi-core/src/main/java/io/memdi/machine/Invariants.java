package io.memdi.machine;

/** What must hold after every turn; cheap, and always on. */
final class Invariants {
    private Invariants() {}

    static void check(Core core) {
        Configurations configurations = core.configurations;
        boolean holds = core.committed <= core.log.lastIndex()
                && core.state.committed() == core.committed
                && core.state.executed() == (core.leads() ? core.log.lastIndex() : core.committed)
                && configurations.inForceSince() <= core.log.lastIndex()
                && (core.disk == null || core.disk.synced() <= core.log.lastIndex())
                && (!core.leads() || (core.leader != null && core.isSelf(core.leader)));
        if (!holds) {
            throw new IllegalStateException("broken invariant: " + core.role + " in term " + core.term
                    + ", log up to " + core.log.last() + ", committed " + core.committed + ", applied "
                    + core.state.committed() + ", executed " + core.state.executed() + ", configuration of "
                    + configurations.inForceSince());
        }
    }
}
