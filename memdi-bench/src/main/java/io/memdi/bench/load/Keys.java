package io.memdi.bench.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Keys and certificates for a measurement, made with {@code keytool} as {@code docs/tls.md} does it; deleted when it is over. */
final class Keys implements AutoCloseable {
    private static final String PASSWORD = "changeit";

    private final Path directory;

    private Keys(Path directory) {
        this.directory = directory;
    }

    Path directory() {
        return directory;
    }

    @Override
    public void close() {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
            Files.delete(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes an authority, and a key for each name. */
    static Keys make(List<String> names) {
        try {
            Path directory = Files.createTempDirectory("memdi-load-keys");
            keytool(
                    directory,
                    "-genkeypair -alias ca -keyalg EC -dname CN=load -ext bc:c -validity 2 -keystore ca.p12");
            keytool(directory, "-exportcert -alias ca -keystore ca.p12 -rfc -file ca.pem");
            keytool(directory, "-importcert -noprompt -alias ca -file ca.pem -keystore trust.p12");
            for (String name : names) {
                makeFor(name, directory);
            }
            return new Keys(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void makeFor(String name, Path directory) throws IOException {
        String store = " -keystore " + name + ".p12";
        keytool(directory, "-genkeypair -alias node -keyalg EC -dname CN=" + name + " -validity 2" + store);
        keytool(directory, "-certreq -alias node -file " + name + ".csr" + store);
        keytool(
                directory,
                "-gencert -alias ca -keystore ca.p12 -infile " + name + ".csr -rfc -outfile " + name
                        + ".pem -validity 2 -ext san=ip:127.0.0.1,dns:localhost");
        keytool(directory, "-importcert -noprompt -alias ca -file ca.pem" + store);
        keytool(directory, "-importcert -noprompt -alias node -file " + name + ".pem" + store);
    }

    private static void keytool(Path directory, String arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments.split(" ", -1)));
        command.addAll(List.of("-storepass", PASSWORD, "-storetype", "PKCS12"));
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IllegalStateException("keytool " + arguments + ": " + said);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
    }
}
