#!/usr/bin/env bash
# How much longer a clean release build takes with kernels captured: `cargo geobacter build` beside plain `cargo build`,
# in turns, each time from an empty target folder. Processor time (user and system) is what counts; the clock on the wall
# is printed too.
#
# usage: crates/geobacter/benches/build-time.sh [ROUNDS] [EXAMPLE]
set -euo pipefail
cd "$(dirname "$0")/../../.."

rounds=${1:-3}
example=${2:-nbody}
folder=target/build-time
tool=$PWD/target/release/cargo-geobacter

# The tool is installed once, and is not part of anybody's build; neither are downloads.
cargo build --quiet --release --package cargo-geobacter
cargo fetch --quiet

# Prints: seconds of processor time, seconds on the wall.
clean_build() {
    rm -rf "$folder"
    local TIMEFORMAT='%U %S %R'
    { time "$@" --quiet --release --example "$example" --target-dir "$folder" >/dev/null 2>&1; } 2>&1 |
        awk '{ printf "%.1f %.1f\n", $1 + $2, $3 }'
    # A build that failed early was quick, too.
    [ -x "$folder/release/examples/$example" ]
}

echo "$(rustc --version), $(nproc) processors, example $example, $rounds rounds"
for round in $(seq "$rounds"); do
    plain_times=$(clean_build cargo build)
    our_times=$(clean_build "$tool" geobacter build)
    read -r plain plain_wall <<<"$plain_times"
    read -r ours ours_wall <<<"$our_times"
    echo "round $round: cargo build $plain s (wall $plain_wall), cargo geobacter build $ours s (wall $ours_wall)"
    plains+="$plain " && all_ours+="$ours "
done
rm -rf "$folder"

median() { tr ' ' '\n' <<<"$1" | sed '/^$/d' | sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
awk -v a="$(median "$all_ours")" -v b="$(median "$plains")" \
    'BEGIN { printf "median processor time: %s s with kernels, %s s without: %.3f times\n", a, b, a / b }'
