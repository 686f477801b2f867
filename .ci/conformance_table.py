#!/usr/bin/env python3
"""Writes the table of docs/STATUS.md from what the conformance suite said on each device, or checks that it is that.

    conformance_table.py [--check] TITLE=FILE...

Each FILE is the output of one run of the suite; TITLE heads its column. What a case is about is its module's first line of
documentation. A case that a run does not know yet counts as not run; one that failed, or was left out, is named.
"""

import argparse
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
STATUS = ROOT / "docs/STATUS.md"
SUITE = ROOT / "crates/geobacter/tests/conformance"
BEGIN = "<!-- from here on written by .ci/conformance_table.py -->\n"
END = "<!-- to here -->\n"
# test cuda:0::views::chunks      ... ok
LINE = re.compile(r"^test \w+:?[\w.]*::(?P<module>\w+)::(?P<case>\w+)\s+\.\.\. (?P<result>\w+)", re.MULTILINE)


def cases():
    """The cases of the suite, by module, in the order of its list."""
    text = (SUITE / "main.rs").read_text()
    listed = re.search(r"const CASES: &\[Case\] = cases! \{(.*?)\n\};", text, re.DOTALL).group(1)
    modules = re.findall(r"(\w+):\s*([^;]*);", listed)
    return {module: re.findall(r"\w+", names) for module, names in modules}


def results(file):
    found = {}
    for match in LINE.finditer(pathlib.Path(file).read_text()):
        found.setdefault(match["module"], {})[match["case"]] = match["result"]
    if not found:
        raise SystemExit(f"{file} holds no result of the conformance suite")
    return found


def cell(names, run):
    passed = [name for name in names if run.get(name) == "ok"]
    if len(passed) == len(names):
        return "all"
    failed = [f"`{name}`" for name in names if name in run and run[name] != "ok"]
    unknown = len(names) - len(passed) - len(failed)
    parts = [f"{len(passed)}"]
    if failed:
        parts.append(f"failed: {', '.join(failed)}")
    if unknown:
        parts.append(f"{unknown} not run yet")
    return "; ".join(parts)


def title(module):
    return (SUITE / f"{module}.rs").read_text().splitlines()[0].removeprefix("//! ").rstrip(".")


def table(columns):
    listed = cases()
    total = sum(len(names) for names in listed.values())
    lines = [
        f"| {total} cases | | {' | '.join(columns)} |",
        f"|---|--:|{'---|' * len(columns)}",
    ]
    for module, names in sorted(listed.items()):
        cells = (cell(names, run.get(module, {})) for run in columns.values())
        lines.append(f"| `{module}`: {title(module)} | {len(names)} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="change nothing; fail where the table is another")
    parser.add_argument("runs", nargs="+", metavar="TITLE=FILE")
    args = parser.parse_args()
    columns = {name: results(file) for name, file in (run.split("=", 1) for run in args.runs)}
    text = STATUS.read_text()
    head, rest = text.split(BEGIN)
    _, tail = rest.split(END)
    written = f"{head}{BEGIN}{table(columns)}{END}{tail}"
    if args.check:
        if written != text:
            sys.exit(f"the table of docs/STATUS.md is not what the suite says, which is:\n\n{table(columns)}")
        print("the table of docs/STATUS.md is what the suite says")
    else:
        STATUS.write_text(written)


if __name__ == "__main__":
    main()
