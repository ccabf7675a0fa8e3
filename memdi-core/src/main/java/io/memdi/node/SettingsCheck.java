package io.memdi.node;

import io.memdi.storage.FileDisk;
import io.memdi.transport.Contact;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Says everything that is wrong with a node's settings at once, in the words of the builder's methods. */
public final class SettingsCheck {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final Duration MIN_HEARTBEAT = Duration.ofMillis(1);
    private static final Duration MAX_ELECTION = Duration.ofMinutes(10);
    private static final Duration MAX_TIMEOUT = Duration.ofDays(365);

    private static final String NO_DISK =
            "ack: %s needs a disk, and this cluster keeps no storage; use LEADER_MEMORY or QUORUM_MEMORY";

    private final List<String> problems = new ArrayList<>();

    private SettingsCheck() {}

    /** Whether a node may be called that. */
    public static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    /** What is wrong, one sentence each; empty if nothing is. */
    public static List<String> problems(NodeSettings settings) {
        SettingsCheck check = new SettingsCheck();
        if (settings.start().contacts().isEmpty()) {
            check.listed("bootstrap", settings.start().founders());
            check.founders(settings);
        } else {
            check.listed("join", settings.start().contacts());
            check.contacts(settings);
        }
        check.times(settings);
        check.sizes(settings);
        if (settings.calls().ack().needsDisk() && settings.storage().path() == null) {
            check.problems.add(NO_DISK.formatted(settings.calls().ack()));
        }
        check.backups(settings.backups(), settings.storage().path());
        return check.problems;
    }

    /** Whoever may have backups written must not be able to write files among those of the node. */
    private void backups(@Nullable Path backups, @Nullable Path directory) {
        if (backups != null && !Files.isDirectory(backups)) {
            problems.add("backups: " + backups + " is no directory; make it, or name another one");
        } else if (backups != null && directory != null && FileDisk.holds(directory, backups)) {
            problems.add("backups: " + backups + " is, or lies in, the directory that the node keeps its own data in, "
                    + directory + "; name another one");
        }
    }

    /** What is wrong with those of a client, one sentence each; empty if nothing is. */
    public static List<String> problemsOfClient(NodeSettings settings, boolean noTransport) {
        SettingsCheck check = new SettingsCheck();
        if (noTransport) {
            check.problems.add("transport: there is none; pass the network that the client talks through");
        }
        List<Contact> nodes = settings.start().contacts();
        if (nodes.isEmpty()) {
            check.problems.add("connect: it needs the address of a node of the cluster, or of several");
        } else if (nodes.stream().anyMatch(node -> node.address().isBlank())) {
            check.problems.add("connect: an address is empty");
        } else if (nodes.stream().map(Contact::address).distinct().count() < nodes.size()) {
            check.problems.add("connect: an address is listed twice");
        }
        check.times(settings);
        check.ownSizes(settings);
        return check.problems;
    }

    private void founders(NodeSettings settings) {
        List<Contact> founders = settings.start().founders();
        if (founders.isEmpty() && !settings.start().joins()) {
            problems.add(
                    "bootstrap: it needs the names of all nodes that found the cluster, this one included; or say join, if the"
                            + " cluster is there already");
        } else if (!founders.isEmpty()
                && founders.stream().noneMatch(founder -> founder.name().equals(settings.name()))) {
            problems.add("bootstrap: the list does not name this node, " + quoted(settings.name()));
        }
        checkLearner(settings);
    }

    private void checkLearner(NodeSettings settings) {
        if (!settings.start().founders().isEmpty() && !settings.start().voter()) {
            problems.add("asLearner: nodes that found a cluster all vote; let this one join instead");
        }
    }

    private void contacts(NodeSettings settings) {
        if (!settings.start().founders().isEmpty()) {
            problems.add(
                    "join: a node is started with bootstrap or with join, not with both: with bootstrap, it joins by itself if its"
                            + " cluster is running already");
        }
        String name = settings.name();
        if (settings.start().contacts().stream()
                .allMatch(contact -> contact.name().equals(name))) {
            problems.add("join: " + quoted(name)
                    + " is this node itself; name a member of the cluster, or none for a node that is to found a"
                    + " cluster of its own (foundAlone)");
        }
        checkLearner(settings);
    }

    private void listed(String what, List<Contact> contacts) {
        Set<String> names = new HashSet<>();
        Set<String> addresses = new HashSet<>();
        for (Contact contact : contacts) {
            boolean alone = what.equals("join") && isAddressAlone(contact);
            if (!isName(contact.name()) && !alone) {
                problems.add(what + ": " + quoted(contact.name())
                        + " is no name; a name has 1 to 64 letters, digits, dots, dashes or underscores");
            } else if (!names.add(contact.name())) {
                problems.add(what + ": " + quoted(contact.name()) + " is listed twice");
            } else if (contact.address().isBlank()) {
                problems.add(what + ": " + quoted(contact.name()) + " has an empty address");
            } else if (!addresses.add(contact.address())) {
                problems.add(what + ": the address " + quoted(contact.address()) + " is listed twice");
            }
        }
    }

    /** Whom to ask for a place may be known by the address alone, which then stands for the name. */
    private static boolean isAddressAlone(Contact contact) {
        return contact.name().equals(contact.address()) && contact.name().indexOf(':') > 0;
    }

    private void times(NodeSettings settings) {
        Duration heartbeat = Duration.ofNanos(settings.machine().heartbeatNanos());
        Duration min = Duration.ofNanos(settings.machine().electionMinNanos());
        Duration max = Duration.ofNanos(settings.machine().electionMaxNanos());
        if (heartbeat.compareTo(MIN_HEARTBEAT) < 0) {
            problems.add("heartbeat: " + Span.of(heartbeat) + " is less than " + Span.of(MIN_HEARTBEAT));
        }
        if (min.compareTo(heartbeat.multipliedBy(2)) < 0) {
            problems.add("electionTimeout: its minimum, " + Span.of(min) + ", is less than two heartbeats of "
                    + Span.of(heartbeat) + ", so that one lost heartbeat would cost the leader");
        }
        if (max.compareTo(min) < 0) {
            problems.add("electionTimeout: its minimum, " + Span.of(min) + ", is above its maximum, " + Span.of(max));
        }
        if (max.compareTo(MAX_ELECTION) > 0) {
            problems.add("electionTimeout: " + Span.of(max) + " is more than " + Span.of(MAX_ELECTION));
        }
        timeout(settings);
    }

    private void timeout(NodeSettings settings) {
        Duration timeout = settings.calls().timeout();
        if (timeout.isZero() || timeout.isNegative() || timeout.compareTo(MAX_TIMEOUT) > 0) {
            problems.add("timeout: " + Span.of(timeout) + " is not more than zero and at most " + Span.of(MAX_TIMEOUT));
        }
    }

    /** What is bounded where calls are issued, at a node as at a client. */
    private void ownSizes(NodeSettings settings) {
        NodeSettings.Limits limits = settings.limits();
        inRange("maxKeyBytes", limits.maxKeyBytes(), 1, 1 << 20);
        inRange("maxValueBytes", limits.maxValueBytes(), 1, 1 << 30);
        inRange("queueCapacity", limits.queueCapacity(), 1, 1 << 20);
        inRange("maxOpenWrites", settings.machine().maxOpenWrites(), 1, 1 << 20);
    }

    private void sizes(NodeSettings settings) {
        NodeSettings.Limits limits = settings.limits();
        ownSizes(settings);
        inRange("inboundCapacity", limits.inboundCapacity(), 16, 1 << 20);
        inRange("maxClients", settings.machine().clients().sessions(), 1, 1 << 14);
        inRange("batchBytes", settings.machine().batchBytes(), 1, 1 << 30);
        inRange("windowBytes", settings.machine().windowBytes(), 1, 1 << 30);
        inRange("retainedLogBytes", settings.machine().retainedBytes(), 0, Long.MAX_VALUE);
        if (settings.machine().windowBytes() < settings.machine().batchBytes()) {
            problems.add("windowBytes: " + settings.machine().windowBytes() + " is less than one batch, batchBytes: "
                    + settings.machine().batchBytes());
        }
        if (settings.start().founders().size() != 1
                && settings.machine().retainedBytes() < settings.machine().windowBytes()) {
            problems.add("retainedLogBytes: " + settings.machine().retainedBytes() + " is less than windowBytes, "
                    + settings.machine().windowBytes() + ": one lost message could leave a follower behind for good");
        }
        long largest = (long) limits.maxKeyBytes() + limits.maxValueBytes();
        if (settings.machine().maxUncommittedBytes() < largest) {
            problems.add("maxUncommittedBytes: " + settings.machine().maxUncommittedBytes()
                    + " is less than the largest write, maxKeyBytes + maxValueBytes: " + largest);
        }
    }

    private void inRange(String name, long value, long min, long max) {
        if (value < min || value > max) {
            problems.add(name + ": " + value + " is not between " + min + " and " + max);
        }
    }

    private static String quoted(String text) {
        return '"' + text + '"';
    }
}
