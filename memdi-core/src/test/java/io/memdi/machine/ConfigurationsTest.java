package io.memdi.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memdi.Incarnation;
import io.memdi.Revision;
import io.memdi.transport.Configuration;
import io.memdi.transport.Member;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConfigurationsTest {
    private final Configurations configurations = new Configurations();

    private static Configuration of(long life) {
        return Configuration.founding(List.of(new Member("a", new Incarnation(life, life), "a")));
    }

    @Test
    void theLatestInTheLogIsInForce() {
        assertThat(configurations.inForce()).isNull();
        assertThat(configurations.inForceSince()).isZero();
        configurations.append(new Revision(1, 1), of(1));
        configurations.append(new Revision(1, 7), of(7));
        assertThat(configurations.inForce()).isEqualTo(of(7));
        assertThat(configurations.inForceSince()).isEqualTo(7);
    }

    @Test
    void aTruncationRestoresTheOneBefore() {
        configurations.append(new Revision(1, 1), of(1));
        configurations.append(new Revision(1, 7), of(7));
        configurations.append(new Revision(1, 9), of(9));
        configurations.truncate(10);
        assertThat(configurations.inForce()).isEqualTo(of(9));
        configurations.truncate(7);
        assertThat(configurations.inForce()).isEqualTo(of(1));
        configurations.append(new Revision(1, 7), of(77));
        assertThat(configurations.inForce()).isEqualTo(of(77));
    }

    @Test
    void whatCannotComeBackIsForgotten() {
        configurations.append(new Revision(1, 1), of(1));
        configurations.append(new Revision(1, 7), of(7));
        configurations.append(new Revision(1, 9), of(9));
        configurations.commit(6);
        assertThat(configurations.count()).isEqualTo(3);
        configurations.commit(8);
        assertThat(configurations.count()).isEqualTo(2);
        configurations.truncate(9);
        assertThat(configurations.inForce()).isEqualTo(of(7));
        configurations.commit(20);
        assertThat(configurations.count()).isEqualTo(1);
    }

    @Test
    void theFoundingIsNeverTakenBack() {
        configurations.truncate(1);
        configurations.append(new Revision(1, 1), of(1));
        assertThatThrownBy(() -> configurations.truncate(1)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void configurationsComeInTheOrderOfTheLog() {
        configurations.append(new Revision(1, 3), of(3));
        assertThatThrownBy(() -> configurations.append(new Revision(1, 3), of(4)))
                .isInstanceOf(IllegalStateException.class);
    }
}
