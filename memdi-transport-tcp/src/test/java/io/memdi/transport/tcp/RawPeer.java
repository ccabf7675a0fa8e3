package io.memdi.transport.tcp;

import io.memdi.ClusterId;
import io.memdi.Incarnation;
import io.memdi.transport.tcp.Handshake.Answer;
import io.memdi.transport.tcp.Handshake.Greeting;
import io.memdi.transport.tcp.Handshake.Party;
import io.memdi.transport.tcp.Handshake.Refused;
import io.memdi.transport.tcp.Handshake.Storage;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Somebody at the other end of a plain connection, who says what a test wants, byte by byte. */
final class RawPeer implements AutoCloseable {
    private static final int LONG_MILLIS = 60_000;

    final Socket socket;

    RawPeer(String address) throws IOException {
        HostPort target = HostPort.parse(address);
        socket = new Socket(InetAddress.getByName(target.host()), target.port());
        socket.setSoTimeout(LONG_MILLIS);
        socket.setTcpNoDelay(true);
    }

    static Party party(String name, @Nullable ClusterId cluster) {
        return new Party(name, new Incarnation(7, 7), cluster, Storage.MEMORY, 1 << 26);
    }

    static Greeting greeting(String name, @Nullable ClusterId cluster, String expected) {
        return new Greeting(1, 1, party(name, cluster), false, expected);
    }

    RawPeer say(byte... bytes) throws IOException {
        try {
            socket.getOutputStream().write(bytes);
        } catch (SocketException e) {
            // The other side may have had enough before all of it was said.
            assert e.getMessage() != null;
        }
        return this;
    }

    RawPeer greet(Greeting greeting) throws IOException {
        return say(Handshake.bytes(greeting));
    }

    RawPeer number(int number) throws IOException {
        return say(ByteBuffer.allocate(4).putInt(number).array());
    }

    Answer answer() throws IOException, Refused {
        return Handshake.readAnswer(socket.getInputStream());
    }

    int readNumber() throws IOException {
        return ByteBuffer.wrap(socket.getInputStream().readNBytes(4)).getInt();
    }

    /** Waits until the other side ends the connection. */
    void untilEnded() throws IOException {
        InputStream in = socket.getInputStream();
        try {
            while (in.read() >= 0) {
                Thread.onSpinWait();
            }
        } catch (SocketException e) {
            // Reset: ended as well.
            assert e.getMessage() != null;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
