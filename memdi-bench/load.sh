#!/bin/sh
# Drives a cluster of three JVMs on loopback, and writes JSON, a table and a page to memdi-bench/target/load. On a quiet machine of two
# processors everything takes about fifteen minutes; `load.sh smoke` takes one, and only shows that it works. Other arguments go to
# io.memdi.bench.load.Load, as in `load.sh writes --seconds 20`.
set -eu

root=$(CDPATH='' cd "$(dirname "$0")/.." && pwd -P)
if [ -n "${JAVA_HOME:-}" ]; then
  java=$JAVA_HOME/bin/java
else
  java=java
fi

(cd "$root" && mvn -q -B -ntp -Dquick -Dmaven.test.skip -pl memdi-bench -am package)

if [ "${1:-}" = smoke ]; then
  set -- limits writes tls failover newcomer disk --seconds 1 --times 1 --entries 20000
fi
exec "$java" -cp "$root/memdi-bench/target/benchmarks.jar" io.memdi.bench.load.Load "$root/memdi-bench/target/load" "$@"
