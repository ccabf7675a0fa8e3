package io.memdi.bench;

import java.util.HexFormat;
import java.util.SplittableRandom;

/** The keys and values that every benchmark uses: keys of 16 characters, values of 100 bytes. */
final class Entries {
    /** How many keys the benchmarks of reads and writes work on. */
    static final int COUNT = 100_000;

    static final int VALUE_BYTES = 100;
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;
    private static final long SEED = 42;

    private Entries() {}

    /** A key of its own for each number, a new object each time; keys do not resemble each other. */
    static String key(int number) {
        return HexFormat.of().toHexDigits((number + 1) * GOLDEN);
    }

    /** The first keys. */
    static String[] keys(int count) {
        String[] keys = new String[count];
        for (int i = 0; i < count; i++) {
            keys[i] = key(i);
        }
        return keys;
    }

    /** A new value. */
    static byte[] value() {
        return new byte[VALUE_BYTES];
    }

    /** So many of the elements, drawn at random, in an order that is the same in every run. */
    static String[] drawn(String[] from, int count) {
        SplittableRandom random = new SplittableRandom(SEED);
        String[] drawn = new String[count];
        for (int i = 0; i < count; i++) {
            drawn[i] = from[random.nextInt(from.length)];
        }
        return drawn;
    }
}
