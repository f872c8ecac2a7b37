#!/usr/bin/env bash
# Builds the fuzz targets with clang under ASan and UBSan and runs each for WELLKEY_FUZZ_SECONDS
# (600). New inputs go to build/fuzz/corpora, so the committed ones stay as they are.
#   tests/fuzz/run.sh [target ...]       all four without arguments
#   tests/fuzz/run.sh merge              minimises both corpora into build/fuzz/merged
# Two runs may go side by side, with targets of their own.
set -eu
cd "$(dirname "$0")/../.."
seconds=${WELLKEY_FUZZ_SECONDS:-600}
all=(apdu messaging files sequence)
export ASAN_OPTIONS=detect_leaks=1 UBSAN_OPTIONS=print_stacktrace=1

build() (
  flock 9
  cmake --preset fuzz >build/fuzz-configure.log
  cmake --build --preset fuzz --target "${all[@]/#/fuzz_}"
) 9>build/fuzz.lock

# Inputs that reach something new, the smallest first.
merge() {
  for target in "${all[@]}"; do
    mkdir -p "build/fuzz/merged/$target" "build/fuzz/corpora/$target"
    "build/fuzz/tests/fuzz/fuzz_$target" -merge=1 -max_len=512 "build/fuzz/merged/$target" \
      "tests/fuzz/corpora/$target" "build/fuzz/corpora/$target"
  done
}

run() {
  local target=$1
  mkdir -p "build/fuzz/corpora/$target" "build/fuzz/crashes"
  "build/fuzz/tests/fuzz/fuzz_$target" -max_total_time="$seconds" -max_len=512 -timeout=20 \
    -rss_limit_mb=2048 -dict=tests/fuzz/cards.dict -print_final_stats=1 \
    -artifact_prefix="build/fuzz/crashes/$target-" \
    "build/fuzz/corpora/$target" "tests/fuzz/corpora/$target"
}

mkdir -p build
build
if [ "${1:-}" = merge ]; then
  merge
else
  [ $# -eq 0 ] && set -- "${all[@]}"
  # Two at a time, as the cores are; what one of them prints stays together.
  export -f run
  export seconds
  printf '%s\n' "$@" | xargs -P2 -I{} bash -ec 'run {} >build/fuzz/{}.log 2>&1 || { cat build/fuzz/{}.log; exit 1; }'
  (cd build/fuzz && grep -H number_of_executed_units "${@/%/.log}")
fi
