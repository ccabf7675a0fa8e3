package io.memdi.machine;

import io.memdi.transport.Member;
import org.jspecify.annotations.Nullable;

/** The one door through which roles and terms change. Each move has a cause, which goes to the log. */
interface Door {
    /** Becomes, or stays, a follower; of nobody yet where no leader is named. Raises the term where that is higher. */
    void follow(long term, @Nullable Member leader, String cause);

    /** Asks whether it would win an election. */
    void askAround(String cause);

    /** Raises the term and stands for election. */
    void stand(String cause);

    /** Leads the term that it stood for. */
    void lead(String cause);
}
