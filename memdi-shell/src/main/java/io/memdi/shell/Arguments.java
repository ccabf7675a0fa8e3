package io.memdi.shell;

import io.memdi.Ack;
import io.memdi.ReadLevel;
import io.memdi.Revision;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The words after a command's name, understood by the command's syntax. What does not fit is refused, with what to type instead. */
final class Arguments {
    private static final Pattern REVISION = Pattern.compile("(\\d{1,18})\\.(\\d{1,18})");

    private final Syntax syntax;
    private final List<String> values = new ArrayList<>();
    private final Map<String, String> options = new HashMap<>();

    private Arguments(Syntax syntax) {
        this.syntax = syntax;
    }

    /**
     * Understands words.
     *
     * @throws UsageFailure if they are not what the syntax says
     */
    static Arguments parse(Syntax syntax, List<String> words) {
        Arguments arguments = new Arguments(syntax);
        boolean optionsEnded = false;
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (!optionsEnded && word.equals("--")) {
                optionsEnded = true;
            } else if (!optionsEnded && word.startsWith("--")) {
                @Nullable String next = i + 1 < words.size() ? words.get(i + 1) : null;
                i += arguments.option(word, next);
            } else {
                arguments.values.add(word);
            }
        }
        arguments.checkCount();
        return arguments;
    }

    /** Takes in an option; returns how many of the words after it belong to it. */
    private int option(String word, @Nullable String next) {
        int equals = word.indexOf('=');
        String name = word.substring(2, equals < 0 ? word.length() : equals);
        Syntax.Option option = syntax.options().stream()
                .filter(known -> known.name().equals(name))
                .findFirst()
                .orElseThrow(() -> unknown(name));
        boolean alone = option.kind() == Kind.NOTHING;
        if (alone && equals >= 0) {
            throw wrong("--" + name + " takes nothing");
        }
        if (alone || equals >= 0) {
            options.put(name, word.substring(equals + 1));
            return 0;
        }
        if (next == null) {
            throw wrong("--" + name + " needs " + option.kind().label());
        }
        options.put(name, next);
        return 1;
    }

    private UsageFailure unknown(String name) {
        String known = syntax.options().isEmpty() ? "no options" : syntax.optionNames();
        return wrong(syntax.command() + " knows " + known + ", not --" + name);
    }

    private void checkCount() {
        if (values.size() < syntax.required().size()) {
            throw wrong(syntax.command() + " needs "
                    + syntax.required().get(values.size()).label());
        }
        if (values.size() > syntax.maxArguments()) {
            boolean value = syntax.required().contains(Kind.VALUE);
            throw wrong("\"" + values.get(syntax.maxArguments()) + "\" is too much"
                    + (value ? ", unless quotes hold the value together: \"two words\"" : ""));
        }
    }

    private UsageFailure wrong(String problem) {
        return new UsageFailure(problem + "; type: " + syntax.usage());
    }

    /** A required argument. */
    String get(int index) {
        return values.get(index);
    }

    List<String> all() {
        return List.copyOf(values);
    }

    @Nullable
    String optional(int index) {
        return index < values.size() ? values.get(index) : null;
    }

    @Nullable
    String option(String name) {
        return options.get(name);
    }

    boolean has(String option) {
        return options.containsKey(option);
    }

    Revision revision(int index) {
        var parts = REVISION.matcher(get(index));
        if (!parts.matches()) {
            throw wrong("\"" + get(index) + "\" is no revision, which looks like 2.17, as put and get show it");
        }
        return new Revision(
                Long.parseLong(Objects.requireNonNull(parts.group(1))),
                Long.parseLong(Objects.requireNonNull(parts.group(2))));
    }

    /** A number from an option. */
    int number(String option, int otherwise, int max) {
        @Nullable String text = option(option);
        return text == null ? otherwise : number("--" + option, text, max);
    }

    /** A number that is an argument. */
    int number(int index, int max) {
        return number(syntax.argument(index).label(), get(index), max);
    }

    private int number(String what, String text, int max) {
        try {
            int number = Integer.parseInt(text);
            if (number >= 1 && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Told below, as every other number that does not fit.
        }
        throw wrong(what + " is a number from 1 to " + max + ", not \"" + text + "\"");
    }

    Ack ack(Ack otherwise) {
        @Nullable Ack ack = constant(Ack.class, "ack");
        return ack == null ? otherwise : ack;
    }

    ReadLevel level(ReadLevel otherwise) {
        @Nullable ReadLevel level = constant(ReadLevel.class, "level");
        return level == null ? otherwise : level;
    }

    private <E extends Enum<E>> @Nullable E constant(Class<E> type, String option) {
        @Nullable String text = option(option);
        try {
            return text == null ? null : constant("--" + option, text, type);
        } catch (UsageFailure e) {
            throw wrong(e.line());
        }
    }

    /**
     * A constant that is typed as a word.
     *
     * @param what what it is for
     * @throws UsageFailure if it is none of them
     */
    static <E extends Enum<E>> E constant(String what, String text, Class<E> type) {
        E[] constants = type.getEnumConstants();
        for (E constant : constants) {
            if (Kind.word(constant).equals(text.toLowerCase(Locale.ROOT).replace('_', '-'))) {
                return constant;
            }
        }
        throw new UsageFailure(what + " is " + String.join(" or ", Kind.words(constants)) + ", not \"" + text + '"');
    }
}
