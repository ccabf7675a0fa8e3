package io.memdi.machine;

/**
 * Why something that an operator wants was not begun.
 *
 * @param reason in plain words, with what to do instead
 * @param later whether what stands in the way goes by itself, so that asking again makes sense
 */
public record Refusal(String reason, boolean later) {
    static Refusal forNow(String reason) {
        return new Refusal(reason, true);
    }

    static Refusal forGood(String reason) {
        return new Refusal(reason, false);
    }
}
