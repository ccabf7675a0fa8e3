package io.memdi.node;

import io.memdi.Incarnation;
import io.memdi.machine.Replica;
import io.memdi.transport.Configuration;
import io.memdi.transport.Member;
import java.util.List;
import java.util.Set;

/** Who is left when a node ends, as far as it knows. */
final class Departure {
    private Departure() {}

    /**
     * What there is to say about it: nothing if those who are left are a majority, or nobody is left who could miss one.
     *
     * @param unreachable the names of members whose connections were lost
     */
    static String warning(Replica replica, Set<String> unreachable) {
        Configuration inForce = replica.configuration();
        Incarnation own = replica.self().incarnation();
        if (inForce == null || !replica.isOpen() || inForce.voter(own) == null) {
            return "";
        }
        List<String> left = inForce.voters().stream()
                .filter(voter -> !voter.incarnation().equals(own) && !unreachable.contains(voter.name()))
                .map(Member::name)
                .sorted()
                .toList();
        boolean enough = inForce.agrees(incarnation -> {
            Member voter = inForce.voter(incarnation);
            return voter != null && !incarnation.equals(own) && !unreachable.contains(voter.name());
        });
        if (enough || left.isEmpty()) {
            return "";
        }
        List<String> voters =
                inForce.voters().stream().map(Member::name).sorted().toList();
        String which = "closes, and leaves " + String.join(", ", left) + " of the voters " + String.join(", ", voters)
                + ", which is no majority: nobody can lead or write ";
        return replica.disk() == null
                ? which + "any more, since whoever is started again has lost its memory. If those that are missing have"
                        + " ended, and are not merely cut off, one survivor can be told to recover"
                : which
                        + "until as many are started again with their directories as are missing to a majority. Should those be"
                        + " gone for good, and only then, one survivor can be told to recover";
    }
}
