package io.memdi.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memdi.Incarnation;
import io.memdi.transport.Configuration;
import io.memdi.transport.Member;
import io.memdi.transport.Message.Mode;
import io.memdi.wire.LogCodec;
import io.memdi.wire.StoreCodecs;
import io.memdi.wire.WireWriter;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class StateRecordTest {
    private final LogCodec codec = new LogCodec(new StoreCodecs());
    private final HardState state = new HardState(
            new Incarnation(1, 2),
            4,
            null,
            Mode.LOCKED,
            null,
            new Configuration(
                    List.of(new Member("a", new Incarnation(1, 2), "localhost:7301")),
                    List.of(),
                    List.of(),
                    List.of("a")),
            77);

    @Test
    void isReadAsItWasWritten() {
        byte[] written = written();

        assertThat(StateRecord.read(written, 0, written.length, codec)).isEqualTo(state);
    }

    @Test
    void cutAtAnyByteItIsRefusedAsAnyOtherRecord() {
        byte[] written = written();

        for (int length = 0; length < written.length; length++) {
            int cut = length;
            assertThatThrownBy(() -> StateRecord.read(Arrays.copyOf(written, cut), 0, cut, codec))
                    .as("%d of %d bytes", cut, written.length)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    private byte[] written() {
        WireWriter out = new WireWriter(64, 1 << 20);
        StateRecord.write(out, state, codec);
        return out.toByteArray();
    }
}
