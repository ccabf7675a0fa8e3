package io.memdi.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.memdi.transport.Envelope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Frames are held to the byte, both ways: nodes of one version understand each other whichever was built when.
 *
 * <p>Who changes a layout on purpose gives {@link MessageCodec#VERSION} a new number, names the file after it, and has it written by
 * {@code mvn -Dquick -pl memdi-core test -Dtest=WireFramesTest -Dmemdi.frames.update=true}. The files of versions that were released stay
 * as they are.
 */
class WireFramesTest {
    private static final String UPDATE = "-Dmemdi.frames.update=true";

    private final MessageCodec codec = new MessageCodec(Samples.codecs(), 1 << 20);

    @Test
    void areWhatTheyWere() throws IOException {
        String now = FixedFrames.envelopes().stream()
                .map(envelope -> nameOf(envelope) + " " + FixedFrames.print(write(envelope)))
                .collect(Collectors.joining("\n"));
        if (Boolean.getBoolean("memdi.frames.update")) {
            Path root = Path.of(System.getProperty("memdi.root"), "memdi-core/src/test/resources/io/memdi/wire");
            Files.writeString(
                    root.resolve(FixedFrames.FILE),
                    "# Frames of version " + MessageCodec.VERSION
                            + ", see WireFramesTest. [00*40] is a byte that is there 40 times.\n" + now + "\n");
            return;
        }
        String then = FixedFrames.file().entrySet().stream()
                .map(frame -> frame.getKey() + " " + FixedFrames.print(frame.getValue()))
                .collect(Collectors.joining("\n"));
        assertThat(now)
                .as("frames have changed: give the layout a new version, then run this test with " + UPDATE)
                .isEqualTo(then);
    }

    @Test
    void areReadAsWhatTheyWere() throws IOException {
        Map<String, byte[]> frames = FixedFrames.file();
        for (Envelope envelope : FixedFrames.envelopes()) {
            byte[] frame = frames.get(nameOf(envelope));
            assertThat(codec.read(new WireReader().read(frame, 0, frame.length)))
                    .usingRecursiveComparison()
                    .withStrictTypeChecking()
                    .isEqualTo(envelope);
        }
    }

    @Test
    void thereIsOneOfEveryMessage() throws IOException {
        Set<String> names = new HashSet<>();
        MessageCodecTest.types().forEach(type -> names.add(type.getSimpleName()));
        assertThat(FixedFrames.file()).containsOnlyKeys(names);
        assertThat(FixedFrames.envelopes().stream().map(WireFramesTest::nameOf))
                .containsExactlyInAnyOrderElementsOf(names);
    }

    @Test
    void ofAnotherVersionAreRefusedWithBothVersions() {
        List<Envelope> any = FixedFrames.envelopes();
        byte[] frame = write(any.get(0));
        frame[4] = 2;
        assertThat(catchThrowableOfType(
                        WireException.class, () -> codec.read(new WireReader().read(frame, 0, frame.length))))
                .hasMessageContaining("version 2")
                .hasMessageContaining("version 1")
                .extracting(WireException::kind)
                .isEqualTo(WireException.Kind.VERSION);
    }

    private byte[] write(Envelope envelope) {
        WireWriter out = new WireWriter(0, 1 << 20);
        codec.write(out, envelope);
        return out.toByteArray();
    }

    private static String nameOf(Envelope envelope) {
        return envelope.message().getClass().getSimpleName();
    }
}
