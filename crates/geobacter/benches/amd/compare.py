#!/usr/bin/env python3
"""Sets the AMD code of Geobacter's kernels beside clang's, as a table.

    compare.py OURS CLANG OUTPUT

OURS is what `cargo geobacter inspect --emit asm -o OURS` wrote, CLANG has one TARGET.s for each target, and OUTPUT gets
`amd-codegen.md`, with what was compared, and the loops themselves in `amd-codegen/TARGET.s`.

Counted is the innermost loop of a kernel, for each of the elements that a turn of it does; where there is none, the whole
kernel. Waits and hints to the scheduler are not counted: `s_waitcnt`, `s_delay_alu`, `s_clause`, `s_nop`.
"""

import json
import re
import sys
from pathlib import Path

# Name of the Rust kernel, and of the OpenCL one it is set beside.
KERNELS = [
    ("saxpy", "saxpy_checked"),
    ("triad", "triad_checked"),
    ("saxpy", "saxpy"),
    ("triad", "triad"),
    ("nbody", "nbody"),
    ("sgemm", "sgemm_checked"),
    ("sgemm", "sgemm"),
    ("sum", "sum"),
    ("reduce", "reduce_in_phases"),
    ("reduce", "reduce"),
]
# What marks one element's turn in a loop, so that unrolled loops are counted by the element: one of these instructions.
ELEMENT = {"nbody": r"v_rcp_f32|v_rsq_f32", "sgemm": r"v_(dual_)?fmac?_f32", "sum": r"v_add_f32"}
# Their loops hold the report of what is out of bounds too, so that instructions of a turn cannot be told: registers alone are
# compared.
REGISTERS_ALONE = {"sgemm_checked"}
NOT_COUNTED = re.compile(r"s_waitcnt|s_delay_alu|s_clause|s_nop|s_wait_")
LIMIT = 1.05

# Vector registers of a SIMD for one work-item, what they are handed out in, the most waves, and what scalar registers are
# handed out in (each wave of gfx11 has all of them), by the target: LLVM's AMDGPUBaseInfo, and the ISA manuals' chapters on
# wavefront state.
REGISTERS = {"gfx90a": (512, 8, 8, 16), "gfx1100": (1536, 24, 16, 128)}


def instructions(lines):
    """The instructions among lines of assembly, in order, without comments."""
    code = (re.sub(r"\s*;.*", "", line).strip() for line in lines)
    return [line for line in code if re.match(r"[svgdfb][a-z0-9]*_\w+", line) and not NOT_COUNTED.match(line)]


def body(text, name):
    """The lines of a function."""
    start = re.search(rf"^{re.escape(name)}:", text, re.M).end()
    return text[start : text.index("\n.Lfunc_end", start)].splitlines()


def loops(lines):
    """Innermost loops: from a label to the last branch back to it, with no other loop inside."""
    labels = {m.group(1): n for n, line in enumerate(lines) if (m := re.match(r"(\.LBB\w+):", line))}
    spans = []
    for n, line in enumerate(lines):
        m = re.match(r"\s+s_c?branch\w*\s+(\.LBB\w+)", line)
        if m and labels[m.group(1)] <= n:
            spans.append((labels[m.group(1)], n + 1))
    return [s for s in spans if not any(o != s and o[0] >= s[0] and o[1] <= s[1] for o in spans)]


def main_loop(lines, element):
    """The innermost loop that does the most elements in a turn, and how many those are."""
    found = [lines[a:b] for a, b in loops(lines)]
    turns = [(sum(bool(re.match(element, i)) for i in instructions(loop)), loop) for loop in found]
    return max(turns, key=lambda t: t[0]) if turns else (0, [])


def number(text, name, field):
    """A number of the kernel's metadata."""
    for kernel in text[text.index("amdhsa.kernels:") :].split("\n  - ")[1:]:
        if re.search(rf"\.name:\s+{re.escape(name)}$", kernel, re.M):
            return int(re.search(rf"\.{field}:\s+(\d+)", kernel).group(1))
    raise SystemExit(f"no metadata of {name}")


def handed_out(used, granule):
    return -(-max(used, 1) // granule) * granule


def occupancy(target, vgprs):
    total, granule, most, _ = REGISTERS[target]
    return min(most, total // handed_out(vgprs, granule))


def measure(target, text, name, kernel):
    lines = body(text, name)
    in_loop = kernel in ELEMENT and name not in REGISTERS_ALONE
    elements, loop = main_loop(lines, ELEMENT[kernel]) if in_loop else (1, lines)
    if not elements:
        raise SystemExit(f"{kernel} for {target}: no loop found")
    vgprs = number(text, name, "vgpr_count")
    return {
        "loop": loop,
        "turns": elements if kernel in ELEMENT else None,
        "instructions": len(instructions(loop)) / elements,
        "whole": len(instructions(lines)),
        "vgprs": vgprs,
        "sgprs": number(text, name, "sgpr_count"),
        "waves": occupancy(target, vgprs),
        "scratch": number(text, name, "private_segment_fixed_size"),
    }


def check_occupancy(target, text):
    """The formula above against what clang says in its comments."""
    for kernel, said in re.findall(r"\.end_amdhsa_kernel.*?; NumVgprs: (\d+).*?; Occupancy: (\d+)", text, re.S):
        if occupancy(target, int(kernel)) != int(said):
            raise SystemExit(f"{target}: {kernel} registers give {occupancy(target, int(kernel))} waves, clang says {said}")


def row(target, kernel, reference, ours, theirs):
    def pair(key, fmt="{:g}"):
        return f"{fmt.format(ours[key])} / {fmt.format(theirs[key])}"

    def more(key, granule):
        granule = REGISTERS[target][granule]
        return handed_out(ours[key], granule) > handed_out(theirs[key], granule) * LIMIT

    compared = reference not in REGISTERS_ALONE
    ratio = ours["instructions"] / theirs["instructions"] if compared else 0
    worse = [what for what, bad in {
        "instructions": ratio > LIMIT,
        "VGPRs": more("vgprs", 1),
        "SGPRs": more("sgprs", 3),
        "occupancy": ours["waves"] < theirs["waves"],
    }.items() if bad]
    counted = "kernel" if ours["turns"] is None else f"turn ({ours['turns']} / {theirs['turns']} unrolled)"
    instructions = f"{pair('instructions', '{:.4g}')} | {ratio:.2f}"
    if not compared:
        counted, instructions = "registers", "|"
    return (
        f"| `{kernel}` / `{reference}` | {target} | {counted} | {instructions} | {pair('vgprs')} "
        f"| {pair('sgprs')} | {pair('waves')} | {'more ' + ', '.join(worse) if worse else 'met'} |"
    )


def main():
    ours, clang, output = map(Path, sys.argv[1:])
    index = json.loads((ours / "kernels.json").read_text())
    rows = []
    for target in REGISTERS:
        theirs_text = (clang / f"{target}.s").read_text()
        check_occupancy(target, theirs_text)
        kept = []
        for kernel, reference in KERNELS:
            entry = next(e for e in index if e["target"] == target and e["name"].endswith(f"::{kernel}"))
            mine = measure(target, (ours / entry["file"]).read_text(), entry["symbol"], kernel)
            theirs = measure(target, theirs_text, reference, kernel)
            rows.append(row(target, kernel, reference, mine, theirs))
            for who, code in ((f"{kernel}: Geobacter", mine), (f"{reference}: clang", theirs)):
                kept += [f"; {who}", *(line for line in code["loop"] if line.strip()), ""]
        (output / "amd-codegen").mkdir(parents=True, exist_ok=True)
        (output / "amd-codegen" / f"{target}.s").write_text("\n".join(kept))
    head = (Path(__file__).parent / "compare.md").read_text()
    (output / "amd-codegen.md").write_text(head + "\n".join(rows) + "\n")
    print("\n".join(rows))


if __name__ == "__main__":
    main()
