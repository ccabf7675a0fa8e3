package io.memdi.transport.tcp;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.time.Duration;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * One TCP connection, plain or under TLS, and the times that it has to keep. A thread reads, another one may write; any thread may end it,
 * the watchdog among them. Whoever ends it says why, and the first reason stays.
 *
 * <p>It is ended by closing the raw socket, also under TLS: to close a TLS socket can wait for a writer that waits for the network.
 */
final class Line {
    /** Why it ended, if its own node has closed it. */
    static final String CLOSED = "this node was closed";

    /** Why it ended, if its own node had nothing to send over it any more. */
    static final String NOT_NEEDED = "there was nothing to send over it";

    private final Socket raw;
    private final TcpLimits.Times times;
    private final Object writing = new Object();
    private volatile Socket socket;
    private volatile @Nullable String reason;

    /** Until when it has to be ready for frames; 0 once it is. */
    private volatile long readyBy;

    private volatile boolean keepsSilence;
    private volatile long readAt;
    private volatile boolean inFrame;

    /** When the write began that is under way; 0 if none is. */
    private volatile long writeSince;

    /** When a sign of life was first asked for, without any since; 0 if none is awaited. */
    private volatile long askedAt;

    Line(Socket raw, TcpLimits.Times times) {
        this.raw = raw;
        this.socket = raw;
        this.times = times;
        long now = now();
        this.readAt = now;
        this.readyBy = now + times.handshake().toNanos();
    }

    /** Never 0, which stands for "none". */
    private static long now() {
        return System.nanoTime() | 1;
    }

    /** Connects; the time for the handshake begins once that is done. */
    void connect(SocketAddress address) throws IOException {
        readyBy = now() + times.connect().toNanos() + times.handshake().toNanos();
        raw.connect(address, (int) times.connect().toMillis());
        readyBy = now() + times.handshake().toNanos();
        prepare();
    }

    void prepare() throws IOException {
        raw.setTcpNoDelay(true);
        raw.setKeepAlive(true);
    }

    /** From here on, everything goes through that socket. */
    void wrap(Socket secured) {
        socket = secured;
    }

    Socket raw() {
        return raw;
    }

    Socket socket() {
        return socket;
    }

    InputStream in() throws IOException {
        return socket.getInputStream();
    }

    /** Where the other end is, as the network says. */
    String remote() {
        return raw.getRemoteSocketAddress() instanceof InetSocketAddress address
                ? new HostPort(address.getAddress().getHostAddress(), address.getPort()).toString()
                : "an unknown address";
    }

    /** The host that the other end is at, for limits by address. */
    String host() {
        return raw.getRemoteSocketAddress() instanceof InetSocketAddress address
                ? address.getAddress().getHostAddress()
                : "an unknown address";
    }

    // --- times ---

    /** The handshake is over. */
    void ready(boolean mayKeepSilence) {
        readAt = now();
        keepsSilence = mayKeepSilence;
        readyBy = 0;
    }

    /** Something was read, and a frame is only there in part, or not. */
    void read(boolean partOfFrame) {
        readAt = now();
        askedAt = 0;
        inFrame = partOfFrame;
    }

    /** Whether the other side is to be asked for a sign of life: nothing was heard for that long, and it was not asked since. */
    boolean isToBeAsked(Duration after) {
        if (askedAt != 0 || now() - readAt < after.toNanos()) {
            return false;
        }
        askedAt = now();
        return true;
    }

    /** Ends this if a time is over; returns in how many nanoseconds the next one would be. */
    long check(long now) {
        long wait = Long.MAX_VALUE;
        long by = readyBy;
        if (by != 0) {
            wait = left(now, by, Duration.ZERO, "it has not completed the handshake within " + text(times.handshake()));
        } else if (inFrame) {
            wait = left(
                    now,
                    readAt,
                    times.frame(),
                    "it has sent a part of a frame, and nothing more for " + text(times.frame()));
        } else if (!keepsSilence) {
            wait = left(now, readAt, times.silent(), "nothing has come over it for " + text(times.silent()));
        }
        long since = writeSince;
        if (since != 0) {
            wait = Math.min(wait, left(now, since, times.answer(), "it has taken nothing for " + text(times.answer())));
        }
        long asked = askedAt;
        if (asked != 0) {
            wait = Math.min(wait, left(now, asked, times.answer(), "it has not answered for " + text(times.answer())));
        }
        return wait;
    }

    private long left(long now, long since, Duration limit, String why) {
        long left = limit.toNanos() - (now - since);
        if (left <= 0) {
            abort(why);
        }
        return left;
    }

    static String text(Duration duration) {
        return duration.toMillis() % 1000 == 0 ? duration.toSeconds() + " s" : duration.toMillis() + " ms";
    }

    // --- writing and ending ---

    /** Writes bytes, a bounded part at a time, so that it can be told whether there is progress. One thread at a time gets in. */
    void write(byte[] bytes, int offset, int length) throws IOException {
        synchronized (writing) {
            OutputStream out = socket.getOutputStream();
            try {
                for (int done = 0; done < length; done += TcpLimits.BATCH_BYTES) {
                    writeSince = now();
                    out.write(bytes, offset + done, Math.min(length - done, TcpLimits.BATCH_BYTES));
                }
            } finally {
                writeSince = 0;
            }
        }
    }

    /** Ends it because this side does not need it any more, and tells the other side that; returns false if it was over already. */
    boolean letGo() throws IOException {
        synchronized (raw) {
            if (reason != null) {
                return false;
            }
            // Before the other side is told, who may be faster to close it.
            reason = NOT_NEEDED;
        }
        try {
            FrameWriter.signal(this, FrameReader.FAREWELL);
            return true;
        } finally {
            abort(NOT_NEEDED);
        }
    }

    /** Ends it, whatever threads do with it; they get exceptions. Idempotent. */
    void abort(String why) {
        synchronized (raw) {
            if (reason == null) {
                reason = why;
            }
        }
        try {
            raw.close();
        } catch (IOException e) {
            // It is closed all the same; and there is nothing else that could be done with it.
            TcpLog.LOG.debug("closing a socket has failed", e);
        }
    }

    /** Why this side ended it; null if it did not. */
    @Nullable
    String reason() {
        return reason;
    }

    boolean isOver() {
        return reason != null;
    }

    /** What is to be said of an end: this side's reason if it has one, else the failure. */
    String why(Throwable failure) {
        String own = reason;
        if (own != null) {
            return own;
        }
        String message = failure.getMessage();
        String said = message == null ? failure.getClass().getSimpleName() : message;
        return failure instanceof SSLException ? tls(said) : said;
    }

    /** What the JDK says of TLS, and what it means where that is not plain. */
    private static String tls(String said) {
        boolean none = said.contains("Empty client certificate chain");
        return "TLS has failed: " + said
                + (none ? ": it has no certificate of an authority that this node trusts" : "");
    }
}
