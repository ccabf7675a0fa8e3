package io.memdi.storage;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * One directory of files, and no more than a journal needs of it. A message of an {@link IOException} says what was tried, and with which
 * file.
 */
public interface Disk extends Closeable {
    /** A file that is open. */
    interface DiskFile extends Closeable {
        /**
         * Its size.
         *
         * @return in bytes
         * @throws IOException if it cannot be told
         */
        long size() throws IOException;

        /**
         * Reads as much as there is room for, or as the file has.
         *
         * @param position of the first byte
         * @param to where to
         * @throws IOException if it cannot be read
         */
        void read(long position, ByteBuffer to) throws IOException;

        /**
         * Writes all. It is on disk only after {@link #sync}.
         *
         * @param position of the first byte; the file grows where it ends before
         * @param from what to write
         * @throws IOException if it cannot be written, perhaps after a part
         */
        void write(long position, ByteBuffer from) throws IOException;

        /**
         * Whatever was written before is on disk when this returns, and the size of the file.
         *
         * @throws IOException if not: what is on disk is unknown from then on, also if a later call returns
         */
        void sync() throws IOException;

        @Override
        void close() throws IOException;
    }

    /**
     * What files there are.
     *
     * @return their names, sorted
     * @throws IOException if it cannot be told
     */
    List<String> list() throws IOException;

    /**
     * How much room there is.
     *
     * @return in bytes, about; 0 if it cannot be told
     */
    long freeBytes();

    /**
     * A new file, to be read and written; one that is there is emptied.
     *
     * @param name its name
     * @return the file
     * @throws IOException if it cannot be made
     */
    DiskFile create(String name) throws IOException;

    /**
     * A file that is there, to be read and written.
     *
     * @param name its name
     * @return the file
     * @throws IOException if it cannot be opened
     */
    DiskFile open(String name) throws IOException;

    /**
     * A file that is there, to be read only.
     *
     * @param name its name
     * @return the file
     * @throws IOException if it cannot be opened
     */
    DiskFile openToRead(String name) throws IOException;

    /**
     * Gives a file another name, at once and whole; one that has it goes. It lasts only after {@link #syncDirectory}.
     *
     * @param from the name that it has
     * @param to the name that it gets
     * @throws IOException if it cannot be renamed
     */
    void rename(String from, String to) throws IOException;

    /**
     * Moves a file into a directory within this one, which is made where it does not exist. It lasts when this returns.
     *
     * @param name its name, which it keeps
     * @param directory the directory's name
     * @throws IOException if it cannot be moved
     */
    void moveInto(String name, String directory) throws IOException;

    /**
     * Removes a file. It lasts only after {@link #syncDirectory}.
     *
     * @param name its name
     * @throws IOException if it cannot be removed
     */
    void delete(String name) throws IOException;

    /**
     * Whatever was made, renamed and removed before lasts when this returns.
     *
     * @throws IOException if not
     */
    void syncDirectory() throws IOException;

    /**
     * Takes the directory for this process alone, until the disk is closed.
     *
     * @throws IOException if another one has it
     */
    void lock() throws IOException;

    /**
     * How messages name a file.
     *
     * @param name its name
     * @return its path
     */
    String path(String name);

    @Override
    void close() throws IOException;
}
