package io.memdi.shell;

import io.memdi.Cluster;
import io.memdi.Status;
import io.memdi.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Nodes in this process, of which one is the one that commands go to. */
final class LocalConnection implements Connection {
    private final LocalNodes nodes;
    private String current;

    LocalConnection(LocalNodes nodes) {
        this.nodes = nodes;
        this.current = nodes.names().get(0);
    }

    LocalNodes nodes() {
        return nodes;
    }

    void use(String node) {
        nodes.node(node);
        current = node;
    }

    @Override
    public Scope scope() {
        return Scope.LOCAL;
    }

    @Override
    public String here() {
        return current;
    }

    /** They were started, and were ready. */
    @Override
    public void reach() {}

    @Override
    public String welcome(Screen screen) {
        @Nullable Status leader = LocalNodes.leader(nodes.statuses().values());
        return "A cluster in this process: " + String.join(", ", nodes.names()) + ". "
                + (leader == null ? "" : screen.paint(Style.LEADER, leader.name() + " leads") + ", ") + "you are at "
                + current + ".";
    }

    @Override
    public Store<String, String> store(@Nullable String at) {
        return nodes.store(Objects.requireNonNullElse(at, current));
    }

    @Override
    public List<String> witness(@Nullable String at) {
        return List.of("at " + Objects.requireNonNullElse(at, current));
    }

    @Override
    public Cluster cluster() {
        return nodes.node(current).cluster();
    }

    @Override
    public Status status() {
        return nodes.node(current).status();
    }

    @Override
    public List<String> names() {
        return nodes.alive();
    }

    @Override
    public List<Sight> look() {
        List<Sight> sights = new ArrayList<>();
        for (String name : nodes.names()) {
            String condition = condition(name);
            if (condition.isEmpty()) {
                long start = System.nanoTime();
                sights.add(Sight.of(nodes.node(name).status(), System.nanoTime() - start));
            } else {
                sights.add(Sight.none(name, condition));
            }
        }
        return sights;
    }

    @Override
    public boolean isDeserted() {
        return false; // they are in this process
    }

    @Override
    public String condition(String name) {
        LocalNodes.Condition condition = nodes.condition(name);
        return condition == LocalNodes.Condition.RUNNING ? "" : Kind.word(condition);
    }

    @Override
    public List<String> notes() {
        return nodes.partition().isEmpty()
                ? List.of()
                : List.of("the network is split: " + StatusTable.groups(nodes.partition()) + " (heal joins it again)");
    }

    @Override
    public boolean isNews(String line) {
        return nodes.isNews(line);
    }

    @Override
    public void close() {
        nodes.close();
    }
}
