package io.memdi.sim;

/** A run has failed; says which, and how to see it again. */
final class SeedFailure extends AssertionError {
    private static final long serialVersionUID = 1;

    private final long seed;
    private final String invariant;

    SeedFailure(Plan plan, long nanos, Throwable cause) {
        super(
                String.format(
                        "seed %d, at %s s: %s%n%s%nTo see it again: -Dmemdi.sim.seed=%d",
                        plan.seed, Operation.seconds(nanos), root(cause), plan, plan.seed),
                cause);
        seed = plan.seed;
        invariant = root(cause) instanceof Violation violation ? violation.invariant() : "no check, but " + root(cause);
    }

    /** What went wrong first, below what the network has wrapped it in. */
    private static Throwable root(Throwable e) {
        Throwable root = e;
        while (!(root instanceof Violation) && root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    long seed() {
        return seed;
    }

    String invariant() {
        return invariant;
    }
}
