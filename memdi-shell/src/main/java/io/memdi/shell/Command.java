package io.memdi.shell;

/**
 * A command of the shell.
 *
 * @param syntax its name, and what may follow it
 * @param summary what it does, in a few words
 * @param example a line that may be typed as it stands
 * @param scope what it can be typed at
 * @param body does it
 */
record Command(Syntax syntax, String summary, String example, Scope scope, Body body) {

    /** A command for any cluster. */
    Command(Syntax syntax, String summary, String example, Body body) {
        this(syntax, summary, example, Scope.CLUSTER, body);
    }

    /** What a command does. */
    @FunctionalInterface
    interface Body {
        /** May throw whatever the API throws, and {@link PlainFailure}. */
        Answer run(Shell shell, Arguments arguments);
    }

    String name() {
        return syntax.command();
    }

    Command in(Scope other) {
        return new Command(syntax, summary, example, other, body);
    }
}
