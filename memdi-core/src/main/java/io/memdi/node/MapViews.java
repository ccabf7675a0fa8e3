package io.memdi.node;

import io.memdi.ReadOptions;
import io.memdi.node.StoreAccess.Deed;
import io.memdi.transport.Result;
import java.util.AbstractCollection;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The views of a map: live, except that an iterator goes through the entries that were there when it was made.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 */
final class MapViews<K, V> {
    private final StoreMap<K, V> map;
    private final StoreAccess<K, V> core;

    MapViews(StoreMap<K, V> map, StoreAccess<K, V> core) {
        this.map = map;
        this.core = core;
    }

    Set<Map.Entry<K, V>> entries() {
        return new Entries();
    }

    Set<K> keys() {
        return new Keys();
    }

    Collection<V> values() {
        return new Values();
    }

    /** Removes an entry of a snapshot from the store; returns whether it has. */
    @FunctionalInterface
    private interface Remover<K, V> {
        boolean remove(Map.Entry<K, V> entry);
    }

    private Iterator<Map.Entry<K, V>> snapshot(ReadOptions options) {
        List<Map.Entry<K, V>> entries = new ArrayList<>();
        core.forEach(options, (key, value) -> entries.add(new LiveEntry(key, value)));
        return entries.iterator();
    }

    /** Removes a key, whatever it has by now; returns whether it was there. */
    private boolean removeKey(Map.Entry<K, V> entry) {
        return core.write(Deed.REMOVE, entry.getKey(), null).result() == Result.APPLIED;
    }

    /** Removes an entry, unless its key has another value by now; returns whether it has removed it. */
    private boolean removeEntry(Map.Entry<K, V> entry) {
        return map.remove(entry.getKey(), entry.getValue());
    }

    /**
     * What the views have in common.
     *
     * @param <T> what a view shows of each entry
     */
    private final class Side<T> {
        private final Function<Map.Entry<K, V>, T> part;
        private final Remover<K, V> remover;

        Side(Function<Map.Entry<K, V>, T> part, Remover<K, V> remover) {
            this.part = part;
            this.remover = remover;
        }

        Iterator<T> iterator() {
            return new Entering<>(snapshot(ReadOptions.session()), part, remover);
        }

        /** Without a size: that of the map is another one by the time that the snapshot is made. */
        Spliterator<T> spliterator(int traits) {
            return Spliterators.spliteratorUnknownSize(
                    iterator(), Spliterator.CONCURRENT | Spliterator.NONNULL | traits);
        }

        boolean removeIf(Predicate<? super T> filter) {
            Objects.requireNonNull(filter, "filter");
            boolean removed = false;
            // What it leaves, it has decided not to write: so it has to have seen all that was there.
            for (Iterator<Map.Entry<K, V>> entries = snapshot(ReadOptions.linearizable()); entries.hasNext(); ) {
                Map.Entry<K, V> entry = entries.next();
                removed |= filter.test(part.apply(entry)) && remover.remove(entry);
            }
            return removed;
        }
    }

    /** Goes through a snapshot, and removes from the store. */
    private final class Entering<T> implements Iterator<T> {
        private final Iterator<Map.Entry<K, V>> entries;
        private final Function<Map.Entry<K, V>, T> part;
        private final Remover<K, V> remover;
        private Map.@Nullable Entry<K, V> last;

        Entering(Iterator<Map.Entry<K, V>> entries, Function<Map.Entry<K, V>, T> part, Remover<K, V> remover) {
            this.entries = entries;
            this.part = part;
            this.remover = remover;
        }

        @Override
        public boolean hasNext() {
            return entries.hasNext();
        }

        @Override
        public T next() {
            if (!entries.hasNext()) {
                throw new NoSuchElementException();
            }
            Map.Entry<K, V> entry = entries.next();
            last = entry;
            return part.apply(entry);
        }

        @Override
        public void remove() {
            Map.Entry<K, V> entry = last;
            if (entry == null) {
                throw new IllegalStateException("next() was not called since the last remove()");
            }
            last = null;
            remover.remove(entry);
        }
    }

    /** An entry whose value can be set, in the store too. */
    private final class LiveEntry extends AbstractMap.SimpleEntry<K, V> {
        private static final long serialVersionUID = 1;

        LiveEntry(K key, V value) {
            super(key, value);
        }

        @Override
        public V setValue(V value) {
            core.write(Deed.PUT, getKey(), Objects.requireNonNull(value, "value"));
            return super.setValue(value);
        }
    }

    private final class Entries extends AbstractSet<Map.Entry<K, V>> {
        private final Side<Map.Entry<K, V>> side = new Side<>(Function.identity(), MapViews.this::removeEntry);

        @Override
        public Iterator<Map.Entry<K, V>> iterator() {
            return side.iterator();
        }

        @Override
        public Spliterator<Map.Entry<K, V>> spliterator() {
            return side.spliterator(Spliterator.DISTINCT);
        }

        @Override
        public boolean removeIf(Predicate<? super Map.Entry<K, V>> filter) {
            return side.removeIf(filter);
        }

        @Override
        public boolean removeAll(Collection<?> others) {
            return side.removeIf(others::contains);
        }

        @Override
        public boolean retainAll(Collection<?> others) {
            Objects.requireNonNull(others, "others");
            return side.removeIf(mine -> !others.contains(mine));
        }

        @Override
        public int size() {
            return map.size();
        }

        @Override
        public boolean contains(@Nullable Object o) {
            if (!(o instanceof Map.Entry<?, ?> entry) || entry.getKey() == null) {
                return false;
            }
            V value = map.get(entry.getKey());
            return value != null && map.sameValue(value, entry.getValue());
        }

        @Override
        public boolean remove(@Nullable Object o) {
            return o instanceof Map.Entry<?, ?> entry
                    && entry.getKey() != null
                    && map.remove(entry.getKey(), entry.getValue());
        }

        @Override
        public void clear() {
            map.clear();
        }
    }

    private final class Keys extends AbstractSet<K> {
        private final Side<K> side = new Side<>(Map.Entry::getKey, MapViews.this::removeKey);

        @Override
        public Iterator<K> iterator() {
            return side.iterator();
        }

        @Override
        public Spliterator<K> spliterator() {
            return side.spliterator(Spliterator.DISTINCT);
        }

        @Override
        public boolean removeIf(Predicate<? super K> filter) {
            return side.removeIf(filter);
        }

        @Override
        public boolean removeAll(Collection<?> others) {
            return side.removeIf(others::contains);
        }

        @Override
        public boolean retainAll(Collection<?> others) {
            Objects.requireNonNull(others, "others");
            return side.removeIf(mine -> !others.contains(mine));
        }

        @Override
        public int size() {
            return map.size();
        }

        @Override
        public boolean contains(@Nullable Object o) {
            return map.containsKey(o);
        }

        @Override
        public boolean remove(@Nullable Object o) {
            return map.remove(o) != null;
        }

        @Override
        public void clear() {
            map.clear();
        }
    }

    private final class Values extends AbstractCollection<V> {
        private final Side<V> side = new Side<>(Map.Entry::getValue, MapViews.this::removeEntry);

        @Override
        public Iterator<V> iterator() {
            return side.iterator();
        }

        @Override
        public Spliterator<V> spliterator() {
            return side.spliterator(0);
        }

        @Override
        public boolean removeIf(Predicate<? super V> filter) {
            return side.removeIf(filter);
        }

        @Override
        public boolean removeAll(Collection<?> others) {
            return side.removeIf(others::contains);
        }

        @Override
        public boolean retainAll(Collection<?> others) {
            Objects.requireNonNull(others, "others");
            return side.removeIf(mine -> !others.contains(mine));
        }

        @Override
        public int size() {
            return map.size();
        }

        @Override
        public boolean contains(@Nullable Object o) {
            return map.containsValue(o);
        }

        @Override
        public boolean remove(@Nullable Object o) {
            Iterator<Map.Entry<K, V>> entries = snapshot(ReadOptions.linearizable());
            while (entries.hasNext()) {
                Map.Entry<K, V> entry = entries.next();
                if (map.sameValue(entry.getValue(), o) && map.remove(entry.getKey(), entry.getValue())) {
                    return true;
                }
            }
            return false;
        }

        @Override
        public void clear() {
            map.clear();
        }
    }
}
