package io.memdi.storage;

import java.io.Serial;

/** A directory has what no crash leaves behind: it is not to be trusted. */
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
