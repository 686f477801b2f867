#!/bin/sh
# Measures `geobacter::primitives` and CUB on the same GPU, one after the other, and prints both with their ratios.
#
#   crates/geobacter/benches/primitives/run.sh [options of the benchmark]
#
# Needs nvcc, with CUB. GEOBACTER_BENCH names a benchmark program that is built already, for a machine without Rust; without
# it, `cargo geobacter bench` builds one. CUDA_ARCH is what nvcc compiles for (sm_90).
set -eu

here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

nvcc -O3 -std=c++17 "-arch=${CUDA_ARCH:-sm_90}" "$here/reference.cu" -o "$work/reference"
"$work/reference" > "$work/reference.tsv"

# `"$@"` comes last, so that it can override the device.
if [ -n "${GEOBACTER_BENCH:-}" ]; then
    "$GEOBACTER_BENCH" --device cuda:0 --compare "$work/reference.tsv" "$@"
else
    cargo geobacter bench --package geobacter --bench primitives -- --device cuda:0 --compare "$work/reference.tsv" "$@"
fi
