package io.memdi.shell;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What may be typed after a command's name.
 *
 * @param command the command's name
 * @param required the arguments that it must have, in their order
 * @param optional the arguments that may follow them
 * @param end what comes after the last argument
 * @param options the options it knows
 */
record Syntax(String command, List<Kind> required, List<Kind> optional, End end, List<Option> options) {

    /** An option: a name that is typed with two dashes, and what follows it. */
    record Option(String name, Kind kind) {
        String usage() {
            return "[--" + name + (kind == Kind.NOTHING ? "" : " " + kind.label()) + "]";
        }
    }

    /** What comes after the last argument. */
    enum End {
        NOTHING,
        /** More of the same kind. */
        MORE
    }

    static Syntax of(String command, Kind... required) {
        return new Syntax(command, List.of(required), List.of(), End.NOTHING, List.of());
    }

    Syntax optionally(Kind kind) {
        return new Syntax(command, required, List.of(kind), end, options);
    }

    Syntax andMore() {
        return new Syntax(command, required, optional, End.MORE, options);
    }

    Syntax with(String option, Kind kind) {
        List<Option> more = new ArrayList<>(options);
        more.add(new Option(option, kind));
        return new Syntax(command, required, optional, end, List.copyOf(more));
    }

    int maxArguments() {
        return end == End.MORE ? Integer.MAX_VALUE : required.size() + optional.size();
    }

    /** What the argument at a place is; {@link Kind#NOTHING} if there is none. */
    Kind argument(int index) {
        List<Kind> all = new ArrayList<>(required);
        all.addAll(optional);
        if (index < all.size()) {
            return all.get(index);
        }
        return end == End.MORE ? all.get(all.size() - 1) : Kind.NOTHING;
    }

    /** As in {@code put KEY VALUE [--ack LEVEL]}. */
    String usage() {
        List<String> parts = new ArrayList<>(List.of(command));
        required.forEach(kind -> parts.add(kind.label()));
        optional.forEach(kind -> parts.add("[" + kind.label() + "]"));
        if (end == End.MORE) {
            parts.add("...");
        }
        options.forEach(option -> parts.add(option.usage()));
        return String.join(" ", parts);
    }

    /** As in {@code --ack and --at}. */
    String optionNames() {
        return options.stream().map(option -> "--" + option.name()).collect(Collectors.joining(" and "));
    }
}
