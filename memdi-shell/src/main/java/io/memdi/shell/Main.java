package io.memdi.shell;

import org.jspecify.annotations.Nullable;

/** The entry point of {@code memdi.jar}. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        System.out.println("memdi " + version());
    }

    private static String version() {
        @Nullable String version = Main.class.getPackage().getImplementationVersion();
        return version == null ? "(not packaged)" : version;
    }
}
