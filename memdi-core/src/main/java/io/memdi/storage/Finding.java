package io.memdi.storage;

import io.memdi.CorruptStorageException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One thing that there is to say of a directory, or a backup.
 *
 * @param kind what it is about, in a word or two
 * @param text the whole of it, in words
 * @param facts the same for programs, by name: strings, whole numbers, truth values and null; without what is in the text alone
 */
public record Finding(String kind, String text, Map<String, @Nullable Object> facts) {
    private static final int WIDTH = 13;

    /** Keeps a copy, in the same order. */
    public Finding {
        facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
    }

    static Finding of(String kind, String text) {
        return new Finding(kind, text, Map.of());
    }

    static Finding notSound(CorruptStorageException e) {
        return of("not sound", String.valueOf(e.getMessage()))
                .with("file", e.file())
                .with("offset", e.offset());
    }

    /** The same with a fact more. */
    Finding with(String name, @Nullable Object fact) {
        Map<String, @Nullable Object> more = new LinkedHashMap<>(facts);
        more.put(name, fact);
        return new Finding(kind, text, more);
    }

    /** For people. */
    public String line() {
        return kind + " ".repeat(WIDTH - kind.length()) + text;
    }
}
