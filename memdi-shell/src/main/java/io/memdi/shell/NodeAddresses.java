package io.memdi.shell;

import io.memdi.transport.tcp.TcpTransport;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The addresses that a node is started with: its own, and those of the others. Each of them is checked. */
final class NodeAddresses {
    private final String name;
    private final TcpTransport transport;
    private final String listen;
    private final @Nullable String advertised;

    /**
     * The node's own addresses.
     *
     * @param name the node's name
     * @param listen where it takes connections
     * @param advertised where others reach it; null for the same
     * @throws UsageFailure if one of them is no address
     */
    NodeAddresses(String name, String listen, @Nullable String advertised) {
        this.name = name;
        this.listen = listen;
        this.advertised = advertised;
        TcpTransport listening = NodeCommand.option("--listen", () -> TcpTransport.listen(listen));
        this.transport = advertised == null
                ? listening
                : NodeCommand.option("--advertise", () -> listening.advertise(advertised));
    }

    TcpTransport transport() {
        return transport;
    }

    /** Where others reach it. */
    private String own() {
        if (advertised == null) {
            return listen;
        }
        return port(advertised).equals("0")
                ? advertised.substring(0, advertised.length() - 1) + port(listen)
                : advertised;
    }

    private static String port(String address) {
        return address.substring(address.lastIndexOf(':') + 1);
    }

    /**
     * The nodes that found the cluster, as the builder takes them.
     *
     * @throws UsageFailure if one of them is no name with an address, or this node is not among them at its own address
     */
    String[] founders(List<String> listed) {
        @Nullable String ownAddress = null;
        for (String founder : listed) {
            int equals = founder.indexOf('=');
            if (equals <= 0) {
                throw new UsageFailure("--bootstrap: \"" + founder + "\" is no NAME=HOST:PORT, as in a=10.0.0.1:7400");
            }
            String address = founder.substring(equals + 1);
            if (founder.substring(0, equals).equals(name) && ownAddress == null) {
                ownAddress = address;
            } else {
                check("--bootstrap", address);
            }
        }
        if (ownAddress == null) {
            throw new UsageFailure("--bootstrap does not list " + name
                    + ", this node itself: give all nodes the same list, in which each of them is");
        }
        checkOwn(ownAddress);
        return listed.toArray(String[]::new);
    }

    private void checkOwn(String listed) {
        if (port(own()).equals("0")) {
            throw new UsageFailure(
                    "--listen: with port 0, the others would not know the port; choose one for --bootstrap");
        }
        check("--bootstrap", listed);
        if (!listed.equals(own())) {
            throw new UsageFailure("--bootstrap lists " + name + " at " + listed + ", but "
                    + (advertised == null ? "--listen is " : "--advertise is ") + own()
                    + ": make them the same, or say --advertise " + listed + " if the others reach it there");
        }
    }

    /**
     * Whom to ask for a place, as the builder takes them, without this node itself.
     *
     * @throws UsageFailure if one of them is no address, or there is none but its own
     */
    String[] contacts(List<String> listed) {
        List<String> others = new ArrayList<>();
        for (String contact : listed) {
            String address = contact.substring(contact.indexOf('=') + 1);
            check("--join", address);
            if (!address.equals(own()) && !contact.startsWith(name + "=")) {
                others.add(contact);
            }
        }
        if (others.isEmpty()) {
            throw new UsageFailure(
                    "--join names only this node itself; name a member of the cluster that it is to join, as in --join"
                            + " 10.0.0.1:7400");
        }
        return others.toArray(String[]::new);
    }

    /** An address that this node is to dial. */
    private static void check(String option, String address) {
        NodeCommand.option(option, () -> TcpTransport.listen(address));
        if (port(address).equals("0")) {
            throw new UsageFailure(option + ": nobody can be reached at port 0: " + address);
        }
    }
}
