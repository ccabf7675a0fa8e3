package io.memdi.transport.tcp;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node's transport logs. Others can cause some of these lines as often as they like, so of each kind there is one in half a minute
 * for each address; the next one says how many were left out. Thread-safe.
 */
final class TcpLog {
    static final Logger LOG = LoggerFactory.getLogger(TcpTransport.class);

    private static final long PAUSE = TimeUnit.SECONDS.toNanos(30);

    /** How many addresses are told apart; those beyond share one. */
    private static final int KEYS = 256;

    private final String node;
    private final Map<String, Said> said = new LinkedHashMap<>();

    private static final class Said {
        private final long at;
        private long leftOut;

        Said(long at) {
            this.at = at;
        }
    }

    TcpLog(String node) {
        this.node = node;
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
        long leftOut = enter(kind + ' ' + about, System.nanoTime());
        if (leftOut == 0) {
            LOG.warn("{}: {}", node, line);
        } else if (leftOut > 0) {
            LOG.warn("{}: {} ({} more like that since the last such line)", node, line, leftOut);
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
        said.values().removeIf(old -> old.leftOut == 0 && now - old.at >= PAUSE);
        said.put(key, new Said(now));
        return last == null ? 0 : last.leftOut;
    }
}
