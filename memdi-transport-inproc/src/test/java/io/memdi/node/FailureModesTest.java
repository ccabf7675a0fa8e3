package io.memdi.node;

import static io.memdi.node.Trio.LONG;
import static io.memdi.node.Trio.store;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;

import io.memdi.Ack;
import io.memdi.BackupException;
import io.memdi.Codec;
import io.memdi.Incarnation;
import io.memdi.Memdi;
import io.memdi.MemdiClient;
import io.memdi.MemdiNode;
import io.memdi.NodeBuilder;
import io.memdi.NodeClosedException;
import io.memdi.OutcomeUnknownException;
import io.memdi.Role;
import io.memdi.Store;
import io.memdi.TimedOutException;
import io.memdi.WriteOptions;
import io.memdi.transport.Contact;
import io.memdi.transport.Envelope;
import io.memdi.transport.EventLoop;
import io.memdi.transport.Member;
import io.memdi.transport.Message;
import io.memdi.transport.inproc.SimNetwork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What {@code docs/failure-modes.md} says that the log says, the log says. */
class FailureModesTest {
    private static final Path PAGE =
            Path.of(System.getProperty("memdi.root", "..")).resolve("docs/failure-modes.md");
    private static final Pattern QUOTE = Pattern.compile("`([^`]+)`");
    private static final Pattern EXAMPLE = Pattern.compile("\\b[abc]\\b|\\d+");
    private static final WriteOptions QUORUM = WriteOptions.ack(Ack.QUORUM_MEMORY);
    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void everyLineThatIsQuotedIsLogged() throws IOException {
        Map<String, Pattern> quoted = quotes();
        assertThat(quoted).as("the page is found, and read").hasSizeGreaterThan(15);
        String logged;
        try (LogLines lines = new LogLines()) {
            aNodeIsMissing();
            aListIsAnother();
            aFounderIsCutOffBeforeTheFirstWrite();
            aFoundingIsGivenUp();
            aLeaderCrashesAndComesBack();
            aMemberIsTakenOut();
            aListIsOutgrown();
            contactsAreOfTwoClusters();
            aMajorityIsLost();
            aLeaderIsCutOff();
            aConnectionComesAndGoes();
            aFollowerIsAwayForTooLong();
            commitsStall();
            aDiskHangs();
            aTransferIsGivenUp();
            aLeaderClosesWithoutAHandover();
            oneAfterTheOtherIsClosed();
            twoAreFew();
            tooMuchArrives();
            anExecutorRefuses();
            aTurnFails();
            aBackupIsRefused();
            aClientLosesItsLeader();
            aClientIsSilentForLong();
            aClientsAddressesAreOfTwoClusters();
            DirectoryFailures.all();
            logged = lines.text();
        }
        assertThat(quoted)
                .allSatisfy((line, pattern) ->
                        assertThat(pattern.matcher(logged).find()).as(line).isTrue());
    }

    /** The quotes in the second column; the names and numbers in them are examples. */
    private static Map<String, Pattern> quotes() throws IOException {
        Map<String, Pattern> quotes = new LinkedHashMap<>();
        for (String row : Files.readAllLines(PAGE)) {
            String[] cells = row.split("\\|", -1);
            if (cells.length > 3) {
                QUOTE.matcher(cells[2])
                        .results()
                        .map(quote -> quote.group(1))
                        .forEach(quote -> quotes.put(quote, patternOf(quote)));
            }
        }
        return quotes;
    }

    private static Pattern patternOf(String line) {
        StringBuilder pattern = new StringBuilder();
        int end = 0;
        for (MatchResult example : EXAMPLE.matcher(line).results().toList()) {
            pattern.append(Pattern.quote(line.substring(end, example.start())))
                    .append(Character.isDigit(example.group().charAt(0)) ? "\\d+" : "[abc]");
            end = example.end();
        }
        return Pattern.compile(
                pattern.append(Pattern.quote(line.substring(end))).toString());
    }

    private static void aNodeIsMissing() {
        try (SimNetwork network = SimNetwork.create(1)) {
            Memdi.node("a").transport(network).bootstrap("a", "b", "c").start();
            Memdi.node("b").transport(network).bootstrap("a", "b", "c").start();
            network.advance(SECOND);
        }
    }

    private static void aListIsAnother() {
        try (SimNetwork network = SimNetwork.create(2)) {
            Memdi.node("a").transport(network).bootstrap("a", "b", "c").start();
            Memdi.node("c").transport(network).bootstrap("a", "c", "b").start();
            network.advance(SECOND);
        }
    }

    private static void aFounderIsCutOffBeforeTheFirstWrite() {
        try (Trio trio = Trio.starting(3, settings -> settings)) {
            trio.await(() -> trio.nodes().stream()
                    .allMatch(node -> ((LocalNode) node).replica().mode() == Message.Mode.MEMBER));
            trio.network.partition(Set.of("c"));
            trio.network.advance(SECOND.multipliedBy(3));
        }
    }

    private static void aFoundingIsGivenUp() {
        try (Trio trio = Trio.starting(12, settings -> settings)) {
            trio.await(() -> ((LocalNode) trio.node("a")).replica().mode() == Message.Mode.LOCKED);
            for (String name : List.of("b", "c")) {
                trio.network.crash(name);
                Memdi.node(name)
                        .transport(trio.network)
                        .bootstrap("a", "b", "c")
                        .start();
            }
            trio.network.advance(SECOND);
        }
    }

    private static void aLeaderCrashesAndComesBack() {
        try (Trio trio = Trio.ready(4)) {
            String name = trio.leader().name();
            trio.network.crash(name);
            store(trio.node(name.equals("a") ? "b" : "a")).put("k", "v", QUORUM);
            MemdiNode back = Memdi.node(name)
                    .transport(trio.network)
                    .bootstrap("a", "b", "c")
                    .start();
            back.awaitReady(LONG);
        }
    }

    private static void oneAfterTheOtherIsClosed() {
        try (Trio trio = Trio.ready(23)) {
            trio.node("a").close();
            trio.network.advance(SECOND);
            trio.node("b").close();
        }
    }

    private static void aMemberIsTakenOut() {
        try (Trio trio = Trio.ready(21)) {
            trio.leader().cluster().remove(trio.follower().name());
            trio.network.advance(SECOND);
        }
    }

    private static void aListIsOutgrown() {
        try (SimNetwork network = SimNetwork.create(22)) {
            Memdi.node("a").transport(network).bootstrap("a").start().awaitReady(LONG);
            Memdi.node("b").transport(network).join("a").start().awaitReady(LONG);
            Memdi.node("c").transport(network).join("a").start();
            network.advance(SECOND.multipliedBy(5));
        }
    }

    private static void contactsAreOfTwoClusters() {
        try (SimNetwork network = SimNetwork.create(23)) {
            for (String name : List.of("a", "b")) {
                Memdi.node(name).transport(network).bootstrap(name).start().awaitReady(LONG);
            }
            Memdi.node("c").transport(network).join("a", "b").start();
            network.advance(SECOND);
        }
    }

    private static void aMajorityIsLost() {
        try (Trio trio = Trio.ready(24)) {
            trio.network.crash("a");
            trio.network.crash("b");
            trio.network.advance(SECOND.multipliedBy(8));
        }
    }

    private static void aLeaderIsCutOff() {
        try (Trio trio = Trio.ready(5)) {
            MemdiNode leader = trio.leader();
            MemdiNode follower = trio.follower();
            trio.network.partition(Set.of(leader.name()));
            store(leader).put("k", "taken back");
            trio.await(() -> follower.cluster().leader() != null
                    && !leader.name().equals(follower.cluster().leader()));
            store(follower).put("k", "v", QUORUM);
            trio.network.advance(SECOND);
            trio.network.heal();
            trio.network.advance(SECOND);
        }
    }

    /** Twice, the second time in the middle of its heal. */
    private static void aFollowerIsAwayForTooLong() {
        try (Trio trio = Trio.ready(6, FailureModesTest::forgetful)) {
            MemdiNode away = trio.follower();
            for (int round = 0; round < 2; round++) {
                trio.network.partition(Set.of(away.name()));
                for (int i = 0; i < 100; i++) {
                    store(trio.leader()).put("k" + i, "v" + round, QUORUM);
                }
                trio.network.heal();
                trio.await(() -> away.status().healing() != null);
            }
            away.awaitReady(LONG);
        }
    }

    private static NodeBuilder forgetful(NodeBuilder settings) {
        return settings.batchBytes(500).windowBytes(500).retainedLogBytes(500);
    }

    /** Enough hear the leader to keep it, and too few count: one is gone, and one heals, over a slow link. */
    private static void commitsStall() {
        try (Trio trio = Trio.ready(14, FailureModesTest::forgetful)) {
            MemdiNode leader = trio.leader();
            MemdiNode heals = trio.follower();
            trio.network.partition(Set.of(heals.name()));
            for (int i = 0; i < 100; i++) {
                store(leader).put("k" + i, "v", QUORUM);
            }
            trio.network.heal();
            trio.network.slow(leader.name(), heals.name(), Duration.ofMillis(100));
            trio.await(() -> heals.status().healing() != null);
            trio.network.crash(trio.otherFollower().name());
            store(leader).put("k", "v");
            trio.await(() -> leader.status().waitingFor().contains("commits have stalled"));
        }
    }

    private static void aDiskHangs() {
        List<Contact> list = List.of(new Contact("a", "a"), new Contact("b", "b"), new Contact("c", "c"));
        Map<String, HangingJournal> disks = new LinkedHashMap<>();
        List<LocalNode> nodes = new ArrayList<>();
        try (SimNetwork network = SimNetwork.create(22)) {
            for (Contact each : list) {
                HangingJournal disk = new HangingJournal();
                disks.put(each.name(), disk);
                nodes.add(LocalNode.start(NodeSettings.of(each.name(), list), network, codecs -> disk));
            }
            nodes.forEach(node -> node.awaitReady(Trio.LONG));
            LocalNode leader = nodes.stream()
                    .filter(node -> node.status().role() == Role.LEADER)
                    .findFirst()
                    .orElseThrow();
            disks.get(leader.name()).hang();
            store(leader).put("k", "v");
            network.advance(SECOND.multipliedBy(70));
            assertThat(leader.status().role()).isEqualTo(Role.STOPPED);
            assertThat(nodes)
                    .filteredOn(node -> node.status().role() == Role.LEADER)
                    .hasSize(1);
        }
    }

    private static void aConnectionComesAndGoes() {
        try (Trio trio = Trio.ready(15)) {
            for (int i = 0; i < 6; i++) {
                trio.network.cut(trio.leader().name(), trio.follower().name());
                trio.network.heal();
                trio.network.advance(Duration.ofMillis(20));
                trio.await(() ->
                        trio.nodes().stream().allMatch(node -> node.cluster().leader() != null));
            }
        }
    }

    private static void aTransferIsGivenUp() {
        try (Trio trio = Trio.ready(7, settings -> settings.timeout(SECOND))) {
            MemdiNode leader = trio.leader();
            String to = trio.follower().name();
            trio.network.partition(Set.of(to));
            assertThatThrownBy(() -> leader.cluster().transferLeadership(to))
                    .isInstanceOf(OutcomeUnknownException.class);
        }
    }

    private static void aLeaderClosesWithoutAHandover() {
        try (Trio trio = Trio.ready(8)) {
            MemdiNode leader = trio.leader();
            trio.network.block(leader.name(), trio.follower().name());
            trio.network.block(leader.name(), trio.otherFollower().name());
            leader.close();
        }
    }

    private static void twoAreFew() {
        try (SimNetwork network = SimNetwork.create(9)) {
            Memdi.node("a").transport(network).bootstrap("a", "b").start();
        }
    }

    private static void tooMuchArrives() {
        Inbox inbox = new Inbox("a", mock(EventLoop.class), new Inbox.Room(16, 1000, 1000), reason -> {});
        Member sender = new Member("b", new Incarnation(1, 2), "b");
        for (int i = 0; i < 20; i++) {
            inbox.onMessage(new Envelope(0, null, sender, null, 0, new Message.Hello(0)));
        }
        inbox.report(0);
    }

    private static void anExecutorRefuses() {
        try (Trio trio = Trio.ready(
                10,
                settings -> settings.callbackExecutor(task -> {
                    throw new RejectedExecutionException();
                }))) {
            trio.network.join(store(trio.follower()).async().put("k", "v"), LONG);
        }
    }

    private static void aBackupIsRefused() throws IOException {
        Path file = Files.createTempFile("memdi", ".backup");
        try (Trio trio = Trio.ready(31)) {
            assertThatThrownBy(() -> trio.node("a").cluster().backup(file)).isInstanceOf(BackupException.class);
            Files.delete(file);
            assertThat(trio.node("b").cluster().backup(file).index()).isPositive();
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private static void aTurnFails() {
        try (Trio trio = Trio.ready(11)) {
            LocalNode node = (LocalNode) trio.follower();
            assertThatThrownBy(() -> node.asker()
                            .ask(
                                    "a question",
                                    () -> {
                                        throw new AssertionError("a turn fails, because a test wants it to");
                                    },
                                    TimedOutException::new,
                                    SECOND.toNanos()))
                    .isInstanceOf(NodeClosedException.class);
            assertThat(node.failure()).isInstanceOf(AssertionError.class);
        }
    }

    private static MemdiClient client(SimNetwork network, String... nodes) {
        return Memdi.client().transport(network).connect(nodes).awaitReady(LONG);
    }

    private static Store<String, String> storeOf(MemdiClient client) {
        return client.store(Trio.STORE, Codec.string(), Codec.string());
    }

    private static void aClientLosesItsLeader() {
        try (Trio trio = Trio.ready(31);
                MemdiClient client = client(trio.network, "a", "b", "c")) {
            trio.network.crash(trio.leader().name());
            storeOf(client).put("k", "v", QUORUM);
        }
    }

    private static void aClientIsSilentForLong() {
        try (Trio trio = Trio.ready(32);
                MemdiClient client = client(trio.network, "a", "b", "c")) {
            storeOf(client).put("k", "v", QUORUM);
            trio.network.partition(Set.of(client.status().name()));
            trio.network.advance(SECOND.multipliedBy(90));
            trio.network.heal();
            trio.network.advance(SECOND.multipliedBy(2));
            storeOf(client).put("k", "w", QUORUM);
        }
    }

    private static void aClientsAddressesAreOfTwoClusters() {
        try (SimNetwork network = SimNetwork.create(33)) {
            for (String name : List.of("a", "b")) {
                Memdi.node(name).transport(network).bootstrap(name).start().awaitReady(LONG);
            }
            try (MemdiClient client = client(network, "a", "b")) {
                network.advance(SECOND.multipliedBy(3));
                assertThat(client.status().waitingFor()).contains("belongs to another cluster");
            }
        }
    }

    @Test
    void aLineThatNobodyLogsIsFound() {
        Pattern pattern = patternOf("took back 3 entries from a");
        assertThat(List.of("took back 12 entries from c", "took back 3 entries from d", "took 3 entries from a"))
                .filteredOn(line -> pattern.matcher(line).find())
                .containsExactly("took back 12 entries from c");
    }
}
