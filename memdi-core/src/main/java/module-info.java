/** The replicated key-value store: its API, and what a transport needs to carry its messages. */
@SuppressWarnings("module") // names modules that are built after this one
module io.memdi.core {
    requires org.slf4j;
    requires org.jctools.core.jdk11;
    requires static transitive org.jspecify;

    exports io.memdi;
    exports io.memdi.transport;
    exports io.memdi.wire to
            io.memdi.transport.tcp;
}
