package io.memdi.bench;

import io.memdi.Ack;
import io.memdi.Store;
import io.memdi.WriteOptions;

/** A cluster of three that holds all keys, and the endless series of writes to it. One thread issues them. */
final class Writes implements AutoCloseable {
    /** A power of two, and more than there are keys. */
    private static final int ORDER = 1 << 17;

    private static final int VALUES = 1 << 10;

    final Store<String, byte[]> store;
    final WriteOptions options;

    private final LocalCluster cluster;
    private final String[] keys;
    private final byte[][] values = new byte[VALUES][];
    private int next;

    Writes(Loops loops, Position at, Ack ack) {
        cluster = new LocalCluster(loops);
        store = LocalCluster.store(cluster.at(at));
        options = WriteOptions.ack(ack);
        for (int i = 0; i < values.length; i++) {
            values[i] = Entries.value();
        }
        String[] all = Entries.keys(Entries.COUNT);
        keys = Entries.drawn(all, ORDER);
        Window window = new Window(256);
        for (String key : all) {
            window.add(store.async().put(key, value(), options));
        }
        window.drain();
    }

    /** The key of the next write. Keys and values are made beforehand, so that what is allocated is memdi's. */
    String key() {
        next = (next + 1) & (ORDER - 1);
        return keys[next];
    }

    byte[] value() {
        return values[next & (VALUES - 1)];
    }

    /** Throws if the leadership has moved meanwhile. */
    void check() {
        cluster.checkLeader();
    }

    @Override
    public void close() {
        cluster.close();
    }
}
