package io.memdi;

import java.io.Serial;

/** A directory has what no crash leaves behind, so that nothing in it is trusted: it was damaged, or is not that of a node. */
public final class CorruptStorageException extends StorageException {
    @Serial
    private static final long serialVersionUID = 1;

    /** Which file. */
    private final String file;

    /** Where in it. */
    private final long offset;

    /**
     * Names the place.
     *
     * @param file the file
     * @param offset where in it
     * @param problem what is wrong there
     */
    public CorruptStorageException(String file, long offset, String problem) {
        super(file + " is damaged at offset " + offset + ": " + problem, null);
        this.file = file;
        this.offset = offset;
    }

    /**
     * The same place, with what to do about it.
     *
     * @param message all that is to be said
     * @param cause names the place
     */
    public CorruptStorageException(String message, CorruptStorageException cause) {
        super(message, cause);
        this.file = cause.file;
        this.offset = cause.offset;
    }

    /**
     * The file.
     *
     * @return its path
     */
    public String file() {
        return file;
    }

    /**
     * Where in the file.
     *
     * @return from its first byte on
     */
    public long offset() {
        return offset;
    }
}
