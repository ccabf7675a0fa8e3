package io.memdi.machine;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Members of a running cluster, as an empty node hears of them. One that has begun and holds nothing yet may still give its cluster
 * up, and learns that it has to from the very nodes that come back; and a late message may tell of a cluster that is gone. So a veto
 * counts when it has been kept up for the longest election timeout, by somebody who was heard within the shortest.
 */
final class Veto {
    private final Map<String, Long> heardAt = new LinkedHashMap<>();
    private long since;

    /** This name says that it belongs to a running cluster. */
    void heard(String name, long now) {
        if (heardAt.isEmpty()) {
            since = now;
        }
        heardAt.put(name, now);
    }

    /** One of those whose veto stands, once it has stood for long enough; else null. */
    @Nullable
    String standing(long now, Settings settings) {
        heardAt.values().removeIf(at -> now - at > settings.electionMinNanos());
        return heardAt.isEmpty() || now - since < settings.electionMaxNanos()
                ? null
                : heardAt.keySet().iterator().next();
    }

    void clear() {
        heardAt.clear();
    }
}
