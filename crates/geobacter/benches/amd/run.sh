#!/bin/sh
# Compiles the kernels beside this file with Geobacter, and the same algorithms in OpenCL C with clang, and sets the code
# of both side by side in docs/results/amd-codegen.md. No GPU is needed.
#
#   crates/geobacter/benches/amd/run.sh [folder for the results]
#
# CLANG is clang with its AMD back end (clang-22).
set -eu

here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
root=$here/../../../..
output=${1:-$root/docs/results}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

targets="gfx90a gfx1100"
mkdir "$work/clang"
for target in $targets; do
    # As Rust has it: no contraction that the source does not ask for, exact divisions and square roots. Work-groups of
    # up to 256 on both sides.
    "${CLANG:-clang-22}" -x cl -cl-std=CL3.0 -target amdgcn-amd-amdhsa "-mcpu=$target" -mcode-object-version=5 -O3 \
        -nogpulib -ffp-contract=off -cl-fp32-correctly-rounded-divide-sqrt -cl-uniform-work-group-size \
        -S "$here/kernels.cl" -o "$work/clang/$target.s"
done
(cd "$root" && cargo geobacter inspect --release --package geobacter --bench amd \
    --target "$(echo "$targets" | tr ' ' ,)" --emit asm -o "$work/ours")
python3 "$here/compare.py" "$work/ours" "$work/clang" "$output"
