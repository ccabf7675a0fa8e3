package io.memdi.transport.tcp;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * What a node's transport logs. Others can cause some of these lines as often as they like, so of each kind there is one in half a minute
 * for each address; the next one says how many were left out. Thread-safe.
 */
final class TcpLog {
    static final Logger LOG = LoggerFactory.getLogger(TcpTransport.class);

    private static final long PAUSE = TimeUnit.SECONDS.toNanos(30);

    /** How many addresses are told apart; those beyond share one. */
    private static final int KEYS = 256;

    /** After which a line that was left out is not told any more, if no other one came. */
    private static final long FORGET = 10 * PAUSE;

    private final String node;
    private final LongSupplier clock;
    private final Map<String, Said> said = new LinkedHashMap<>();

    private static final class Said {
        private final long at;
        private long leftOut;

        Said(long at) {
            this.at = at;
        }
    }

    TcpLog(String node) {
        this(node, System::nanoTime);
    }

    TcpLog(String node, LongSupplier clock) {
        this.node = node;
        this.clock = clock;
    }

    /** What an operator may want to know. */
    void info(String line) {
        LOG.info("{}: {}", node, line);
    }

    /** What is of interest only to who looks for a fault. */
    void debug(String line) {
        LOG.debug("{}: {}", node, line);
    }

    /** A failure of this transport itself. */
    void error(String line, Throwable failure) {
        LOG.error("{}: {}", node, line, failure);
    }

    /**
     * What others have done, or cannot do.
     *
     * @param about the address or name that it is about
     * @param kind what kind of line it is
     */
    void warn(String kind, String about, String line) {
        say(Level.WARN, kind + ' ' + about, line);
    }

    /** What an operator may want to know, and others can cause as often as they like. */
    void info(String kind, String about, String line) {
        say(Level.INFO, kind + ' ' + about, line);
    }

    private void say(Level level, String key, String line) {
        long leftOut = enter(key, clock.getAsLong());
        if (leftOut == 0) {
            LOG.atLevel(level).log("{}: {}", node, line);
        } else if (leftOut > 0) {
            LOG.atLevel(level).log("{}: {} ({} more like that since the last such line)", node, line, leftOut);
        }
    }

    /** How many were left out before this one; -1 if this one is to be left out. */
    private synchronized long enter(String wanted, long now) {
        String key = said.containsKey(wanted) || said.size() < KEYS ? wanted : "others";
        Said last = said.get(key);
        if (last != null && now - last.at < PAUSE) {
            last.leftOut++;
            return -1;
        }
        said.values().removeIf(old -> now - old.at >= (old.leftOut == 0 ? PAUSE : FORGET));
        said.put(key, new Said(now));
        return last == null ? 0 : last.leftOut;
    }
}
