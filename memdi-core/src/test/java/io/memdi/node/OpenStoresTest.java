package io.memdi.node;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.memdi.Codec;
import io.memdi.WrongCodecException;
import io.memdi.store.Positions;
import io.memdi.store.State;
import io.memdi.transport.Entry;
import io.memdi.transport.StoreSpec;
import io.memdi.wire.StoreCodecs;
import org.junit.jupiter.api.Test;

class OpenStoresTest {
    private static final StoreSpec MINE = new StoreSpec("s", "string", "string");
    private static final StoreSpec THEIRS = new StoreSpec("s", "string", "int64");

    private final State state = new State(null);
    private final OpenStores stores = new OpenStores(state, new Positions(), new StoreCodecs(), false);

    /** A leader that creates a store and steps down takes that back; the next one may create it with the other codecs. */
    @Test
    void whatWasRefusedWorksOnceTheRegistrationIsTakenBack() {
        OpenStores.Opened opened = stores.open(MINE, Codec.string(), Codec.string());
        state.execute(new Entry.StoreCreated(1, 1, 1, THEIRS));
        stores.verify(1);
        assertThatThrownBy(opened::check).isInstanceOf(WrongCodecException.class);
        OpenStores.Opened other = stores.open(THEIRS, Codec.string(), Codec.string());
        other.check();
        state.rollback();
        state.commit(new Entry.StoreCreated(2, 1, 1, MINE));
        stores.verify(2);
        opened.check();
        stores.open(MINE, Codec.string(), Codec.string()).check();
        assertThatThrownBy(other::check).isInstanceOf(WrongCodecException.class);
    }
}
