package io.memdi.shell;

import io.memdi.MemdiException;
import io.memdi.OutcomeUnknownException;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the API says, which speaks to programmers, in the words of somebody who has typed a command. */
final class Wording {
    /** The call that failed, as the API names it; whoever typed a command knows which one that was. */
    private static final Pattern UNDONE = Pattern.compile("^[^:]{1,80}? was (not done|not answered)(?= in time|:)");

    /** A duration as {@link Duration#toString} writes it. */
    private static final Pattern ISO_DURATION =
            Pattern.compile("\\bPT(?=\\d)(?:\\d{1,9}H)?(?:\\d{1,9}M)?(?:\\d{1,9}(?:\\.\\d{1,9})?S)?(?!\\w)");

    private Wording() {}

    /** A message in one line, without names of the API's calls, and with times as people write them. */
    static String plain(@Nullable String message) {
        String line = String.valueOf(message).strip().replaceAll("\\s*\\R\\s*", " ");
        String told = UNDONE.matcher(line).replaceFirst("$1").replace(" at LINEARIZABLE", " with --level linearizable");
        told = told.replace("Use LEADER_MEMORY or QUORUM_MEMORY", "Say --ack leader-memory or --ack quorum-memory")
                .replace("(Storage.directory)", "(memdi node --dir PATH)");
        told = told.replace("foundAlone", "found-alone").replace("retireList", "retire");
        return ISO_DURATION.matcher(told).replaceAll(time -> Times.of(Duration.parse(time.group())));
    }

    /** What became of a call that Ctrl-C has ended. */
    static String stopped(MemdiException e) {
        return e instanceof OutcomeUnknownException
                ? "stopped waiting; what was asked for may have taken effect, or may yet: look before you ask again"
                : "stopped waiting; nothing was changed";
    }
}
