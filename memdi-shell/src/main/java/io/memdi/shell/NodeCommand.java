package io.memdi.shell;

import io.memdi.Memdi;
import io.memdi.MemdiNode;
import io.memdi.NodeBuilder;
import io.memdi.Storage;
import io.memdi.transport.tcp.TcpTransport;
import io.memdi.transport.tcp.TcpTransportException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code memdi node}: one node of a cluster, in a process of its own, until it is told to end. */
@Command(
        name = "node",
        description =
                "Runs one node of a cluster over TCP, until it is told to end, by SIGTERM or Ctrl-C. Its log goes to standard"
                        + " error; it says there when the node is ready, or what it waits for.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "1:the node could not be started, or has stopped by itself; the last line says why",
            "2:the options were not understood",
            "130, 143:it was told to end, by Ctrl-C or SIGTERM, and has closed"
        },
        footer = "docs/running.md has it step by step.",
        sortOptions = false,
        mixinStandardHelpOptions = true)
final class NodeCommand implements Callable<Integer> {
    private static final Pattern TIMES = Pattern.compile("(\\d{1,9})-(\\d{1,9})");

    private final Map<String, String> environment;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--name",
            required = true,
            paramLabel = "NAME",
            description = "The node's name, unique in its cluster.")
    private String name = "";

    @Option(
            names = "--listen",
            required = true,
            paramLabel = "HOST:PORT",
            description = "Where it takes connections. Host 0.0.0.0 is all addresses of the machine.")
    private String listen = "";

    @Option(
            names = "--advertise",
            paramLabel = "HOST:PORT",
            description = "Where the others reach it, if that is another address.")
    private @Nullable String advertise;

    @Option(
            names = "--bootstrap",
            split = ",",
            paramLabel = "NAME=HOST:PORT",
            description =
                    "All nodes that found the cluster, this one included; the same list in the same order at each.")
    private @Nullable List<String> bootstrap;

    @Option(
            names = "--join",
            split = ",",
            paramLabel = "HOST:PORT",
            description = "Some members of a cluster that is running. One that answers is enough.")
    private @Nullable List<String> join;

    @Option(
            names = "--heartbeat",
            paramLabel = "MILLIS",
            description = "Between two heartbeats of a leader, 50 by default; the same at each node.")
    private @Nullable Integer heartbeat;

    @Option(
            names = "--election-timeout",
            paramLabel = "MIN-MAX",
            description =
                    "How many milliseconds a leader may be silent, 250-500 by default; the same at each node. More, where machines"
                            + " or networks pause for longer.")
    private @Nullable String electionTimeout;

    @Option(names = "--learner", description = "With --join: it holds everything, but never votes nor leads.")
    private boolean learner;

    @Option(
            names = "--dir",
            paramLabel = "PATH",
            description =
                    "A directory where it keeps its data too: started there again, it is the member that it was. All nodes"
                            + " of a cluster have one, or none has.")
    private @Nullable Path directory;

    @Option(
            names = "--backups",
            paramLabel = "PATH",
            description =
                    "A directory in which clients, such as memdi shell, may have it write backups, and restore it from one."
                            + " Without it they may not.")
    private @Nullable Path backups;

    @Option(
            names = "--plaintext",
            description =
                    "No TLS. Has to be said where it listens at another than a loopback address: whoever reaches that"
                            + " can read and write everything.")
    private boolean plaintext;

    @ArgGroup(exclusive = false)
    private NodeTls.Options tls = new NodeTls.Options();

    NodeCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() {
        NodeLog.begin();
        MemdiNode node;
        try {
            node = start();
        } catch (UsageFailure e) {
            throw spec == null ? e : new ParameterException(spec.commandLine(), e.line(), e);
        }
        return new NodeRun(node).run();
    }

    /**
     * Understands the options, and starts the node that they describe.
     *
     * @throws UsageFailure if they are wrong or contradict each other
     * @throws PlainFailure if a node cannot be started with them
     */
    private MemdiNode start() {
        NodeBuilder builder = option("--name", () -> Memdi.node(name));
        NodeAddresses addresses = new NodeAddresses(name, listen, advertise);
        if ((bootstrap == null) == (join == null)) {
            throw new UsageFailure(
                    bootstrap == null
                            ? "say --bootstrap, with all nodes that found the cluster, as in a=HOST:PORT,b=HOST:PORT; or --join, with the"
                                    + " address of a member, if it is running already"
                            : "--bootstrap and --join exclude each other: a node with a --bootstrap list joins by itself, if its"
                                    + " cluster is running already");
        }
        if (bootstrap != null) {
            if (learner) {
                throw new UsageFailure("--learner belongs to --join: nodes that found a cluster all vote");
            }
            builder.bootstrap(addresses.founders(bootstrap));
        } else if (join != null) {
            builder.join(addresses.contacts(join));
            if (learner) {
                builder.asLearner();
            }
        }
        setTimes(builder);
        if (directory != null) {
            Path kept = directory;
            builder.storage(option("--dir", () -> Storage.directory(kept)));
        }
        if (backups != null) {
            Path written = backups;
            option("--backups", () -> builder.backups(written));
        }
        builder.transport(secured(addresses.transport()));
        try {
            return builder.start();
        } catch (IllegalArgumentException e) {
            throw new UsageFailure(problems(String.valueOf(e.getMessage())));
        } catch (TcpTransportException e) {
            throw refused(String.valueOf(e.getMessage()), e);
        } catch (IllegalStateException e) {
            throw new PlainFailure(String.valueOf(e.getMessage()), e);
        }
    }

    private void setTimes(NodeBuilder builder) {
        if (heartbeat != null) {
            builder.heartbeat(Duration.ofMillis(heartbeat));
        }
        if (electionTimeout != null) {
            setElectionTimeout(electionTimeout, builder::electionTimeout);
        }
    }

    /** Understands the bounds of an election timeout, and hands them over. */
    static void setElectionTimeout(String text, BiConsumer<Duration, Duration> setter) {
        Matcher times = TIMES.matcher(text);
        if (!times.matches()) {
            throw new UsageFailure(
                    "--election-timeout is two numbers of milliseconds, as in 250-500, not \"" + text + '"');
        }
        setter.accept(
                Duration.ofMillis(Long.parseLong(times.group(1))), Duration.ofMillis(Long.parseLong(times.group(2))));
    }

    private TcpTransport secured(TcpTransport transport) {
        if (plaintext && tls.isWanted()) {
            throw new UsageFailure("--plaintext and --tls-identity exclude each other; say one of them");
        }
        if (plaintext) {
            return transport.plaintext();
        }
        return tls.isWanted() ? NodeTls.secure(transport, tls, environment) : transport;
    }

    /** Without a cause, it is no file and no machine that the transport objects to, but what was said. */
    static PlainFailure refused(String message, TcpTransportException e) {
        return e.getCause() == null ? new UsageFailure(inOptions(message)) : new PlainFailure(inOptions(message), e);
    }

    /** Names the option in what the API says against its value. */
    static <T> T option(String option, Supplier<T> value) {
        try {
            return value.get();
        } catch (IllegalArgumentException e) {
            throw new UsageFailure(option + ": " + e.getMessage());
        }
    }

    /** The list of problems that the builder has found, in one line. */
    static String problems(String message) {
        String listed = message.lines()
                .filter(line -> line.startsWith("  - "))
                .map(line -> "--" + line.substring("  - ".length()))
                .map(line -> Wording.plain(line.replace("--electionTimeout", "--election-timeout")))
                .collect(Collectors.joining("; "));
        return listed.isEmpty() ? Wording.plain(message) : listed;
    }

    /** What the transport says, which speaks to programmers, in the words of these options. */
    static String inOptions(String message) {
        return message.replace(
                        "Say tls(identity, trusted); or plaintext(),",
                        "Say --tls-identity and --tls-trust; or --plaintext,")
                .replace("Say with advertise(\"host:port\")", "Say with --advertise HOST:PORT")
                .replace("tell with advertise", "tell with --advertise HOST:PORT")
                .replace(
                        ": the password is wrong",
                        ": the password is wrong; correct what --tls-password-file, or " + NodeTls.PASSWORD_VARIABLE
                                + ", holds");
    }
}
