package io.memdi.machine;

import io.memdi.transport.Contact;
import io.memdi.transport.Message.Answer;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the founders have said of a proposal, by name: a name may have said several things, in one life after the other. */
final class Answers {
    private final List<Contact> founders;
    private final Map<String, Set<Answer>> said = new LinkedHashMap<>();

    Answers(List<Contact> founders) {
        this.founders = founders;
    }

    void hear(String name, Answer answer) {
        said.computeIfAbsent(name, key -> EnumSet.noneOf(Answer.class)).add(answer);
    }

    boolean has(Contact founder, Answer answer) {
        return said.getOrDefault(founder.name(), Set.of()).contains(answer);
    }

    boolean isAnswered(Contact founder) {
        return has(founder, Answer.IN) || has(founder, Answer.EMPTY);
    }

    boolean isMajorityIn() {
        return founders.stream().filter(each -> has(each, Answer.IN)).count() >= majority();
    }

    boolean isEveryoneAnswered() {
        return founders.stream().allMatch(this::isAnswered);
    }

    /** Whether so many are lost that those who are left are no majority. */
    boolean isMajorityLost() {
        return founders.stream().filter(each -> !has(each, Answer.LOST)).count() < majority();
    }

    private int majority() {
        return founders.size() / 2 + 1;
    }

    void clear() {
        said.clear();
    }
}
