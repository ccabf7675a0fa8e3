package io.memdi.wire;

import java.util.List;

/**
 * The constants of an enum as one byte. Which is which is said here, not by the enum: there the order may change, on the wire it may not.
 *
 * @param <E> the enum
 */
final class Codes<E extends Enum<E>> {
    private final String what;
    private final List<E> byCode;
    private final int[] byOrdinal;

    /**
     * Codes from 0 on.
     *
     * @param what what it is called where it is missing
     * @param byCode all constants, in the order of their codes
     */
    @SuppressWarnings("EnumOrdinal") // to find a code without a map; it goes nowhere
    Codes(String what, List<E> byCode) {
        this.what = what;
        this.byCode = byCode;
        this.byOrdinal = new int[byCode.get(0).getDeclaringClass().getEnumConstants().length];
        if (byOrdinal.length != byCode.size() || byCode.stream().distinct().count() != byOrdinal.length) {
            throw new IllegalStateException("a constant has no code, or two: " + what);
        }
        for (int code = 0; code < byOrdinal.length; code++) {
            byOrdinal[byCode.get(code).ordinal()] = code;
        }
    }

    @SuppressWarnings("EnumOrdinal")
    int codeOf(E constant) {
        return byOrdinal[constant.ordinal()];
    }

    void write(WireWriter out, E constant) {
        out.writeByte(codeOf(constant));
    }

    E read(WireReader in) {
        return of(in, in.readByte(what));
    }

    /** The constant of a code that was just read. */
    E of(WireReader in, int code) {
        if (code >= byCode.size()) {
            throw in.malformed(1, what + " to be 0 to " + (byCode.size() - 1) + ", not " + code);
        }
        return byCode.get(code);
    }
}
