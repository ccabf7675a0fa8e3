package io.memdi.shell;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A screen that keeps what is printed. */
final class FakeScreen {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    final Screen screen;

    FakeScreen() {
        this(new Screen.Abilities(false, false, true));
    }

    FakeScreen(Screen.Abilities abilities) {
        screen = new Screen(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                abilities);
    }

    String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    List<String> lines() {
        return out().lines().toList();
    }

    List<String> errors() {
        return err().lines().toList();
    }

    /** What was printed since the last time, errors after the rest. */
    String take() {
        String all = out() + err();
        out.reset();
        err.reset();
        return all;
    }
}
