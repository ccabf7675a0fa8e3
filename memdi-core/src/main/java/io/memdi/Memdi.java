package io.memdi;

/** Access to a cluster: what a node and a client offer. Where this speaks of a node, of a client it is the client. Thread-safe. */
public interface Memdi extends AutoCloseable {

    /**
     * Starts to describe a node.
     *
     * @param name the node's name, unique in its cluster: 1 to 64 letters, digits, dots, dashes or underscores
     * @return a builder
     * @throws IllegalArgumentException if the name is not of that form
     */
    static NodeBuilder node(String name) {
        return new NodeBuilder(name);
    }

    /**
     * Starts to describe a client of a cluster, which is no member of it.
     *
     * @return a builder
     */
    static ClientBuilder client() {
        return new ClientBuilder();
    }

    /**
     * Opens a store with the defaults of this node.
     *
     * @param name the store's name, of 1 to 255 characters
     * @param keys the codec of its keys
     * @param values the codec of its values
     * @param <K> the type of its keys
     * @param <V> the type of its values
     * @return the store; a store exists in the cluster from its first write on
     * @throws IllegalArgumentException if the store's name, or that of a codec, is not of that length; or if the keys are byte
     *     arrays, which are not equal to each other
     * @throws WrongCodecException if the store exists, or is open on this node, with other codecs
     * @throws CodecException if a codec does not tell its name, or cannot read what this node holds of the store already; nothing has
     *     changed then
     * @throws NodeClosedException if this node is closed
     * @throws NotAppliedException itself if the thread was interrupted, also if it was so before, whatever the node could have
     *     answered; or another of its kinds, if the node's loop had no turn for this within the node's timeout, or has too many such
     *     calls already
     */
    default <K, V> Store<K, V> store(String name, Codec<K> keys, Codec<V> values) {
        return store(name, keys, values, StoreOptions.defaults());
    }

    /**
     * Opens a store with defaults of its own.
     *
     * @param name the store's name, of 1 to 255 characters
     * @param keys the codec of its keys
     * @param values the codec of its values
     * @param options what its operations use where the call does not say otherwise
     * @param <K> the type of its keys
     * @param <V> the type of its values
     * @return the store; a store exists in the cluster from its first write on
     * @throws IllegalArgumentException if the store's name, or that of a codec, is not of that length; if the keys are byte arrays,
     *     which are not equal to each other; or if the options ask for a disk, and this cluster keeps no storage
     * @throws WrongCodecException if the store exists, or is open on this node, with other codecs
     * @throws CodecException if a codec does not tell its name, or cannot read what this node holds of the store already; nothing has
     *     changed then
     * @throws NodeClosedException if this node is closed
     * @throws NotAppliedException itself if the thread was interrupted, also if it was so before, whatever the node could have
     *     answered; or another of its kinds, if the node's loop had no turn for this within the node's timeout, or has too many such
     *     calls already
     */
    <K, V> Store<K, V> store(String name, Codec<K> keys, Codec<V> values, StoreOptions options);

    /**
     * The cluster's members, and what can be done with them.
     *
     * @return the cluster as this node sees it
     */
    Cluster cluster();

    /**
     * What this node is, and how far it is.
     *
     * @return a snapshot, taken on the node's loop; of a closed node, the last one
     * @throws NotAppliedException itself if the thread was interrupted, also if it was so before, unless the node is closed; or
     *     another of its kinds, if the node's loop had no turn for this within the node's timeout, or has too many such calls already
     */
    Status status();

    /**
     * Leaves gracefully: a leader hands its leadership over first, which takes no longer than an election would. If the thread is
     * interrupted, now or before, it does not wait for that, and the others elect a leader by themselves. Waiting calls end with
     * {@link NodeClosedException}, or with {@link OutcomeUnknownException} if they were sent. Idempotent.
     */
    @Override
    void close();
}
