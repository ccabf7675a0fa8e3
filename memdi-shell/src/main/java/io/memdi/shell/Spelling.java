package io.memdi.shell;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Guesses what somebody meant to type. */
final class Spelling {
    private Spelling() {}

    /** The known word that is nearest to what was typed; null if none is near. */
    static @Nullable String nearest(String typed, List<String> known) {
        String lower = typed.toLowerCase(Locale.ROOT);
        int near = Math.min(2, lower.length() / 2);
        return known.stream()
                .filter(word -> distance(lower, word) <= near)
                .min(Comparator.comparingInt(word -> distance(lower, word)))
                .orElse(null);
    }

    /** How many characters must be put in, taken out or changed to make one word of the other (Levenshtein). */
    static int distance(String a, String b) {
        int[] above = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            above[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = above[0];
            above[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int changed = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = above[j];
                above[j] = Math.min(changed, Math.min(above[j], above[j - 1]) + 1);
            }
        }
        return above[b.length()];
    }
}
