"""Reads AMD code objects back, as a loader would, and holds them against what the tool said of them.

    check_code_objects.py DIR TARGETS

DIR is what `cargo geobacter inspect --emit image -o DIR` wrote, with its kernels.json; TARGETS are all it was written for,
separated by commas.
"""

import json
import pathlib
import sys

import msgpack
from elftools.elf.elffile import ELFFile

EM_AMDGPU = 224
NT_AMDGPU_METADATA = 32
# What AMD's runtimes load from version 5.2 on; the ELF header counts ABI versions from 2 for code object V4.
CODE_OBJECT_V5 = 3


def metadata(elf):
    for segment in elf.iter_segments("PT_NOTE"):
        for note in segment.iter_notes():
            if note["n_name"] == "AMDGPU" and note["n_type"] in (NT_AMDGPU_METADATA, "NT_AMDGPU_METADATA"):
                data = note["n_desc"]
                return msgpack.unpackb(data if isinstance(data, bytes) else data.encode("latin-1"), strict_map_key=False)
    raise SystemExit("no AMDGPU metadata note")


def check(path, kernel):
    with open(path, "rb") as file:
        elf = ELFFile(file)
        header = elf.header
        assert header["e_machine"] in (EM_AMDGPU, "EM_AMDGPU"), header["e_machine"]
        assert header["e_type"] == "ET_DYN", "not linked: " + header["e_type"]
        assert header["e_ident"]["EI_ABIVERSION"] == CODE_OBJECT_V5, header["e_ident"]["EI_ABIVERSION"]
        notes = metadata(elf)
        # The size of wavefronts is no part of the name that the ELF file has.
        processor = kernel["target"].removesuffix(":wave64")
        assert notes["amdhsa.target"] == f"amdgcn-amd-amdhsa--{processor}", notes["amdhsa.target"]
        (described,) = notes["amdhsa.kernels"]
        has_64 = processor != kernel["target"] or processor.startswith("gfx9")
        assert described[".wavefront_size"] == (64 if has_64 else 32), described
        assert described[".name"] == kernel["symbol"], (described[".name"], kernel["symbol"])
        assert described[".kernarg_segment_size"] >= kernel["block_size"], described
        assert described[".kernarg_segment_align"] >= min(kernel["block_align"], 16), described
        assert described[".max_flat_workgroup_size"] == kernel["max_group_size"], described
        symbols = {symbol.name for symbol in elf.get_section_by_name(".dynsym").iter_symbols()}
        assert described[".symbol"] in symbols, "no kernel descriptor among the dynamic symbols"


def main():
    directory, targets = pathlib.Path(sys.argv[1]), sys.argv[2].split(",")
    kernels = json.loads((directory / "kernels.json").read_text())
    names = [{k["entry"] for k in kernels if k["target"] == target} for target in targets]
    assert names[0] and all(n == names[0] for n in names) and len(kernels) == len(targets) * len(names[0]), "kernels missing"
    for kernel in kernels:
        try:
            check(directory / kernel["file"], kernel)
        except AssertionError as error:
            raise SystemExit(f"{kernel['name']} for {kernel['target']}: {error}") from error
    print(f"{len(kernels)} code objects for {', '.join(targets)} are as kernels.json says")


main()
