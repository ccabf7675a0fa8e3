package io.memdi.transport.tcp;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/**
 * A host and a port, as in {@code host:7400}, {@code 10.0.0.1:7400} or {@code [::1]:7400}.
 *
 * @param host a name or an address, without brackets
 * @param port 0 to 65,535
 */
record HostPort(String host, int port) {
    static final int MAX_PORT = 65_535;

    /**
     * Reads the two out of a text.
     *
     * @throws IllegalArgumentException if it is something else
     */
    static HostPort parse(String text) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (host.indexOf(':') >= 0) {
            throw nonsense(text);
        }
        if (host.isBlank() || host.chars().anyMatch(Character::isISOControl)) {
            throw nonsense(text);
        }
        return new HostPort(host, port(text, text.substring(colon + 1)));
    }

    private static int port(String text, String digits) {
        try {
            int port = Integer.parseInt(digits);
            if (port >= 0 && port <= MAX_PORT) {
                return port;
            }
        } catch (NumberFormatException e) {
            throw nonsense(text);
        }
        throw nonsense(text);
    }

    private static IllegalArgumentException nonsense(String text) {
        return new IllegalArgumentException(
                "an address is host:port, as in 10.0.0.1:7400 or [::1]:7400, not \"" + text + '"');
    }

    /**
     * Looks the host up.
     *
     * @throws UnknownHostException if it is not known
     */
    InetSocketAddress resolved() throws UnknownHostException {
        return new InetSocketAddress(InetAddress.getByName(host), port);
    }

    HostPort withPort(int other) {
        return new HostPort(host, other);
    }

    @Override
    public String toString() {
        return (host.indexOf(':') < 0 ? host : '[' + host + ']') + ':' + port;
    }
}
