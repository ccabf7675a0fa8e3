package io.memdi;

/**
 * The revision of a write: the term and the index of its log entry.
 *
 * <p>A revision is the same on every node, and never used for another write, not even after a write was taken back. Revisions
 * are ordered by term, then by index: whoever holds a revision holds every write with a lower one that was not lost.
 *
 * @param term the term of the leader that took the write, 0 or more
 * @param index the place of the write in the log, 0 or more
 */
public record Revision(long term, long index) implements Comparable<Revision> {

    /** Below every revision of a write: what an absent key has. */
    public static final Revision NONE = new Revision(0, 0);

    /**
     * Checks the parts.
     *
     * @param term the term of the leader that took the write, 0 or more
     * @param index the place of the write in the log, 0 or more
     * @throws IllegalArgumentException if a part is negative
     */
    public Revision {
        if (term < 0 || index < 0) {
            throw new IllegalArgumentException("a revision has no negative part: " + term + "." + index);
        }
    }

    /**
     * Reads what {@link #toString} has written.
     *
     * @param text a term and an index with a dot between them, as in {@code 3.17}
     * @return the revision
     * @throws IllegalArgumentException if the text is no revision
     */
    public static Revision parse(String text) {
        int dot = text.indexOf('.');
        if (dot > 0) {
            try {
                return new Revision(Long.parseLong(text.substring(0, dot)), Long.parseLong(text.substring(dot + 1)));
            } catch (NumberFormatException e) {
                // told below, with all of the text
            }
        }
        throw new IllegalArgumentException("not a revision: \"" + text + "\"; it is a term and an index, as in 3.17");
    }

    @Override
    public int compareTo(Revision other) {
        int byTerm = Long.compare(term, other.term);
        return byTerm != 0 ? byTerm : Long.compare(index, other.index);
    }

    /**
     * Tells whether this revision is at or above another one.
     *
     * @param other the other one
     * @return true if this is the same or a later revision
     */
    public boolean isAtLeast(Revision other) {
        return term > other.term || (term == other.term && index >= other.index);
    }

    /** The term and the index, as in {@code 3.17}; {@link #parse} reads it. */
    @Override
    public String toString() {
        return term + "." + index;
    }
}
