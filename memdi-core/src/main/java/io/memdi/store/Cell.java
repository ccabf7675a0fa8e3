package io.memdi.store;

import org.jspecify.annotations.Nullable;

/**
 * What a lookup touches of a {@link Version}. The JVM lays the fields of a superclass out before those of its subclass, so these lie
 * within twelve bytes, and mostly on one cache line.
 */
abstract class Cell {
    final Object key;
    final int hash;
    final @Nullable Object value;

    Cell(Object key, int hash, @Nullable Object value) {
        this.key = key;
        this.hash = hash;
        this.value = value;
    }
}
