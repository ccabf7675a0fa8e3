package io.memdi.transport.inproc;

/**
 * One direction between two nodes.
 *
 * @param from the name of the node that sends
 * @param to the name of the node that receives
 */
record Link(String from, String to) {
    @Override
    public String toString() {
        return from + " -> " + to;
    }
}
