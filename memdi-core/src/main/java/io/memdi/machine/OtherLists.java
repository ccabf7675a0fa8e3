package io.memdi.machine;

import io.memdi.transport.Member;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Notes, once for each name, who was started with another list of founders. Whoever only joins has no list, and may be right. */
final class OtherLists {
    private static final long NONE = Start.joining(List.of(), true).hash();

    private final Core core;
    private final Set<String> noted = new HashSet<>();

    OtherLists(Core core) {
        this.core = core;
    }

    /** Somebody says what its list is; the bits of those that keep their data in directories are all the other way round. */
    void note(Member from, long other, long own) {
        if (other == own || other == NONE || other == ~NONE || !noted.add(from.name())) {
            return;
        }
        core.effects.note(
                "node " + from.name()
                        + (other == ~own
                                ? Durability.otherStorage(core.disk)
                                : " was started with another list: all nodes need the same names at the same addresses, in the same order"));
    }
}
