#!/bin/sh
# Runs all benchmarks, and writes JSON and tables to memdi-bench/target/figures. On a quiet machine of two processors it takes about
# twenty-five minutes; `run.sh smoke` takes one or two, and only shows that everything works.
set -eu

root=$(CDPATH='' cd "$(dirname "$0")/.." && pwd -P)
if [ -n "${JAVA_HOME:-}" ]; then
  java=$JAVA_HOME/bin/java
else
  java=java
fi

(cd "$root" && mvn -q -B -ntp -Dquick -Dmaven.test.skip -pl memdi-bench -am package)

flags=
major=$("$java" -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p' | head -n 1)
if [ "$major" -ge 24 ]; then
  # JMH, not memdi, uses Unsafe.
  flags=--sun-misc-unsafe-memory-access=allow
fi
# shellcheck disable=SC2086 # no flag, or one
exec "$java" $flags -cp "$root/memdi-bench/target/benchmarks.jar" \
  io.memdi.bench.Suite "$root/memdi-bench/target/figures" "$@"
