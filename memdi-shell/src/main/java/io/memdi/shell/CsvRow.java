package io.memdi.shell;

/**
 * A row of a file.
 *
 * @param line the line in which it starts, from 1
 * @param key the first column, without its quotes
 * @param value the rest of the line; without its quotes if it is one column, else as it stands
 */
record CsvRow(long line, String key, String value) {}
