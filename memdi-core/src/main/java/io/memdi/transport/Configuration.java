package io.memdi.transport;

import io.memdi.Incarnation;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Who belongs to a cluster. Votes and acknowledgements count only from an incarnation that is listed here.
 *
 * <p>While voters change, the configuration is joint: a majority of the voters to come <i>and</i> one of those that go out is needed
 * for everything (Raft dissertation, 4.3). Under one name there may be two incarnations then, the old one and the one that takes
 * its place.
 *
 * @param voters those whose majority decides, in the order of the list that founded the cluster; of a joint configuration, those to
 *     come
 * @param learners those that get the log, and count for nothing; of a joint configuration, those to come: an outgoing voter among
 *     them votes until the change is over
 * @param outgoing of a joint configuration all voters from before the change; else empty
 * @param list the names that the cluster was founded with, as long as they may found again: voters of other names are never a
 *     majority until then; empty once that list was retired
 */
public record Configuration(List<Member> voters, List<Member> learners, List<Member> outgoing, List<String> list) {
    /**
     * Checks the parts.
     *
     * @param voters those whose majority decides, in the order of the list that founded the cluster; of a joint configuration,
     *     those to come
     * @param learners those that get the log, and count for nothing; of a joint configuration, those to come: an outgoing voter
     *     among them votes until the change is over
     * @param outgoing of a joint configuration all voters from before the change; else empty
     * @param list the names that the cluster was founded with; empty once that list was retired
     * @throws IllegalArgumentException if there is no voter, a name is twice among the voters, the learners or the outgoing voters,
     *     an incarnation both votes and learns, or is listed as two different members
     */
    public Configuration {
        voters = List.copyOf(voters);
        learners = List.copyOf(learners);
        outgoing = List.copyOf(outgoing);
        list = List.copyOf(list);
        boolean named = haveDistinctNames(voters) && haveDistinctNames(learners) && haveDistinctNames(outgoing);
        if (voters.isEmpty() || !named) {
            throw new IllegalArgumentException(
                    "a configuration needs voters, and distinct names among those that do the same: "
                            + describe(voters, learners, outgoing));
        }
        List<Member> all = distinct(voters, outgoing, learners);
        boolean split = learners.stream().anyMatch(voters::contains);
        if (split || all.stream().map(Member::incarnation).distinct().count() != all.size()) {
            throw new IllegalArgumentException(
                    "in a configuration an incarnation is one member, which votes or learns: "
                            + describe(voters, learners, outgoing));
        }
    }

    /**
     * The configuration that a cluster begins with.
     *
     * @param founders the voters; their names are the list
     * @return a configuration that is not joint, and has no learners
     * @throws IllegalArgumentException if there is no voter, or a name or an incarnation is there twice
     */
    public static Configuration founding(List<Member> founders) {
        return new Configuration(
                founders,
                List.of(),
                List.of(),
                founders.stream().map(Member::name).toList());
    }

    /**
     * As this one, with other members.
     *
     * @param voters as for the constructor
     * @param learners as for the constructor
     * @param outgoing as for the constructor
     * @return a configuration with the same list
     * @throws IllegalArgumentException as for the constructor
     */
    public Configuration with(List<Member> voters, List<Member> learners, List<Member> outgoing) {
        return new Configuration(voters, learners, outgoing, list);
    }

    /**
     * As this one, once the list is retired: nobody may found with it any more.
     *
     * @return a configuration without a list
     */
    public Configuration withoutList() {
        return new Configuration(voters, learners, outgoing, List.of());
    }

    /**
     * Whether voters from outside the list would be a majority of the voters to come. Then nodes that are started with that list, and
     * have lost their memory, could found a second cluster beside this one.
     *
     * @return false where the list was retired
     */
    public boolean outgrowsList() {
        long outside =
                voters.stream().filter(voter -> !list.contains(voter.name())).count();
        return !list.isEmpty() && outside > voters.size() / 2;
    }

    /**
     * Whether the voters are changing, so that two majorities are needed.
     *
     * @return whether there are outgoing voters
     */
    public boolean isJoint() {
        return !outgoing.isEmpty();
    }

    /**
     * How many of the {@link #voters} are a majority. What is decided by majority is asked with {@link #agrees}.
     *
     * @return more than half
     */
    public int majority() {
        return voters.size() / 2 + 1;
    }

    /**
     * Whether those who say yes decide: a majority of the voters, and of the outgoing voters where there are any.
     *
     * @param says who says yes
     * @return whether they are enough
     */
    public boolean agrees(Predicate<Incarnation> says) {
        return isMajority(voters, says) && (outgoing.isEmpty() || isMajority(outgoing, says));
    }

    private static boolean isMajority(List<Member> voters, Predicate<Incarnation> says) {
        int yes = 0;
        for (Member voter : voters) {
            yes += says.test(voter.incarnation()) ? 1 : 0;
        }
        return yes > voters.size() / 2;
    }

    /**
     * Everyone who is listed, once each: voters, then those who are only outgoing, then learners.
     *
     * @return a new list
     */
    public List<Member> members() {
        return distinct(voters, outgoing, learners);
    }

    /**
     * Finds a voter by incarnation, an outgoing one too: it counts until the change is over.
     *
     * @param incarnation the incarnation
     * @return the voter, or null if that incarnation does not vote
     */
    public @Nullable Member voter(Incarnation incarnation) {
        Member voter = find(voters, incarnation);
        return voter == null ? find(outgoing, incarnation) : voter;
    }

    /**
     * Finds a voter by name; where two incarnations have it, the one to come.
     *
     * @param name the name
     * @return the voter, or null if none has that name
     */
    public @Nullable Member voter(String name) {
        for (Member voter : distinct(voters, outgoing, List.of())) {
            if (voter.name().equals(name)) {
                return voter;
            }
        }
        return null;
    }

    /**
     * Finds whoever is listed.
     *
     * @param incarnation the incarnation
     * @return the member, or null if that incarnation is not listed
     */
    public @Nullable Member member(Incarnation incarnation) {
        Member voter = voter(incarnation);
        return voter == null ? find(learners, incarnation) : voter;
    }

    private static @Nullable Member find(List<Member> members, Incarnation incarnation) {
        for (Member member : members) {
            if (member.incarnation().equals(incarnation)) {
                return member;
            }
        }
        return null;
    }

    private static List<Member> distinct(List<Member> voters, List<Member> outgoing, List<Member> learners) {
        List<Member> all = new ArrayList<>(voters);
        for (Member member : outgoing) {
            if (!all.contains(member)) {
                all.add(member);
            }
        }
        for (Member member : learners) {
            if (!all.contains(member)) {
                all.add(member);
            }
        }
        return all;
    }

    private static boolean haveDistinctNames(List<Member> members) {
        return members.stream().map(Member::name).distinct().count() == members.size();
    }

    private static String describe(List<Member> voters, List<Member> learners, List<Member> outgoing) {
        return "voters " + voters + ", learners " + learners + ", outgoing " + outgoing;
    }
}
