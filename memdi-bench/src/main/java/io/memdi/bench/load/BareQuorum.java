package io.memdi.bench.load;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * The least that a write to a quorum of three disks can cost on one machine: a thread sends a record to two others over sockets, appends and
 * syncs it, and reads one answer; each of the others reads the record, appends and syncs it, and answers. There are no queues, no messages
 * beside those, nothing is encoded, and nobody does anything else.
 */
final class BareQuorum {
    private static final int OTHERS = 2;

    private BareQuorum() {}

    /** Writes one record after the other for a while; returns how long each took, in nanoseconds. */
    static Histogram measure(Path directory, long millis) {
        List<Socket> sockets = new ArrayList<>();
        try (ServerSocket server = new ServerSocket(0, OTHERS, InetAddress.getLoopbackAddress());
                DiskLimits.Records own = DiskLimits.Records.create(Files.createDirectories(directory), "bare0", 1)) {
            List<DataInputStream> answers = new ArrayList<>();
            for (int i = 1; i <= OTHERS; i++) {
                Socket far = new Socket(server.getInetAddress(), server.getLocalPort());
                sockets.add(far);
                far.setTcpNoDelay(true);
                String name = "bare" + i;
                Limits.daemon(name, () -> answer(far, directory, name));
                Socket near = server.accept();
                sockets.add(near);
                near.setTcpNoDelay(true);
                answers.add(new DataInputStream(near.getInputStream()));
                answers.get(i - 1).readByte(); // its file is there
            }
            return measure(own, sockets, answers, millis);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            sockets.forEach(BareQuorum::close);
        }
    }

    private static Histogram measure(
            DiskLimits.Records own, List<Socket> sockets, List<DataInputStream> answers, long millis)
            throws IOException {
        byte[] record = new byte[DiskLimits.RECORD_BYTES];
        Histogram times = new Histogram(3);
        long begun = System.nanoTime();
        for (int i = 0; System.nanoTime() - begun < millis * 1_000_000; i++) {
            long from = System.nanoTime();
            for (int other = 1; other < sockets.size(); other += 2) {
                sockets.get(other).getOutputStream().write(record);
            }
            own.append();
            // One of them makes a quorum; the other one has as much time as it wants.
            answers.get(i % OTHERS).readByte();
            times.recordValue(System.nanoTime() - from);
            answers.get((i + 1) % OTHERS).readByte();
        }
        return times;
    }

    private static void answer(Socket socket, Path directory, String name) {
        byte[] record = new byte[DiskLimits.RECORD_BYTES];
        try (DiskLimits.Records own = DiskLimits.Records.create(directory, name, 1)) {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            socket.getOutputStream().write(1);
            while (in.readNBytes(record, 0, record.length) == record.length) {
                own.append();
                socket.getOutputStream().write(1);
            }
        } catch (IOException e) {
            close(socket);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It has served.
        }
    }
}
