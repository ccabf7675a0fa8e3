/** A network inside one process. */
module io.memdi.transport.inproc {
    requires transitive io.memdi.core;
    requires org.slf4j;
    requires static transitive org.jspecify;

    exports io.memdi.transport.inproc;
}
