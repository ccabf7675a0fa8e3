package io.memdi;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.CompositeArchRule;
import java.io.Serializable;
import java.util.List;
import java.util.Set;

/**
 * Who may use whom, and what the deterministic rooms must not touch.
 *
 * <p>The layers, of which each may use those below it: node, client, machine, store, log, storage, wire, transport, and at the bottom the values of
 * the API. Above them all stand the API's doors ({@code Memdi} and the builders), which alone reach back up.
 *
 * <p>Of bytes only the node knows, and the transports that carry them: machine, store and log hold keys and values without asking what
 * they are.
 */
@AnalyzeClasses(packages = "io.memdi", importOptions = ArchitectureTest.MainClasses.class)
class ArchitectureTest {

    private static final List<String> LAYERS = List.of(
            "io.memdi.node..",
            "io.memdi.client..",
            "io.memdi.machine..",
            "io.memdi.store..",
            "io.memdi.log..",
            "io.memdi.storage..",
            "io.memdi.wire..",
            "io.memdi.transport..",
            "io.memdi");

    /** They see time and chance only as parameters, so that one seed replays a whole cluster. */
    private static final String[] DETERMINISTIC = {
        "io.memdi.client..", "io.memdi.machine..", "io.memdi.store..", "io.memdi.log.."
    };

    private static final Set<String> CLOCK_METHODS = Set.of("nanoTime", "currentTimeMillis");

    private static final Set<String> CHANCE = Set.of(
            "java.util.Random",
            "java.util.SplittableRandom",
            "java.util.random.RandomGeneratorFactory",
            "java.util.concurrent.ThreadLocalRandom",
            "java.security.SecureRandom");

    @ArchTest
    static final ArchRule importsRunDownwards = downwards();

    /** They take a transport and start a node; what a node is made of does not concern them. */
    @ArchTest
    static final ArchRule theDoorsOfTheApiReachTheNodeAndTheTransport = noClasses()
            .that(doorOfTheApi())
            .should()
            .dependOnClassesThat(resideInAnyPackage("io.memdi.machine..", "io.memdi.store..", "io.memdi.log.."))
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule deterministicRoomsKnowNoBytes = deterministicRoomsAvoid(resideInAPackage("io.memdi.wire.."));

    /** What a frame says must follow from it alone, and a frame may be read on any thread. */
    @ArchTest
    static final ArchRule theWireHasNoClockAndNoInputOrOutput = noClasses()
            .that()
            .resideInAPackage("io.memdi.wire..")
            .should()
            .dependOnClassesThat(resideInAnyPackage(
                            "java.io..",
                            "java.net..",
                            "java.nio.file..",
                            "java.nio.channels..",
                            "java.time..",
                            "org.slf4j..")
                    .and(not(named(Set.of(Serializable.class.getName(), "java.io.Serial")))))
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule deterministicRoomsHaveNoThreads =
            deterministicRoomsAvoid(resideInAnyPackage("java.util.concurrent..")
                    .or(named(Set.of("java.lang.Thread", "java.lang.ThreadLocal", "java.util.Timer"))));

    @ArchTest
    static final ArchRule deterministicRoomsHaveNoLocks = noMethods()
            .that()
            .areDeclaredInClassesThat(resideInAnyPackage(DETERMINISTIC))
            .should()
            .haveModifier(JavaModifier.SYNCHRONIZED)
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule deterministicRoomsHaveNoClock = CompositeArchRule.of(
                    deterministicRoomsAvoid(named(Set.of("java.time.Clock", "java.time.InstantSource"))))
            .and(deterministicRoomsNeverCall(describe(
                    "a clock",
                    call -> isSystemClock(call)
                            || (call.getTargetOwner().getPackageName().startsWith("java.time")
                                    && call.getName().equals("now")))));

    @ArchTest
    static final ArchRule deterministicRoomsHaveNoChanceOfTheirOwn = CompositeArchRule.of(
                    deterministicRoomsAvoid(named(CHANCE)))
            .and(deterministicRoomsNeverCall(describe(
                    "a source of chance",
                    call -> isCall(call, "java.lang.Math", "random")
                            || isCall(call, "java.util.UUID", "randomUUID")
                            || isCall(call, "java.util.Collections", "shuffle")
                            || isCall(call, "java.util.random.RandomGenerator", "of")
                            || isCall(call, "java.util.random.RandomGenerator", "getDefault"))));

    @ArchTest
    static final ArchRule deterministicRoomsHaveNoInputOrOutput = deterministicRoomsAvoid(resideInAnyPackage(
                    "java.io..",
                    "java.nio.file..",
                    "java.nio.channels..",
                    "java.net..",
                    "org.slf4j..",
                    "java.util.logging..")
            .and(not(named(Set.of(Serializable.class.getName())))));

    private static ArchRule downwards() {
        CompositeArchRule rule = null;
        for (int i = 1; i < LAYERS.size(); i++) {
            String[] above = LAYERS.subList(0, i).toArray(String[]::new);
            ArchRule layer = noClasses()
                    .that(resideInAPackage(LAYERS.get(i)).and(not(doorOfTheApi())))
                    .should()
                    .dependOnClassesThat(resideInAnyPackage(above))
                    .allowEmptyShould(true);
            rule = rule == null ? CompositeArchRule.of(layer) : rule.and(layer);
        }
        return rule;
    }

    private static ArchRule deterministicRoomsAvoid(DescribedPredicate<JavaClass> types) {
        return noClasses()
                .that(resideInAnyPackage(DETERMINISTIC))
                .should()
                .dependOnClassesThat(types)
                .allowEmptyShould(true);
    }

    private static ArchRule deterministicRoomsNeverCall(DescribedPredicate<JavaAccess<?>> call) {
        return noClasses()
                .that(resideInAnyPackage(DETERMINISTIC))
                .should()
                .accessTargetWhere(call)
                .allowEmptyShould(true);
    }

    private static boolean isSystemClock(JavaAccess<?> call) {
        return call.getTargetOwner().isEquivalentTo(System.class) && CLOCK_METHODS.contains(call.getName());
    }

    private static boolean isCall(JavaAccess<?> call, String owner, String method) {
        return call.getTargetOwner().getName().equals(owner) && call.getName().equals(method);
    }

    private static DescribedPredicate<JavaClass> named(Set<String> names) {
        return describe("one of " + names, type -> names.contains(type.getName()));
    }

    /** {@code Memdi} and the builders, with what is nested in them. */
    private static DescribedPredicate<JavaClass> doorOfTheApi() {
        return describe("a door of the API", type -> {
            String outermost = type.getName().replaceFirst("\\$.*", "");
            return outermost.equals("io.memdi.Memdi") || outermost.endsWith("Builder");
        });
    }

    /** ArchUnit's own option does not know that the quick build has a folder of its own. */
    static final class MainClasses implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("/test-classes/");
        }
    }
}
