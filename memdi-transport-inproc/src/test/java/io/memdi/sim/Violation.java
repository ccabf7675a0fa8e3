package io.memdi.sim;

/** Something that must never happen has happened. It names the invariant, so that a table can say who saw what. */
public final class Violation extends AssertionError {
    private static final long serialVersionUID = 1;

    private final String invariant;

    public Violation(String invariant, String what) {
        super(invariant + ": " + what);
        this.invariant = invariant;
    }

    String invariant() {
        return invariant;
    }

    public static void unless(boolean holds, String invariant, String what, Object... values) {
        if (!holds) {
            throw new Violation(invariant, String.format(what, values));
        }
    }
}
