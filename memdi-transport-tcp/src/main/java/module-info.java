/** Nodes in processes of their own, over TCP. */
module io.memdi.transport.tcp {
    requires transitive io.memdi.core;
    requires java.naming;
    requires org.jctools.core.jdk11;
    requires org.slf4j;
    requires static transitive org.jspecify;

    exports io.memdi.transport.tcp;
}
