package io.memdi.transport.tcp;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Method;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * Several runs of the JDK's {@code keytool} in one process, with passwords that are quick to check: most of what one costs is the start of
 * its JVM, and the ten thousand hashes of a password.
 */
final class Keytool {
    private Keytool() {}

    /**
     * The process: reads the commands from its standard input, and runs them one after the other; the tool ends it with another
     * code than 0 where it fails.
     */
    public static void main(String[] arguments) throws IOException, ReflectiveOperationException {
        Method tool = Class.forName("sun.security.tools.keytool.Main").getMethod("main", String[].class);
        DataInputStream commands = new DataInputStream(System.in);
        for (int left = commands.readInt(); left > 0; left--) {
            String[] command = new String[commands.readInt()];
            for (int i = 0; i < command.length; i++) {
                command[i] = commands.readUTF();
            }
            tool.invoke(null, (Object) command);
        }
    }

    /** Runs the commands in a directory. */
    static void run(Path directory, List<List<String>> commands) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        URL classes = Keytool.class.getProtectionDomain().getCodeSource().getLocation();
        Process process = new ProcessBuilder(
                        java,
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Dkeystore.pkcs12.certPbeIterationCount=100",
                        "-Dkeystore.pkcs12.keyPbeIterationCount=100",
                        "-Dkeystore.pkcs12.macIterationCount=100",
                        "--add-exports=java.base/sun.security.tools.keytool=ALL-UNNAMED",
                        "-cp",
                        Path.of(URI.create(classes.toString())).toString(),
                        Keytool.class.getName())
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        try (OutputStream to = process.getOutputStream()) {
            to.write(encoded(commands));
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException(commands + " have failed: " + output);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private static byte[] encoded(List<List<String>> commands) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(commands.size());
        for (List<String> command : commands) {
            out.writeInt(command.size());
            for (String argument : command) {
                out.writeUTF(argument);
            }
        }
        return bytes.toByteArray();
    }
}
