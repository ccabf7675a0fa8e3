package io.memdi.node;

import io.memdi.ReadLevel;
import io.memdi.ReadOptions;
import io.memdi.node.StoreCore.Deed;
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
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The views of a map: live, except that an iterator goes through the entries that were there when it was made.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 */
final class MapViews<K, V> {
    private final StoreMap<K, V> map;
    private final StoreCore<K, V> core;

    MapViews(StoreMap<K, V> map, StoreCore<K, V> core) {
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

    private <T> Iterator<T> iterator(Function<Map.Entry<K, V>, T> part) {
        List<Map.Entry<K, V>> entries = new ArrayList<>();
        core.read(ReadOptions.session(), () -> true);
        core.forEach(ReadLevel.SESSION, (key, value) -> entries.add(new LiveEntry(key, value)));
        return new Entering<>(entries.iterator(), part);
    }

    /** Goes through a snapshot, and removes from the store. */
    private final class Entering<T> implements Iterator<T> {
        private final Iterator<Map.Entry<K, V>> entries;
        private final Function<Map.Entry<K, V>, T> part;
        private @Nullable K last;

        Entering(Iterator<Map.Entry<K, V>> entries, Function<Map.Entry<K, V>, T> part) {
            this.entries = entries;
            this.part = part;
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
            last = entry.getKey();
            return part.apply(entry);
        }

        @Override
        public void remove() {
            K key = last;
            if (key == null) {
                throw new IllegalStateException("next() was not called since the last remove()");
            }
            last = null;
            core.write(Deed.REMOVE, key, null);
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
        @Override
        public Iterator<Map.Entry<K, V>> iterator() {
            return MapViews.this.iterator(Function.identity());
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
        @Override
        public Iterator<K> iterator() {
            return MapViews.this.iterator(Map.Entry::getKey);
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
        @Override
        public Iterator<V> iterator() {
            return MapViews.this.iterator(Map.Entry::getValue);
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
            Iterator<Map.Entry<K, V>> entries = map.entrySet().iterator();
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
