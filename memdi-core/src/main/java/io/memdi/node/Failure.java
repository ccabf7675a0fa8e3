package io.memdi.node;

/**
 * Why a call has failed, decided on the loop. The exception is made where it is thrown, so that its stack trace shows the caller.
 */
@FunctionalInterface
interface Failure {
    RuntimeException exception();
}
