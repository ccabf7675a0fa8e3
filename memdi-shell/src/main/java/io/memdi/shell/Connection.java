package io.memdi.shell;

import io.memdi.Cluster;
import io.memdi.Status;
import io.memdi.Store;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a shell is connected to: nodes in this process, or a cluster elsewhere. For one thread, but for {@link #isNews}. */
interface Connection extends AutoCloseable {

    /** {@link Scope#LOCAL} or {@link Scope#REMOTE}. */
    Scope scope();

    /** Where commands go, in a word: a node, or an address. */
    String here();

    /**
     * Waits until there is a cluster to talk to. One without a leader will do: it has something to say, and what needs a leader waits itself.
     *
     * @throws Unreachable if there is none in time
     */
    void reach();

    /** What there is, in a line, for whoever sits down at the prompt. */
    String welcome(Screen screen);

    /**
     * The store that the commands work on.
     *
     * @param at the node to ask; null for the one that commands go to
     * @throws PlainFailure if there is no such node, or it is dead
     */
    Store<String, String> store(@Nullable String at);

    /** Who answers what that store is asked, as in {@code at b}; nothing if that may be anybody. */
    List<String> witness(@Nullable String at);

    /** The cluster, as whoever the commands go to sees it. */
    Cluster cluster();

    /** What whoever the commands go to says of itself. */
    Status status();

    /** The nodes, as far as they are known, for completion. */
    List<String> names();

    /**
     * Asks every node how it is; waits for those that do not answer, though not for long. There need be no cluster.
     *
     * @throws Unreachable if there is no node in time
     */
    List<Sight> look();

    /** Whether no node answers, of all that are known; waits for them, though not for long. */
    boolean isDeserted();

    /** Whether a node is known to be dead or to stand still, in a word; else empty. */
    String condition(String name);

    /** What else there is to say about the state of the whole, in lines. */
    List<String> notes();

    /** Whether a line of the log is to be shown. By any thread. */
    boolean isNews(String line);

    @Override
    void close();
}
