package io.memdi.shell.judges;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Processes that end, or stand still, while callers write. */
@DisabledOnOs(OS.WINDOWS)
class KilledTest {
    @Test
    void theLeader() throws Exception {
        Judge.hear(judge -> {
            String leader = judge.nodes().leader();
            judge.nodes().get(leader).kill();
            judge.goOn();
            judge.restart(leader);
        });
    }
}
