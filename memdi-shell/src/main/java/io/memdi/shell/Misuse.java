package io.memdi.shell;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;

/** Says in plain words what is wrong with arguments: which option, what is accepted, and what was probably meant. */
final class Misuse {
    private Misuse() {}

    /** One line. */
    static String words(ParameterException e) {
        List<String> unmatched = e.getCommandLine().getUnmatchedArguments();
        if (!unmatched.isEmpty()) {
            // First of all: whoever has mistyped an option is not helped by hearing that it is missing.
            return unknown(e.getCommandLine().getCommandSpec(), unmatched.get(0));
        }
        if (e instanceof MissingParameterException missing) {
            return missing(missing.getMissing(), e.getCommandLine());
        }
        if (e instanceof OverwrittenOptionException twice && twice.getOverwritten() instanceof OptionSpec option) {
            return option.longestName() + " is said twice; say it once";
        }
        @Nullable String value = e.getValue();
        if (e.getArgSpec() instanceof OptionSpec option && value != null) {
            return option.longestName() + accepted(option) + ", not \"" + value + '"';
        }
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("wrong arguments");
    }

    private static String unknown(CommandSpec command, String word) {
        if (word.startsWith("-")) {
            List<String> options = command.optionsMap().keySet().stream()
                    .filter(name -> name.startsWith("--"))
                    .toList();
            String name = word.startsWith("--") ? word.replaceFirst("=.*", "") : "";
            return "there is no option " + word + meant(Spelling.nearest(name, options));
        }
        List<String> commands = command.subcommands().keySet().stream()
                .filter(name -> !name.equals("help"))
                .toList();
        if (commands.isEmpty()) {
            return '"' + word + "\" is too much";
        }
        @Nullable String near = Spelling.nearest(word, commands);
        return "there is no command \"" + word + '"' + (near == null ? "; there are " + list(commands) : meant(near));
    }

    private static String meant(@Nullable String near) {
        return near == null ? "" : "; did you mean " + near + "?";
    }

    private static String missing(List<ArgSpec> missing, CommandLine line) {
        List<String> typed = new ArrayList<>();
        if (line.getParseResult() != null) {
            typed.addAll(line.getParseResult().originalArgs());
        }
        if (missing.size() == 1
                && missing.get(0) instanceof OptionSpec option
                && Stream.of(option.names()).anyMatch(typed::contains)) {
            return option.longestName() + " needs " + option.paramLabel() + " after it";
        }
        List<String> names = missing.stream()
                .map(each -> each instanceof OptionSpec option
                        ? option.longestName() + " " + option.paramLabel()
                        : each.paramLabel())
                .toList();
        return list(names) + (names.size() == 1 ? " is missing" : " are missing");
    }

    private static String accepted(OptionSpec option) {
        if (option.arity().max() == 0) {
            return " takes nothing";
        }
        return option.paramLabel().equals("MILLIS") ? " is a number of milliseconds" : " is " + option.paramLabel();
    }

    private static String list(List<String> words) {
        int last = words.size() - 1;
        return last < 1
                ? String.join("", words)
                : words.stream().limit(last).collect(Collectors.joining(", ")) + " and " + words.get(last);
    }
}
