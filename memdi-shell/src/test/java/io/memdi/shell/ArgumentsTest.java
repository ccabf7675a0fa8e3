package io.memdi.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memdi.Ack;
import io.memdi.ReadLevel;
import io.memdi.Revision;
import org.junit.jupiter.api.Test;

class ArgumentsTest {
    private static final Syntax PUT = Syntax.of("put", Kind.KEY, Kind.VALUE).with("ack", Kind.ACK);
    private static final Syntax GET =
            Syntax.of("get", Kind.KEY).with("level", Kind.LEVEL).with("at", Kind.NODE);
    private static final Syntax LOAD = Syntax.of("load", Kind.FILE).with("header", Kind.NOTHING);
    private static final Syntax KEYS = Syntax.of("keys").optionally(Kind.PREFIX).with("limit", Kind.NUMBER);
    private static final Syntax SPLIT = Syntax.of("partition", Kind.GROUP).andMore();
    private static final Syntax CAS = Syntax.of("cas", Kind.REVISION);

    private static Arguments parse(Syntax syntax, String line) {
        return Arguments.parse(syntax, Words.of(line));
    }

    private static void refuses(Syntax syntax, String line, String message) {
        assertThatThrownBy(() -> parse(syntax, line))
                .isInstanceOf(UsageFailure.class)
                .hasMessage(message);
    }

    @Test
    void tellsItsUsage() {
        assertThat(PUT.usage()).isEqualTo("put KEY VALUE [--ack LEVEL]");
        assertThat(LOAD.usage()).isEqualTo("load FILE [--header]");
        assertThat(KEYS.usage()).isEqualTo("keys [PREFIX] [--limit N]");
        assertThat(SPLIT.usage()).isEqualTo("partition GROUP ...");
    }

    @Test
    void takesOptionsAnywhere() {
        for (String line :
                new String[] {"k v --ack quorum-memory", "--ack=quorum-memory k v", "k --ack QUORUM_MEMORY v"}) {
            Arguments put = parse(PUT, line);
            assertThat(put.all()).containsExactly("k", "v");
            assertThat(put.ack(Ack.LEADER_MEMORY)).isEqualTo(Ack.QUORUM_MEMORY);
        }
        Arguments get = parse(GET, "k --level linearizable --at b");
        assertThat(get.level(ReadLevel.SESSION)).isEqualTo(ReadLevel.LINEARIZABLE);
        assertThat(get.option("at")).isEqualTo("b");
        assertThat(parse(LOAD, "x.csv --header").has("header")).isTrue();
    }

    @Test
    void takesWhatLooksLikeAnOptionAfterTwoDashes() {
        assertThat(parse(PUT, "-- --ack -5").all()).containsExactly("--ack", "-5");
        assertThat(parse(PUT, "-k -5").all()).containsExactly("-k", "-5");
    }

    @Test
    void hasDefaults() {
        assertThat(parse(PUT, "k v").ack(Ack.LEADER_MEMORY)).isEqualTo(Ack.LEADER_MEMORY);
        assertThat(parse(GET, "k").level(ReadLevel.SESSION)).isEqualTo(ReadLevel.SESSION);
        assertThat(parse(KEYS, "").optional(0)).isNull();
        assertThat(parse(KEYS, "p").optional(0)).isEqualTo("p");
        assertThat(parse(KEYS, "").number("limit", 20, 100)).isEqualTo(20);
        assertThat(parse(KEYS, "--limit 7").number("limit", 20, 100)).isEqualTo(7);
        assertThat(parse(SPLIT, "a b c").all()).hasSize(3);
    }

    @Test
    void readsRevisions() {
        assertThat(parse(CAS, "2.17").revision(0)).isEqualTo(new Revision(2, 17));
        for (String wrong : new String[] {"2", "2.", ".1", "2.x", "-1.2", "1.2.3", "9999999999999999999.1"}) {
            assertThatThrownBy(() -> parse(CAS, wrong).revision(0))
                    .hasMessage("\"" + wrong
                            + "\" is no revision, which looks like 2.17, as put and get show it; type: cas REVISION");
        }
    }

    @Test
    void saysWhatToTypeInstead() {
        refuses(PUT, "k", "put needs VALUE; type: put KEY VALUE [--ack LEVEL]");
        refuses(
                PUT,
                "k two words",
                "\"words\" is too much, unless quotes hold the value together: \"two words\"; type: put KEY VALUE [--ack LEVEL]");
        refuses(GET, "k l", "\"l\" is too much; type: get KEY [--level LEVEL] [--at NODE]");
        refuses(PUT, "k v --akc x", "put knows --ack, not --akc; type: put KEY VALUE [--ack LEVEL]");
        refuses(SPLIT, "a --x", "partition knows no options, not --x; type: partition GROUP ...");
        refuses(PUT, "k v --ack", "--ack needs LEVEL; type: put KEY VALUE [--ack LEVEL]");
        refuses(LOAD, "x --header=yes", "--header takes nothing; type: load FILE [--header]");
        assertThatThrownBy(() -> parse(PUT, "k v --ack disk").ack(Ack.LEADER_MEMORY))
                .isInstanceOf(UsageFailure.class)
                .hasMessage(
                        "--ack is leader-memory or quorum-memory or leader-disk or quorum-disk, not \"disk\"; type: put KEY VALUE"
                                + " [--ack LEVEL]");
        assertThat(parse(PUT, "k v --ack quorum-disk").ack(Ack.LEADER_MEMORY)).isEqualTo(Ack.QUORUM_DISK);
        assertThat(parse(PUT, "k v --ack LEADER_DISK").ack(Ack.LEADER_MEMORY)).isEqualTo(Ack.LEADER_DISK);
        for (String wrong : new String[] {"0", "101", "x", ""}) {
            assertThatThrownBy(() -> parse(KEYS, "--limit '" + wrong + "'").number("limit", 20, 100))
                    .hasMessage("--limit is a number from 1 to 100, not \"" + wrong
                            + "\"; type: keys [PREFIX] [--limit N]");
        }
    }
}
