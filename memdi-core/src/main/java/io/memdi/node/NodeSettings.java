package io.memdi.node;

import io.memdi.Ack;
import io.memdi.ReadLevel;
import io.memdi.Storage;
import io.memdi.log.Mistake;
import io.memdi.machine.Settings;
import io.memdi.machine.Start;
import io.memdi.transport.Contact;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What a node is started with. {@link SettingsCheck} says what is wrong with it.
 *
 * @param name the node's name
 * @param start how it finds its cluster
 * @param machine what the machines are told
 * @param limits what the node bounds
 * @param calls what a call uses that does not say otherwise
 * @param storage where it keeps its data
 * @param backups where backups lie that clients ask for; null if they may not
 * @param callbacks where futures are completed; null for the loop's own callbacks
 */
public record NodeSettings(
        String name,
        Start start,
        Settings machine,
        Limits limits,
        Calls calls,
        Storage storage,
        @Nullable Path backups,
        @Nullable Executor callbacks) {

    private static final Duration LONG = Duration.ofDays(100 * 365);

    /**
     * What a node bounds.
     *
     * @param maxKeyBytes of a key
     * @param maxValueBytes of a value
     * @param queueCapacity operations that are open
     * @param inboundCapacity envelopes that wait for the loop
     */
    public record Limits(int maxKeyBytes, int maxValueBytes, int queueCapacity, int inboundCapacity) {}

    /**
     * What a call uses that does not say otherwise.
     *
     * @param ack of a write
     * @param readLevel of a read
     * @param timeout of either
     */
    public record Calls(Ack ack, ReadLevel readLevel, Duration timeout) {}

    /**
     * How large a frame becomes at most: twice what a full batch or the largest write takes, whichever is more, since small entries take
     * more on the wire than their keys and values; and a mebibyte for what is sent without either.
     *
     * @return in bytes, at most 2 GiB
     */
    int maxFrameBytes() {
        long largest = Math.max(machine.batchBytes(), (long) limits.maxKeyBytes() + limits.maxValueBytes());
        return (int) Math.min(Integer.MAX_VALUE - 8, 2 * largest + (1 << 20));
    }

    /** How much may wait for the loop. */
    Inbox.Room inbound() {
        long frame = maxFrameBytes();
        return new Inbox.Room(
                limits.inboundCapacity(),
                Math.max(Defaults.INBOUND_BYTES, 2 * Math.max(frame, machine.windowBytes())),
                Math.max(Defaults.INBOUND_CLIENT_BYTES, 2 * frame));
    }

    /** The defaults, for a node of that name in a cluster of those. */
    public static NodeSettings of(String name, List<Contact> founders) {
        return of(name, Start.founding(founders));
    }

    /** The defaults, for a node that founds with those, or joins those, and perhaps only learns: names as the builder takes them. */
    public static NodeSettings of(
            String name, List<String> founders, List<String> contacts, boolean joins, boolean voter) {
        return of(name, new Start(contacts(founders), contacts(contacts), joins, voter));
    }

    /** The defaults, for a node of that name that starts like that. */
    public static NodeSettings of(String name, Start start) {
        Limits limits = new Limits(
                Defaults.MAX_KEY_BYTES, Defaults.MAX_VALUE_BYTES, Defaults.QUEUE_CAPACITY, Defaults.INBOUND_CAPACITY);
        Calls calls = new Calls(Defaults.ACK, Defaults.READ_LEVEL, Defaults.TIMEOUT);
        Settings machine = new Settings(
                nanos(Defaults.HEARTBEAT),
                nanos(Defaults.ELECTION_TIMEOUT_MIN),
                nanos(Defaults.ELECTION_TIMEOUT_MAX),
                Defaults.BATCH_BYTES,
                Defaults.WINDOW_BYTES,
                Defaults.MAX_UNCOMMITTED_BYTES,
                Defaults.RETAINED_LOG_BYTES,
                Defaults.MAX_OPEN_WRITES,
                new Settings.Clients(Defaults.MAX_CLIENTS, nanos(Defaults.SILENT_CLIENT)),
                null);
        return new NodeSettings(name, start, machine, limits, calls, Storage.memory(), null, null);
    }

    /** A list as the builder takes it: names, or names with addresses, as in {@code a=host:port}. */
    public static List<Contact> contacts(List<String> founders) {
        List<Contact> contacts = new ArrayList<>();
        for (String founder : founders) {
            int equals = founder.indexOf('=');
            contacts.add(
                    equals < 0
                            ? new Contact(founder, founder)
                            : new Contact(founder.substring(0, equals), founder.substring(equals + 1)));
        }
        return contacts;
    }

    /** Where this node is found: at its transport. If a list says otherwise, the others would wait for it there in silence. */
    Contact self(String address) {
        String own = address.isEmpty() ? name : address;
        for (Contact founder : start.founders()) {
            if (founder.name().equals(name) && !address.isEmpty() && !address.equals(founder.address())) {
                throw new IllegalArgumentException("node \"" + name
                        + "\" was not started:\n  - bootstrap: the list says that it"
                        + " is reached at \"" + founder.address() + "\", but its transport is reached at \"" + address
                        + "\"; list it at that address, or open the transport at the listed one");
            }
            if (founder.name().equals(name)) {
                return founder;
            }
        }
        return new Contact(name, own);
    }

    /** As these, with other times. */
    public NodeSettings withTimes(Duration heartbeat, Duration electionMin, Duration electionMax) {
        return with(machine.withTimes(nanos(heartbeat), nanos(electionMin), nanos(electionMax)));
    }

    /** As these, with so many clients. */
    public NodeSettings withMaxClients(int clients) {
        return with(machine.withClients(
                new Settings.Clients(clients, machine.clients().idleNanos())));
    }

    /** As these, with other bounds of what is on its way. */
    public NodeSettings withMessageBytes(int batch, int window) {
        return with(machine.withMessageBytes(batch, window));
    }

    /** As these, with other bounds of the log. */
    public NodeSettings withLogBytes(long maxUncommitted, long retained) {
        return with(machine.withLogBytes(maxUncommitted, retained));
    }

    /** As these, with another bound of the writes that are on their way. */
    public NodeSettings withMaxOpenWrites(int maxOpenWrites) {
        return with(machine.withMaxOpenWrites(maxOpenWrites));
    }

    /** As these, with a mistake to make: for tests of the tests. */
    public NodeSettings planting(@Nullable Mistake mistake) {
        return with(machine.planting(mistake));
    }

    /** As these, with other machines. */
    public NodeSettings with(Settings machine) {
        return new NodeSettings(name, start, machine, limits, calls, storage, backups, callbacks);
    }

    /** As these, with other limits. */
    public NodeSettings with(Limits limits) {
        return new NodeSettings(name, start, machine, limits, calls, storage, backups, callbacks);
    }

    /** As these, with other defaults of calls. */
    public NodeSettings with(Calls calls) {
        return new NodeSettings(name, start, machine, limits, calls, storage, backups, callbacks);
    }

    /** As these, with the data kept there. */
    public NodeSettings with(Storage storage) {
        return new NodeSettings(name, start, machine, limits, calls, storage, backups, callbacks);
    }

    /** As these, with the backups there that clients ask for. */
    public NodeSettings withBackups(@Nullable Path backups) {
        return new NodeSettings(name, start, machine, limits, calls, storage, backups, callbacks);
    }

    /** As these, with futures completed there. */
    public NodeSettings with(@Nullable Executor callbacks) {
        return new NodeSettings(name, start, machine, limits, calls, storage, backups, callbacks);
    }

    /** A duration in nanoseconds, a hundred years at most, either way; so that it can be added to a time. */
    public static long nanos(Duration duration) {
        if (duration.compareTo(LONG) > 0) {
            return LONG.toNanos();
        }
        return duration.compareTo(LONG.negated()) < 0 ? -LONG.toNanos() : duration.toNanos();
    }
}
