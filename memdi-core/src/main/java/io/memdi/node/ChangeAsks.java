package io.memdi.node;

import io.memdi.transport.Message.ChangeReply;

/**
 * What came of asking leaders for one change of members, perhaps more than once: whether it may take place, and what stands in the way.
 *
 * <p>A later answer does not undo an earlier question. What a leader names as an obstacle may be the very change that was asked for
 * before: under way, or done by now. So once a question was accepted, no refusal is certain any more; nor is it as long as another
 * question was not answered.
 *
 * <p>The loop writes; the caller, when its time is up, reads.
 */
final class ChangeAsks {
    private boolean accepted;
    private int unanswered;
    private volatile boolean mayTakePlace;
    private volatile String obstacle = "";

    /** A leader was asked, for the first time or again. */
    void asked() {
        unanswered++;
        mayTakePlace = true;
    }

    /** Takes in the answer to a question, and tells whether it is refused for good, and will certainly not take place. */
    boolean isRefusedBy(ChangeReply answer) {
        accepted |= answer.refusal().isEmpty();
        unanswered--;
        mayTakePlace = accepted || unanswered > 0;
        obstacle = answer.refusal();
        return !accepted && unanswered == 0 && !answer.later();
    }

    boolean mayTakePlace() {
        return mayTakePlace;
    }

    /** What the latest answer has said against it; empty if it said nothing, or none came. */
    String obstacle() {
        return obstacle;
    }
}
