package io.memdi.shell.judges;

import static org.assertj.core.api.Assertions.assertThat;

import io.memdi.shell.Processes;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A network namespace of Linux for each node, all at one bridge, where this JVM's clients are too. What nftables drops there, the nodes never
 * see. Needs root; a test is skipped where that is not given.
 *
 * <pre>
 *   clients -- bridge (.254) -+- a (.1)
 *                             +- b (.2)
 *                             +- c (.3)
 * </pre>
 *
 * <p>All names tell the process that made them, so that what a killed run left behind is found, and swept away by the next.
 */
final class Namespaces implements Processes.Where, AutoCloseable {
    private static final String NAMESPACE = "memdi-judged-";
    private static final String LINK = "mj";
    private static final int PORT = 7400;

    /** Whether it could be done once, so that a refusal is no reason to skip a test any more. */
    private static boolean able;

    private final long process = ProcessHandle.current().pid();
    /** Of the addresses that are set aside for tests of networks. */
    private final String subnet = "198.18." + process % 256 + ".";

    private final String bridge = LINK + process;
    private final List<String> names;

    /** How what was made is taken away, the newest first. */
    private final Deque<Step> made = new ArrayDeque<>();

    private Namespaces(List<String> names) {
        this.names = names;
    }

    /** Makes them; skips the test, with the reason, where that cannot be done. */
    static Namespaces of(String... names) throws IOException, InterruptedException {
        Namespaces namespaces = new Namespaces(List.of(names));
        boolean whole = false;
        try {
            namespaces.make();
            whole = true;
            able = true;
        } catch (Os.Refused e) {
            assertThat(able).as("what could be done before: %s", e.getMessage()).isFalse();
            Os.skip("namespaces", "root on Linux, with ip (iproute2) and nft (nftables)", e);
        } finally {
            if (!whole) {
                namespaces.close();
            }
        }
        return namespaces;
    }

    private void make() throws IOException, InterruptedException, Os.Refused {
        Os.run("", "nft", "--version");
        sweep();
        Os.run("", "ip", "link", "add", bridge, "type", "bridge");
        made.push(() -> Os.run("", "ip", "link", "delete", bridge));
        Os.run("", "ip", "addr", "add", subnet + "254/24", "dev", bridge);
        Os.run("", "ip", "link", "set", bridge, "up");
        for (String name : names) {
            String link = bridge + name;
            Os.run("", "ip", "netns", "add", namespace(name));
            made.push(() -> delete(namespace(name)));
            Os.run("", "ip", "link", "add", link, "type", "veth", "peer", "name", "eth0", "netns", namespace(name));
            // Not left to go with the namespace: that takes its time, and the next test's would be in its way.
            made.push(() -> Os.run("", "ip", "link", "delete", link));
            Os.run("", "ip", "link", "set", link, "master", bridge, "up");
            in(name, "", "ip", "addr", "add", host(name) + "/24", "dev", "eth0");
            in(name, "", "ip", "link", "set", "eth0", "up");
            in(name, "", "ip", "link", "set", "lo", "up");
            lose(name, 20); // So that it shows now whether it can be done.
            heal(name);
        }
    }

    private String namespace(String name) {
        return NAMESPACE + process + "-" + name;
    }

    private String host(String name) {
        return subnet + (names.indexOf(name) + 1);
    }

    @Override
    public String address(String name) {
        return host(name) + ":" + PORT;
    }

    @Override
    public List<String> by(String name) {
        return List.of("ip", "netns", "exec", namespace(name));
    }

    /** Nothing comes from the other nodes, and nothing goes to them; clients reach it. */
    void cut(String name) throws IOException, InterruptedException, Os.Refused {
        in(name, rules("ip saddr " + others(name) + " drop", "ip daddr " + others(name) + " drop"), "nft", "-f", "-");
    }

    /** Nobody hears it, neither nodes nor clients, nor does it hear them. */
    void isolate(String name) throws IOException, InterruptedException, Os.Refused {
        in(name, rules("iif eth0 drop", "oif eth0 drop"), "nft", "-f", "-");
    }

    /** The other nodes hear nothing of it, but it hears them. */
    void mute(String name) throws IOException, InterruptedException, Os.Refused {
        in(name, rules("", "ip daddr " + others(name) + " drop"), "nft", "-f", "-");
    }

    /** It hears nothing of the other nodes, but they hear it. */
    void deafen(String name) throws IOException, InterruptedException, Os.Refused {
        in(name, rules("ip saddr " + others(name) + " drop", ""), "nft", "-f", "-");
    }

    /** Of what comes to it, from nodes and clients, so many of a hundred packets are lost. */
    void lose(String name, int percent) throws IOException, InterruptedException, Os.Refused {
        in(name, rules("numgen random mod 100 < " + percent + " drop", ""), "nft", "-f", "-");
    }

    /** Nothing is dropped any more. */
    void heal(String name) throws IOException, InterruptedException, Os.Refused {
        in(name, "", "nft", "flush", "ruleset");
    }

    private String others(String name) {
        return names.stream()
                .filter(other -> !other.equals(name))
                .map(this::host)
                .collect(Collectors.joining(", ", "{ ", " }"));
    }

    private static String rules(String input, String output) {
        return """
                flush ruleset
                table inet memdi {
                  chain input {
                    type filter hook input priority 0; policy accept;
                    %s
                  }
                  chain output {
                    type filter hook output priority 0; policy accept;
                    %s
                  }
                }
                """.formatted(input, output);
    }

    private interface Step {
        void take() throws IOException, InterruptedException, Os.Refused;
    }

    private void in(String name, String input, String... command) throws IOException, InterruptedException, Os.Refused {
        List<String> whole = new ArrayList<>(by(name));
        whole.addAll(List.of(command));
        Os.run(input, whole.toArray(String[]::new));
    }

    /** Whatever processes that are gone have left. */
    private static void sweep() throws IOException, InterruptedException, Os.Refused {
        for (String line : Os.run("", "ip", "netns", "list").lines().toList()) {
            String namespace = line.split(" ", 2)[0];
            if (namespace.startsWith(NAMESPACE) && Os.isGone(namespace.substring(NAMESPACE.length()))) {
                delete(namespace);
            }
        }
        for (String line : Os.run("", "ip", "-o", "link", "show").lines().toList()) {
            String link = line.split(": ", 3)[1].split("@", 2)[0];
            if (link.matches(LINK + "\\d+[a-z]?") && Os.isGone(link.replaceAll("[a-z]", ""))) {
                Os.run("", "ip", "link", "delete", link);
            }
        }
    }

    /** With the nodes that still run in it; a link into it goes with it. */
    private static void delete(String namespace) throws IOException, InterruptedException, Os.Refused {
        for (String pid : Os.run("", "ip", "netns", "pids", namespace).lines().toList()) {
            ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly);
        }
        Os.run("", "ip", "netns", "delete", namespace);
    }

    /** After the nodes in them. */
    @Override
    public void close() throws IOException {
        while (!made.isEmpty()) {
            try {
                made.pop().take();
            } catch (Os.Refused e) {
                System.err.println("left for the next run to sweep away: " + e.getMessage());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted; the rest is left for the next run to sweep away");
            }
        }
    }
}
