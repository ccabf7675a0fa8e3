package io.memdi.shell.judges;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.UnixOperatingSystemMXBean;
import io.memdi.shell.Processes;
import io.memdi.transport.tcp.Certificates;
import io.memdi.transport.tcp.TcpTransport;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Whatever comes to the ports of processes with small heaps, while callers write: those go on, and the logs say so in few plain lines. */
@DisabledOnOs(OS.WINDOWS)
class GarbageTest {
    private static final String[] NAMES = {"a", "b", "c"};
    private static final int MILLIS = (int) Judge.LIMIT.toMillis();

    /** The same that comes again and again is told now and then, not each time. */
    private static final int FEW = 40;

    private static void hear(Judge.Story story) throws Exception {
        try (Processes nodes = new Processes(Processes.Where.LOOPBACK, "128m", NAMES)) {
            Judge.hear(nodes, judge -> {
                story.tell(judge);
                judge.goOn();
            });
            for (String name : NAMES) {
                hasFewPlainLines(nodes, name);
            }
        }
    }

    private static void hasFewPlainLines(Processes nodes, String name) {
        List<String> lines = nodes.get(name).lines();
        assertThat(lines).noneMatch(line -> line.startsWith("\tat ") || line.contains("OutOfMemoryError"));
        assertThat(lines)
                .filteredOn(line -> line.contains("refused a connection") || line.contains(" connection from "))
                .hasSizeBetween(name.equals("a") ? 1 : 0, FEW); // All that is said here is said to a, at least.
    }

    private static Socket dial(Judge judge, String name) throws IOException {
        String address = judge.nodes().address(name);
        int colon = address.lastIndexOf(':');
        Socket socket = new Socket(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
        socket.setSoTimeout(MILLIS);
        return socket;
    }

    private static void say(Socket socket, byte... bytes) throws IOException {
        try {
            socket.getOutputStream().write(bytes);
        } catch (SocketException e) {
            // The node may have had enough before all of it was said.
            assert e.getMessage() != null;
        }
    }

    private static void untilEnded(Socket socket) throws IOException {
        try {
            socket.getInputStream().skip(Long.MAX_VALUE);
        } catch (SocketException e) {
            assert e.getMessage() != null; // Reset: ended as well.
        }
    }

    /** What a client says first; docs/tcp.md draws it. */
    private static byte[] greeting(String name) {
        byte[] text = name.getBytes(UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(36 + text.length).put("memdi\r\n\u001a".getBytes(UTF_8));
        bytes.putShort((short) (26 + text.length)).put((byte) 1).put((byte) 1); // the versions
        bytes.put((byte) 2).put((byte) 0).putInt(1 << 20); // a client, in memory, and its largest frame
        bytes.putLong(7).putLong(name.hashCode()); // its incarnation
        return bytes.put((byte) text.length).put(text).put((byte) 0).array();
    }

    private static byte[] framed(int length, byte... bytes) {
        return ByteBuffer.allocate(4 + bytes.length).putInt(length).put(bytes).array();
    }

    /** Says that to each node, several times; waits until the node has had enough. */
    private static void garbage(Judge judge, int times, byte[]... parts) throws IOException {
        for (String name : NAMES) {
            for (int i = 0; i < times; i++) {
                try (Socket socket = dial(judge, name)) {
                    for (byte[] part : parts) {
                        say(socket, part);
                    }
                    untilEnded(socket);
                }
            }
        }
    }

    @Test
    void allThatIsNoMemdi() throws Exception {
        Random random = new Random(4711);
        hear(judge -> {
            for (int i = 0; i < 30; i++) {
                byte[] bytes = new byte[1 + random.nextInt(4096)];
                random.nextBytes(bytes);
                garbage(judge, 1, bytes);
            }
            garbage(judge, 3, "GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(UTF_8));
            garbage(judge, 3, new byte[] {0x16, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc, 3, 3}); // as TLS begins
            garbage(judge, 1, Arrays.copyOf(greeting("half"), 20));
        });
    }

    @Test
    void allThatIsNoFrame() throws Exception {
        Random random = new Random(815);
        hear(judge -> {
            garbage(judge, 5, greeting("huge"), framed(Integer.MAX_VALUE));
            garbage(judge, 5, greeting("negative"), framed(Integer.MIN_VALUE, (byte) 1));
            for (int i = 0; i < 50; i++) {
                byte[] bytes = new byte[33 + random.nextInt(500)];
                random.nextBytes(bytes);
                garbage(judge, 1, greeting("x" + i), framed(bytes.length, bytes));
            }
        });
    }

    /** A frame of a megabyte each, of which all but the end comes: that is memory which the node has to bound. */
    @Test
    @Tag("processes")
    void framesThatNeverEnd() throws Exception {
        hear(judge -> {
            byte[] most = framed(1 << 20, new byte[(1 << 20) - 10]);
            List<Socket> sockets = new ArrayList<>();
            try {
                for (int i = 0; i < 150; i++) {
                    Socket socket = dial(judge, NAMES[i % NAMES.length]);
                    sockets.add(socket);
                    say(socket, greeting("slow" + i));
                    say(socket, most);
                }
                judge.goOn();
                for (Socket socket : sockets) {
                    untilEnded(socket);
                }
            } finally {
                for (Socket socket : sockets) {
                    socket.close();
                }
            }
        });
    }

    @Test
    @Tag("processes")
    void tenThousandOneAfterAnother() throws Exception {
        hear(judge -> {
            for (int i = 0; i < 10_000; i++) {
                try (Socket socket = dial(judge, NAMES[i % NAMES.length])) {
                    if (i % 4 == 1) {
                        say(socket, (byte) i);
                    } else if (i % 4 == 2) {
                        say(socket, greeting("x" + i));
                    } else if (i % 4 == 3) {
                        say(socket, greeting("y" + i));
                        say(socket, framed(1000, new byte[10]));
                    }
                }
            }
        });
    }

    @Test
    @Tag("processes")
    void aThousandAtOnce() throws Exception {
        int count = descriptors(1000);
        hear(judge -> {
            List<Socket> sockets = new ArrayList<>();
            try {
                for (int i = 0; i < count; i++) {
                    Socket socket = dial(judge, "a");
                    sockets.add(socket);
                    if (i % 2 == 1) {
                        say(socket, greeting("x" + i));
                    }
                }
                judge.goOn();
            } finally {
                for (Socket socket : sockets) {
                    socket.close();
                }
            }
        });
    }

    /** As many as may be open at once; fewer where the system allows fewer. */
    private static int descriptors(int wanted) {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
            long free = system.getMaxFileDescriptorCount() - 500;
            if (free < wanted) {
                System.err.println("no more than " + free + " connections at once, because of the limit of open files");
                return (int) Math.max(1, free);
            }
        }
        return wanted;
    }

    @Test
    @Tag("processes")
    void underTlsWhoHasNoCertificateOrAForeignOne(@TempDir Path folder) throws Exception {
        Certificates ours = Certificates.of("judged");
        Certificates foreign = Certificates.impostorOf("judged");
        Path password = Files.writeString(folder.resolve("password"), Certificates.PASSWORD + "\n");
        Processes.Where secured = new Processes.Where() {
            @Override
            public String address(String name) {
                return LOOPBACK.address(name);
            }

            @Override
            public List<String> security(String name) {
                return List.of(
                        "--tls-identity",
                        ours.identity(name).toString(),
                        "--tls-trust",
                        ours.trusted().toString(),
                        "--tls-password-file",
                        password.toString());
            }
        };
        try (Processes nodes = new Processes(secured, "128m", NAMES)) {
            Judge.hear(nodes, TcpTransport.dialing().tls(ours.identityOf("caller"), ours.trust()), judge -> {
                isRefused(judge, context(ours, null));
                isRefused(judge, context(ours, foreign.identity("caller")));
                garbage(judge, 3, greeting("plain"));
                garbage(judge, 3, new byte[] {0x16, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc, 3, 3});
                judge.goOn();
            });
            for (String name : NAMES) {
                hasFewPlainLines(nodes, name);
                assertThat(nodes.get(name).lines())
                        .anyMatch(line -> line.contains("it has no certificate of an authority that this node trusts"));
            }
        }
    }

    private static SSLContext context(Certificates trusted, Path identity) throws Exception {
        char[] password = Certificates.PASSWORD.toCharArray();
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(KeyStore.getInstance(trusted.trusted().toFile(), password));
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(identity == null ? null : KeyStore.getInstance(identity.toFile(), password), password);
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    /** The node trusts nobody whom it should not: no byte of an answer comes. */
    private static void isRefused(Judge judge, SSLContext context) throws IOException {
        for (String name : NAMES) {
            for (int i = 0; i < 5; i++) {
                try (Socket plain = dial(judge, name);
                        Socket socket = context.getSocketFactory().createSocket(plain, "127.0.0.1", 0, true)) {
                    int first = -1;
                    try {
                        socket.getOutputStream().write(greeting("stranger"));
                        first = socket.getInputStream().read();
                    } catch (SSLException | SocketException e) {
                        assert e.getMessage() != null; // Told so, or cut off.
                    }
                    assertThat(first).isEqualTo(-1);
                }
            }
        }
    }
}
