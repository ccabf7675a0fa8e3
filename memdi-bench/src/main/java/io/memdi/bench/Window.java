package io.memdi.bench;

import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;

/** Operations that are outstanding, oldest first: keeps so many of them under way, and never more. One thread. */
final class Window {
    private final int size;
    private final ArrayDeque<CompletableFuture<?>> outstanding = new ArrayDeque<>();

    Window(int size) {
        this.size = size;
    }

    /** Takes an operation that was just issued; if that fills the window, waits for the oldest. */
    void add(CompletableFuture<?> operation) {
        outstanding.add(operation);
        if (outstanding.size() == size) {
            outstanding.remove().join();
        }
    }

    /** Waits for all. */
    void drain() {
        while (!outstanding.isEmpty()) {
            outstanding.remove().join();
        }
    }
}
