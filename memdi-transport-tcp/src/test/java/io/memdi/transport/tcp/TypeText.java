package io.memdi.transport.tcp;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedArrayType;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.AnnotatedWildcardType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Types as their source spells them, with type arguments and nullness. The JDK's own words differ between releases. */
final class TypeText {
    private TypeText() {}

    static String list(AnnotatedType[] types) {
        return Stream.of(types).map(TypeText::of).collect(Collectors.joining(", "));
    }

    /** Prints a type; a nullness annotation stands before the simple name or the brackets that it is about. */
    static String of(AnnotatedType type) {
        if (type instanceof AnnotatedArrayType array) {
            String annotations = annotations(type);
            String element = of(array.getAnnotatedGenericComponentType());
            return element + (annotations.isEmpty() ? "" : " " + annotations) + "[]";
        }
        if (type instanceof AnnotatedParameterizedType parameterized) {
            Class<?> raw = (Class<?>) ((ParameterizedType) type.getType()).getRawType();
            AnnotatedType[] arguments = parameterized.getAnnotatedActualTypeArguments();
            return annotations(type) + name(raw) + (arguments.length == 0 ? "" : "<" + list(arguments) + ">");
        }
        if (type instanceof AnnotatedWildcardType wildcard) {
            return annotations(type) + "?" + lower(wildcard) + upper(wildcard);
        }
        return annotations(type) + name(type.getType());
    }

    /** Prints {@code <T extends Bound>}, or nothing where there are no parameters. */
    static String parameters(TypeVariable<?>[] variables) {
        return variables.length == 0
                ? ""
                : Stream.of(variables).map(TypeText::parameter).collect(Collectors.joining(", ", "<", ">"));
    }

    private static String parameter(TypeVariable<?> variable) {
        String bounds = Stream.of(variable.getAnnotatedBounds())
                .map(TypeText::of)
                .filter(bound -> !bound.equals("java.lang.Object"))
                .collect(Collectors.joining(" & "));
        return variable.getName() + (bounds.isEmpty() ? "" : " extends " + bounds);
    }

    private static String lower(AnnotatedWildcardType wildcard) {
        AnnotatedType[] bounds = wildcard.getAnnotatedLowerBounds();
        return bounds.length == 0 || bounds[0].getType().equals(Void.TYPE) ? "" : " super " + list(bounds);
    }

    private static String upper(AnnotatedWildcardType wildcard) {
        String bounds = list(wildcard.getAnnotatedUpperBounds());
        return bounds.isEmpty() || bounds.equals("java.lang.Object") ? "" : " extends " + bounds;
    }

    private static String name(Type type) {
        return type instanceof Class<?> c ? c.getCanonicalName() : type.getTypeName();
    }

    private static String annotations(AnnotatedType type) {
        return Arrays.stream(type.getAnnotations())
                .map(Annotation::annotationType)
                .map(annotation -> "@" + annotation.getSimpleName() + " ")
                .sorted()
                .collect(Collectors.joining());
    }
}
