package io.memdi.node;

import org.jspecify.annotations.Nullable;

/** Tells the loop that the caller of a call has given up. Nobody waits for it. */
final class Withdrawal extends Call<Boolean> {
    private final Call<?> call;

    Withdrawal(Call<?> call) {
        super(call.deadline, null);
        this.call = call;
    }

    @Override
    String what() {
        return "withdrawal";
    }

    @Override
    void enter(Rooms rooms) {
        rooms.forget(call);
    }

    @Override
    RuntimeException timedOut(boolean sent, boolean leaderKnown) {
        return Failures.timedOut(what(), sent, leaderKnown);
    }

    @Override
    Boolean result(@Nullable Object found) {
        return true;
    }
}
