package io.memdi.transport;

import io.memdi.Incarnation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who belongs to a cluster. Votes and acknowledgements count only from an incarnation that is listed here.
 *
 * @param voters those whose majority decides, in the order of the list that founded the cluster
 */
public record Configuration(List<Member> voters) {
    /**
     * Checks the parts.
     *
     * @param voters those whose majority decides, in the order of the list that founded the cluster
     * @throws IllegalArgumentException if there is no voter, or a name is there twice
     */
    public Configuration {
        voters = List.copyOf(voters);
        if (voters.isEmpty() || voters.stream().map(Member::name).distinct().count() != voters.size()) {
            throw new IllegalArgumentException("a configuration needs voters with distinct names: " + voters);
        }
    }

    /**
     * How many voters are a majority.
     *
     * @return more than half
     */
    public int majority() {
        return voters.size() / 2 + 1;
    }

    /**
     * Finds a voter by incarnation.
     *
     * @param incarnation the incarnation
     * @return the voter, or null if that incarnation is not listed
     */
    public @Nullable Member voter(Incarnation incarnation) {
        for (Member voter : voters) {
            if (voter.incarnation().equals(incarnation)) {
                return voter;
            }
        }
        return null;
    }

    /**
     * Finds a voter by name.
     *
     * @param name the name
     * @return the voter, or null if none has that name
     */
    public @Nullable Member voter(String name) {
        for (Member voter : voters) {
            if (voter.name().equals(name)) {
                return voter;
            }
        }
        return null;
    }
}
