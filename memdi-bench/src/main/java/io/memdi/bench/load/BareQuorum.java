package io.memdi.bench.load;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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
        List<Future<?>> others = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(OTHERS);
        try (ServerSocket server = new ServerSocket(0, OTHERS, InetAddress.getLoopbackAddress());
                DiskLimits.Records own = DiskLimits.Records.create(Files.createDirectories(directory), "bare0", 1)) {
            for (int i = 1; i <= OTHERS; i++) {
                String name = "bare" + i;
                others.add(threads.submit(() -> answer(server, directory, name)));
                sockets.add(server.accept());
            }
            return measure(own, sockets, millis);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            sockets.forEach(BareQuorum::close);
            awaitEnd(others);
            threads.shutdownNow();
        }
    }

    /** Each of the others ends once its socket is closed, and has deleted its file then; or failed, which is the reason of what else did. */
    private static void awaitEnd(List<Future<?>> others) {
        try {
            for (Future<?> other : others) {
                other.get(1, TimeUnit.MINUTES);
            }
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("one of those that were written to did not get to its end", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a write to a quorum was measured", e);
        }
    }

    private static Histogram measure(DiskLimits.Records own, List<Socket> sockets, long millis) throws IOException {
        for (Socket socket : sockets) {
            socket.setTcpNoDelay(true);
            take(socket); // its file is there
        }
        byte[] record = new byte[DiskLimits.RECORD_BYTES];
        Histogram times = new Histogram(3);
        long begun = System.nanoTime();
        for (int i = 0; System.nanoTime() - begun < millis * 1_000_000; i++) {
            long from = System.nanoTime();
            for (Socket socket : sockets) {
                socket.getOutputStream().write(record);
            }
            own.append();
            // One of them makes a quorum; the other one has as much time as it wants.
            take(sockets.get(i % OTHERS));
            times.recordValue(System.nanoTime() - from);
            take(sockets.get((i + 1) % OTHERS));
        }
        return times;
    }

    private static void take(Socket socket) throws IOException {
        if (socket.getInputStream().read() < 0) {
            throw new EOFException("one of those that were written to has ended");
        }
    }

    private static Void answer(ServerSocket server, Path directory, String name) throws IOException {
        byte[] record = new byte[DiskLimits.RECORD_BYTES];
        try (Socket socket = new Socket(server.getInetAddress(), server.getLocalPort());
                DiskLimits.Records own = DiskLimits.Records.create(directory, name, 1)) {
            socket.setTcpNoDelay(true);
            OutputStream out = socket.getOutputStream();
            out.write(1);
            InputStream in = socket.getInputStream();
            while (in.readNBytes(record, 0, record.length) == record.length) {
                own.append();
                out.write(1);
            }
        }
        return null;
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It has served.
        }
    }
}
