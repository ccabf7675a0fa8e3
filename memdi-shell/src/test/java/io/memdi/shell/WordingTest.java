package io.memdi.shell;

import static org.assertj.core.api.Assertions.assertThat;

import io.memdi.NotAppliedException;
import io.memdi.OutcomeUnknownException;
import org.junit.jupiter.api.Test;

class WordingTest {
    @Test
    void leavesOutWhatTheApiCallsTheCall() {
        assertThat(Wording.plain("leader was not done: this node was closed. Issue it at another node"))
                .isEqualTo("not done: this node was closed. Issue it at another node");
        assertThat(Wording.plain("removal of \"b\" was not done in time: another change goes on"))
                .isEqualTo("not done in time: another change goes on");
        assertThat(Wording.plain("status was not answered in time: it is paused"))
                .isEqualTo("not answered in time: it is paused");
        assertThat(Wording.plain("no such key: it was not done: so")).isEqualTo("no such key: it was not done: so");
    }

    @Test
    void writesTimesAsPeopleDo() {
        assertThat(Wording.plain("foundAlone was refused: its list was not retired (retireList)"))
                .isEqualTo("found-alone was refused: its list was not retired (retire)");
        assertThat(Wording.plain("not ready after PT0.3S")).isEqualTo("not ready after 300 ms");
        assertThat(Wording.plain("at most PT8760H, not PT-1S")).isEqualTo("at most 365 days, not PT-1S");
        assertThat(Wording.plain("PT1M30S, or PTA")).isEqualTo("90 s, or PTA");
        assertThat(Wording.plain("PT99999999999999999999H")).isEqualTo("PT99999999999999999999H");
    }

    @Test
    void takesOneLine() {
        assertThat(Wording.plain(" two\n  lines\n")).isEqualTo("two lines");
        assertThat(Wording.plain(null)).isEqualTo("null");
    }

    @Test
    void tellsWhatCtrlCHasLeft() {
        assertThat(Wording.stopped(new NotAppliedException("x"))).isEqualTo("stopped waiting; nothing was changed");
        assertThat(Wording.stopped(new OutcomeUnknownException("x"))).contains("may have taken effect");
    }
}
