package io.memdi.shell;

import io.memdi.ClientBuilder;
import io.memdi.Memdi;
import io.memdi.transport.tcp.TcpTransport;
import io.memdi.transport.tcp.TcpTransportException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** How to reach a cluster that runs elsewhere, as options say it; each of them is checked before anything is dialed. */
final class Remote {
    private static final Duration MAX_TIMEOUT = Duration.ofHours(1);
    private static final Pattern TIME = Pattern.compile("(\\d{1,9})(ms|s)?");

    private final Set<String> addresses;

    /** Hosts that nobody knows, without whose addresses it goes on. */
    private final Set<String> unknown = new LinkedHashSet<>();

    private final Options options;
    private final TcpTransport transport;

    /** The options. */
    static final class Options {
        private static final String USUAL_TIMEOUT = "5s";

        @Option(
                names = "--timeout",
                paramLabel = "TIME",
                description = "How long to wait for the cluster at first, and for each command: seconds, or as in 2s or"
                        + " 500ms; " + USUAL_TIMEOUT + " if left out.")
        private @Nullable String timeout;

        @Option(
                names = "--heartbeat",
                paramLabel = "MILLIS",
                description =
                        "Between two heartbeats of a leader, as it was said to the nodes at HOST:PORT; 50 by default.")
        private @Nullable Integer heartbeat;

        @Option(
                names = "--election-timeout",
                paramLabel = "MIN-MAX",
                description =
                        "How many milliseconds a leader may be silent, as it was said to the nodes at HOST:PORT; 250-500 by default.")
        private @Nullable String electionTimeout;

        @Option(
                names = "--plaintext",
                description = "No TLS. Has to be said for addresses other than loopback ones: whoever sees the network"
                        + " reads along.")
        private boolean plaintext;

        @ArgGroup(exclusive = false)
        private NodeTls.Options tls = new NodeTls.Options();

        /** @throws UsageFailure if something is said that only an address makes sense of */
        void refuseWithoutAddress() {
            Map<String, Boolean> said = new LinkedHashMap<>();
            said.put("--heartbeat", heartbeat != null);
            said.put("--election-timeout", electionTimeout != null);
            said.put("--plaintext", plaintext);
            said.put("TLS", tls.isWanted());
            said.forEach((option, is) -> {
                if (is) {
                    throw new UsageFailure(
                            option + " is for a cluster elsewhere: say HOST:PORT, the address of one of its nodes");
                }
            });
        }

        private ClientBuilder client() {
            ClientBuilder client = Memdi.client();
            if (heartbeat != null) {
                client.heartbeat(Duration.ofMillis(heartbeat));
            }
            if (electionTimeout != null) {
                NodeCommand.setElectionTimeout(electionTimeout, client::electionTimeout);
            }
            return client;
        }

        /** How long the nodes of this process are to wait for what they are asked; null for what they have by themselves. */
        @Nullable
        Duration localTimeout() {
            return timeout == null ? null : timeout();
        }

        private Duration timeout() {
            String text = timeout == null ? USUAL_TIMEOUT : timeout;
            Matcher time = TIME.matcher(text);
            long number = time.matches() ? Long.parseLong(time.group(1)) : 0;
            Duration wanted =
                    number > 0 && "ms".equals(time.group(2)) ? Duration.ofMillis(number) : Duration.ofSeconds(number);
            if (wanted.isZero() || wanted.compareTo(MAX_TIMEOUT) > 0) {
                throw new UsageFailure("--timeout is a number of seconds, or a time as in 2s or 500ms, from 1ms to "
                        + MAX_TIMEOUT.toSeconds() + "s, not \"" + text + '"');
            }
            return wanted;
        }
    }

    /**
     * Understands the options.
     *
     * @throws UsageFailure if they are wrong or contradict each other
     * @throws PlainFailure if a file cannot be read, or no host is known
     */
    Remote(List<String> addresses, Options options, Map<String, String> environment) {
        this.addresses = new LinkedHashSet<>(addresses);
        this.options = options;
        this.addresses.forEach(Remote::check);
        this.transport = transport(environment);
    }

    private static void check(String address) {
        try {
            TcpTransport.listen(address);
        } catch (IllegalArgumentException e) {
            throw new UsageFailure(String.valueOf(e.getMessage()));
        }
        if (address.endsWith(":0")) {
            throw new UsageFailure("nobody can be reached at port 0: " + address);
        }
    }

    private TcpTransport transport(Map<String, String> environment) {
        TcpTransport dialing = TcpTransport.dialing();
        if (options.plaintext && options.tls.isWanted()) {
            throw new UsageFailure("--plaintext and TLS exclude each other; say one of them");
        }
        if (options.plaintext) {
            return dialing.plaintext();
        }
        if (options.tls.isWanted()) {
            return NodeTls.secure(dialing, options.tls, environment);
        }
        addresses.removeIf(this::isUnknown);
        if (addresses.isEmpty()) {
            throw new PlainFailure("the host " + String.join(", ", unknown)
                    + (unknown.size() == 1
                            ? " is not known here: correct its name, or use its address"
                            : " are not known here: correct their names, or use their addresses"));
        }
        return dialing;
    }

    /** Whether its host is not known here; if it is, it has to be this one. */
    private boolean isUnknown(String address) {
        String host = address.substring(0, address.lastIndexOf(':')).replaceAll("[\\[\\]]", "");
        try {
            if (InetAddress.getByName(host).isLoopbackAddress()) {
                return false;
            }
        } catch (UnknownHostException e) {
            unknown.add(host);
            return true;
        }
        throw new UsageFailure(
                "without TLS, whoever sees the network on the way to " + address
                        + " reads along: say --tls-identity and --tls-trust; or --plaintext, if the network is closed to others");
    }

    /** What was left out, in a line; empty if nothing was. */
    String omissions() {
        return unknown.isEmpty()
                ? ""
                : "goes on without " + String.join(", ", unknown)
                        + (unknown.size() == 1 ? ", a host that is not known here" : ", hosts that are not known here");
    }

    /**
     * Connects a client.
     *
     * @param store the name of the store to work on
     * @param log knows why nodes cannot be reached
     * @throws PlainFailure if keys and certificates cannot be used
     */
    RemoteConnection connect(String store, DialLog log) {
        RemoteConnection.Target target = new RemoteConnection.Target(List.copyOf(addresses), store, options.timeout());
        try {
            return RemoteConnection.open(target, options.client().transport(transport), log);
        } catch (TcpTransportException e) {
            String problem = String.valueOf(e.getMessage()).replaceFirst("^client \"[^\"]*\" ", "this shell ");
            throw NodeCommand.refused(problem, e);
        } catch (IllegalArgumentException e) {
            throw new UsageFailure(NodeCommand.problems(String.valueOf(e.getMessage())));
        }
    }
}
