package io.memdi.transport.tcp;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The public API as text: every type and member that users can name, as the compiled classes declare them. */
final class PublicApi {
    private static final String DESCRIPTOR = "module-info.class";

    /** What every object has; to override it is not to add to the API. */
    private static final Set<String> OF_EVERY_OBJECT = Set.of("equals", "hashCode", "toString");

    private PublicApi() {}

    /** Prints what the modules on the class path whose names start with the prefix export to everyone. */
    static String ofModules(String prefix) throws IOException {
        Map<String, Class<?>> types = new TreeMap<>();
        ClassLoader loader = PublicApi.class.getClassLoader();
        for (URL url : Collections.list(loader.getResources(DESCRIPTOR))) {
            ModuleDescriptor module;
            try (InputStream in = url.openStream()) {
                module = ModuleDescriptor.read(in);
            }
            if (module.name().startsWith(prefix)) {
                collect(module, url, types);
            }
        }
        return types.values().stream().map(PublicApi::print).collect(Collectors.joining("\n"));
    }

    private static void collect(ModuleDescriptor module, URL url, Map<String, Class<?>> types) throws IOException {
        URI uri = toUri(url);
        if (uri.getScheme().equals("jar")) {
            try (FileSystem jar = FileSystems.newFileSystem(uri, Map.of())) {
                collect(module, jar.getPath("/"), types);
            }
        } else {
            collect(module, Path.of(uri).getParent(), types);
        }
    }

    private static void collect(ModuleDescriptor module, Path root, Map<String, Class<?>> types) throws IOException {
        for (ModuleDescriptor.Exports exported : module.exports()) {
            if (exported.isQualified()) {
                continue;
            }
            Path folder = root.resolve(exported.source().replace('.', '/'));
            try (Stream<Path> files = Files.list(folder)) {
                files.map(file -> file.getFileName().toString())
                        .filter(file -> file.endsWith(".class") && !file.equals("package-info.class"))
                        .map(file -> load(exported.source() + "." + file.substring(0, file.length() - 6)))
                        .filter(PublicApi::isReachable)
                        .forEach(type -> types.put(type.getName(), type));
            }
        }
    }

    private static String print(Class<?> type) {
        List<String> lines = new ArrayList<>();
        if (type.isEnum()) {
            Stream.of(type.getEnumConstants())
                    .map(constant -> ((Enum<?>) constant).name())
                    .forEach(lines::add);
        }
        Stream.of(type.getDeclaredFields())
                .filter(field -> isShown(field.getModifiers(), field.isSynthetic()) && !field.isEnumConstant())
                .map(PublicApi::print)
                .sorted()
                .forEach(lines::add);
        Stream.of(type.getDeclaredConstructors())
                .filter(constructor -> isShown(constructor.getModifiers(), constructor.isSynthetic()))
                .map(PublicApi::print)
                .sorted()
                .forEach(lines::add);
        Stream.of(type.getDeclaredMethods())
                .filter(method -> isShown(method.getModifiers(), method.isSynthetic()) && !isImplied(type, method))
                .map(PublicApi::print)
                .sorted()
                .forEach(lines::add);
        return header(type)
                + lines.stream().map(line -> "    " + line + ";\n").collect(Collectors.joining("", " {\n", "}\n"));
    }

    private static String header(Class<?> type) {
        StringBuilder text = new StringBuilder(deprecation(type.isAnnotationPresent(Deprecated.class)));
        text.append(modifiers(type)).append(kind(type)).append(type.getName().replace('$', '.'));
        text.append(TypeText.parameters(type.getTypeParameters()));
        if (type.isRecord()) {
            text.append(Stream.of(type.getRecordComponents())
                    .map(PublicApi::print)
                    .collect(Collectors.joining(", ", "(", ")")));
        }
        if (type.getSuperclass() != null
                && !type.isEnum()
                && !type.isRecord()
                && !type.getSuperclass().equals(Object.class)) {
            text.append(" extends ").append(TypeText.of(type.getAnnotatedSuperclass()));
        }
        if (type.getInterfaces().length > 0 && !type.isAnnotation()) {
            text.append(type.isInterface() ? " extends " : " implements ");
            text.append(TypeText.list(type.getAnnotatedInterfaces()));
        }
        if (type.isSealed() && !type.isEnum()) {
            text.append(Stream.of(type.getPermittedSubclasses())
                    .map(permitted -> permitted.getName().replace('$', '.'))
                    .sorted()
                    .collect(Collectors.joining(", ", " permits ", "")));
        }
        return text.toString();
    }

    private static String print(RecordComponent component) {
        return TypeText.of(component.getAnnotatedType()) + " " + component.getName();
    }

    private static String print(Field field) {
        return deprecation(field.isAnnotationPresent(Deprecated.class))
                + words(field.getModifiers() & ~(Modifier.TRANSIENT | Modifier.VOLATILE))
                + TypeText.of(field.getAnnotatedType())
                + " "
                + field.getName();
    }

    private static String print(Constructor<?> constructor) {
        String parameters = TypeText.parameters(constructor.getTypeParameters());
        return deprecation(constructor.isAnnotationPresent(Deprecated.class))
                + words(constructor.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED))
                + (parameters.isEmpty() ? "" : parameters + " ")
                + constructor.getDeclaringClass().getSimpleName()
                + signature(constructor);
    }

    private static String print(Method method) {
        String parameters = TypeText.parameters(method.getTypeParameters());
        int shown = Modifier.PUBLIC | Modifier.PROTECTED | Modifier.STATIC | Modifier.FINAL;
        if (!method.getDeclaringClass().isInterface()) {
            shown |= Modifier.ABSTRACT;
        }
        return deprecation(method.isAnnotationPresent(Deprecated.class))
                + words(method.getModifiers() & shown)
                + (method.isDefault() ? "default " : "")
                + (parameters.isEmpty() ? "" : parameters + " ")
                + TypeText.of(method.getAnnotatedReturnType())
                + " "
                + method.getName()
                + signature(method)
                + (method.getDefaultValue() == null ? "" : " default " + method.getDefaultValue());
    }

    private static String signature(Executable executable) {
        String parameters = TypeText.list(executable.getAnnotatedParameterTypes());
        if (executable.isVarArgs()) {
            parameters = parameters.substring(0, parameters.lastIndexOf("[]")) + "...";
        }
        String thrown = TypeText.list(executable.getAnnotatedExceptionTypes());
        return "(" + parameters + ")" + (thrown.isEmpty() ? "" : " throws " + thrown);
    }

    private static String modifiers(Class<?> type) {
        int shown = Modifier.PUBLIC | Modifier.PROTECTED | Modifier.STATIC;
        if (!type.isEnum() && !type.isRecord() && !type.isInterface()) {
            shown |= Modifier.ABSTRACT | Modifier.FINAL;
        }
        return words(type.getModifiers() & shown) + (type.isSealed() && !type.isEnum() ? "sealed " : "");
    }

    private static String kind(Class<?> type) {
        if (type.isAnnotation()) {
            return "@interface ";
        }
        if (type.isInterface()) {
            return "interface ";
        }
        if (type.isEnum()) {
            return "enum ";
        }
        return type.isRecord() ? "record " : "class ";
    }

    private static String deprecation(boolean deprecated) {
        return deprecated ? "@Deprecated " : "";
    }

    private static String words(int modifiers) {
        return modifiers == 0 ? "" : Modifier.toString(modifiers) + " ";
    }

    /** Whether the compiler writes the method because of what the type is, so that the header says it already. */
    private static boolean isImplied(Class<?> type, Method method) {
        if (OF_EVERY_OBJECT.contains(method.getName())) {
            return true;
        }
        if (type.isEnum()) {
            return Modifier.isStatic(method.getModifiers())
                    && (method.getName().equals("values") || method.getName().equals("valueOf"));
        }
        return type.isRecord()
                && Arrays.stream(type.getRecordComponents())
                        .anyMatch(component -> component.getAccessor().equals(method));
    }

    private static boolean isReachable(Class<?> type) {
        if (type.isSynthetic() || type.isAnonymousClass() || type.isLocalClass()) {
            return false;
        }
        for (Class<?> outer = type; outer != null; outer = outer.getDeclaringClass()) {
            if (!isShown(outer.getModifiers(), outer.isSynthetic())) {
                return false;
            }
        }
        return true;
    }

    private static boolean isShown(int modifiers, boolean synthetic) {
        return !synthetic && (modifiers & (Modifier.PUBLIC | Modifier.PROTECTED)) != 0;
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, PublicApi.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new UncheckedIOException(new IOException("listed but not loadable: " + name, e));
        }
    }

    private static URI toUri(URL url) throws IOException {
        try {
            return url.toURI();
        } catch (URISyntaxException e) {
            throw new IOException("an odd class path: " + url, e);
        }
    }
}
