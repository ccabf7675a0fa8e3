package io.memdi.shell;

/** How a node that has its process to itself logs: time, level, message. */
final class NodeLog {
    private static final String PREFIX = "org.slf4j.simpleLogger.";

    private NodeLog() {}

    /** Before the first logger is made, which reads this. What was set from outside stays. */
    static void begin() {
        set("log.io.memdi", "info");
        set("dateTimeFormat", "yyyy-MM-dd'T'HH:mm:ss.SSSXXX");
        set("showShortLogName", "false");
        set("showLogName", "false");
    }

    private static void set(String property, String value) {
        if (System.getProperty(PREFIX + property) == null) {
            System.setProperty(PREFIX + property, value);
        }
    }
}
