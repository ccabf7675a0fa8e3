/** Benchmarks of the hot paths. {@code docs/benchmarks.md} says how they are run, and what they have shown. */
@NullMarked
package io.memdi.bench;

import org.jspecify.annotations.NullMarked;
