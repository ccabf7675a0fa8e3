/** Benchmarks of the hot paths. */
@NullMarked
package io.memdi.bench;

import org.jspecify.annotations.NullMarked;
