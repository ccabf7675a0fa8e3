package io.memdi.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memdi.Incarnation;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ConfigurationTest {
    private static final Member A = member("a", 1);
    private static final Member B = member("b", 2);
    private static final Member C = member("c", 3);
    private static final Member D = member("d", 4);

    /** The name b in its next life. */
    private static final Member B2 = member("b", 22);

    private static Member member(String name, long life) {
        return new Member(name, new Incarnation(life, life), name);
    }

    private static boolean agree(Configuration configuration, Member... members) {
        Set<Incarnation> yes =
                Set.copyOf(List.of(members).stream().map(Member::incarnation).toList());
        return configuration.agrees(yes::contains);
    }

    @Test
    void aMajorityOfTheVotersDecides() {
        Configuration three = Configuration.founding(List.of(A, B, C));
        assertThat(agree(three, A)).isFalse();
        assertThat(agree(three, A, C)).isTrue();
        Configuration four = Configuration.founding(List.of(A, B, C, D));
        assertThat(agree(four, A, B)).isFalse();
        assertThat(agree(four, A, B, D)).isTrue();
        assertThat(agree(Configuration.founding(List.of(A)), A)).isTrue();
    }

    @Test
    void whileVotersChangeBothMajoritiesAreNeeded() {
        Configuration joint = new Configuration(List.of(A, B2, C), List.of(), List.of(A, B, C), List.of());
        assertThat(joint.isJoint()).isTrue();
        assertThat(agree(joint, A, B)).isFalse();
        assertThat(agree(joint, A, B2)).isFalse();
        assertThat(agree(joint, A, B, B2)).isTrue();
        assertThat(agree(joint, A, C)).isTrue();
    }

    @Test
    void learnersCountForNothing() {
        Configuration configuration = new Configuration(List.of(A, B, C), List.of(D), List.of(), List.of());
        assertThat(agree(configuration, A, D)).isFalse();
        assertThat(configuration.voter(D.incarnation())).isNull();
        assertThat(configuration.member(D.incarnation())).isEqualTo(D);
    }

    @Test
    void everyMemberIsListedOnceAndANameMeansTheVoterToCome() {
        Configuration joint = new Configuration(List.of(A, B2, C), List.of(D), List.of(A, B, C), List.of());
        assertThat(joint.members()).containsExactly(A, B2, C, B, D);
        assertThat(joint.voter("b")).isEqualTo(B2);
        assertThat(joint.voter(B.incarnation())).isEqualTo(B);
        Configuration leaving = new Configuration(List.of(A, C), List.of(), List.of(A, B, C), List.of());
        assertThat(leaving.voter("b")).isEqualTo(B);
        assertThat(leaving.voter("d")).isNull();
    }

    @Test
    void aLearnerMayHaveTheNameOfAVoterWhosePlaceItWants() {
        Configuration configuration = new Configuration(List.of(A, B, C), List.of(B2), List.of(), List.of());
        assertThat(configuration.members()).containsExactly(A, B, C, B2);
        assertThat(configuration.voter("b")).isEqualTo(B);
    }

    @Test
    void aVoterThatIsToLearnVotesUntilTheChangeIsOver() {
        Configuration joint = new Configuration(List.of(A, C), List.of(B), List.of(A, B, C), List.of());
        assertThat(joint.voter(B.incarnation())).isEqualTo(B);
        assertThat(joint.members()).containsExactly(A, C, B);
        assertThat(agree(joint, A, B)).isFalse();
        assertThat(agree(joint, A, C)).isTrue();
    }

    @Test
    void whatContradictsItselfIsRefused() {
        assertThatThrownBy(() -> Configuration.founding(List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("needs voters");
        assertThatThrownBy(() -> Configuration.founding(List.of(A, B, B2))).hasMessageContaining("distinct names");
        assertThatThrownBy(() -> new Configuration(List.of(A), List.of(B, B2), List.of(), List.of()))
                .hasMessageContaining("distinct names");
        assertThatThrownBy(() -> new Configuration(List.of(A), List.of(), List.of(B, B2), List.of()))
                .hasMessageContaining("distinct names");
        assertThatThrownBy(() -> new Configuration(List.of(A, B), List.of(B), List.of(), List.of()))
                .hasMessageContaining("votes or learns");
        assertThatThrownBy(() -> new Configuration(List.of(A, member("x", 1)), List.of(), List.of(), List.of()))
                .hasMessageContaining("an incarnation is one member");
    }
}
