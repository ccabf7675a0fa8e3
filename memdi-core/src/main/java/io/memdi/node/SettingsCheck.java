package io.memdi.node;

import io.memdi.transport.Contact;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Says everything that is wrong with a node's settings at once, in the words of the builder's methods. */
public final class SettingsCheck {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final Duration MIN_HEARTBEAT = Duration.ofMillis(1);
    private static final Duration MAX_ELECTION = Duration.ofMinutes(10);
    private static final Duration MAX_TIMEOUT = Duration.ofDays(365);

    private final List<String> problems = new ArrayList<>();

    private SettingsCheck() {}

    /** Whether a node may be called that. */
    public static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    /** What is wrong, one sentence each; empty if nothing is. */
    public static List<String> problems(NodeSettings settings) {
        SettingsCheck check = new SettingsCheck();
        check.founders(settings.name(), settings.founders());
        check.times(settings);
        check.sizes(settings);
        if (settings.calls().ack().needsDisk()) {
            check.problems.add("ack: " + settings.calls().ack() + " needs a disk, and this cluster keeps no storage;"
                    + " use LEADER_MEMORY or QUORUM_MEMORY");
        }
        return check.problems;
    }

    private void founders(String self, List<Contact> founders) {
        if (founders.isEmpty()) {
            problems.add("bootstrap: it needs the names of all nodes that found the cluster, this one included");
            return;
        }
        Set<String> names = new HashSet<>();
        Set<String> addresses = new HashSet<>();
        for (Contact founder : founders) {
            if (!isName(founder.name())) {
                problems.add("bootstrap: " + quoted(founder.name())
                        + " is no name; a name has 1 to 64 letters, digits, dots, dashes or underscores");
            } else if (!names.add(founder.name())) {
                problems.add("bootstrap: " + quoted(founder.name()) + " is listed twice");
            } else if (founder.address().isBlank()) {
                problems.add("bootstrap: " + quoted(founder.name()) + " has an empty address");
            } else if (!addresses.add(founder.address())) {
                problems.add("bootstrap: the address " + quoted(founder.address()) + " is listed twice");
            }
        }
        if (!names.contains(self)) {
            problems.add("bootstrap: the list does not name this node, " + quoted(self));
        }
    }

    private void times(NodeSettings settings) {
        Duration heartbeat = Duration.ofNanos(settings.machine().heartbeatNanos());
        Duration min = Duration.ofNanos(settings.machine().electionMinNanos());
        Duration max = Duration.ofNanos(settings.machine().electionMaxNanos());
        if (heartbeat.compareTo(MIN_HEARTBEAT) < 0) {
            problems.add("heartbeat: " + heartbeat + " is less than " + MIN_HEARTBEAT);
        }
        if (min.compareTo(heartbeat.multipliedBy(2)) < 0) {
            problems.add("electionTimeout: its minimum, " + min + ", is less than two heartbeats of " + heartbeat
                    + ", so that one lost heartbeat would cost the leader");
        }
        if (max.compareTo(min) < 0) {
            problems.add("electionTimeout: its minimum, " + min + ", is above its maximum, " + max);
        }
        if (max.compareTo(MAX_ELECTION) > 0) {
            problems.add("electionTimeout: " + max + " is more than " + MAX_ELECTION);
        }
        Duration timeout = settings.calls().timeout();
        if (timeout.isZero() || timeout.isNegative() || timeout.compareTo(MAX_TIMEOUT) > 0) {
            problems.add("timeout: " + timeout + " is not more than zero and at most " + MAX_TIMEOUT);
        }
    }

    private void sizes(NodeSettings settings) {
        NodeSettings.Limits limits = settings.limits();
        inRange("maxKeyBytes", limits.maxKeyBytes(), 1, 1 << 20);
        inRange("maxValueBytes", limits.maxValueBytes(), 1, 1 << 30);
        inRange("queueCapacity", limits.queueCapacity(), 1, 1 << 20);
        inRange("inboundCapacity", limits.inboundCapacity(), 16, 1 << 20);
        inRange("maxOpenWrites", settings.machine().maxOpenWrites(), 1, 1 << 20);
        inRange("batchBytes", settings.machine().batchBytes(), 1, 1 << 30);
        inRange("windowBytes", settings.machine().windowBytes(), 1, 1 << 30);
        inRange("retainedLogBytes", settings.machine().retainedBytes(), 0, Long.MAX_VALUE);
        if (settings.machine().windowBytes() < settings.machine().batchBytes()) {
            problems.add("windowBytes: " + settings.machine().windowBytes() + " is less than one batch, batchBytes: "
                    + settings.machine().batchBytes());
        }
        if (settings.founders().size() > 1
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
