/**
 * The machines: election, heartbeat, replication, bootstrap. Pure: no thread, no clock, no randomness of their own, no IO. Time
 * and randomness arrive as parameters; what is to be done leaves in {@link io.memdi.machine.Effects}.
 */
@NullMarked
package io.memdi.machine;

import org.jspecify.annotations.NullMarked;
