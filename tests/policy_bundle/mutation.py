"""Does a test notice? `python -m tests.policy_bundle.mutation [PART_OF_A_PATH]` breaks every rule in turn.

Each report, obligation and helper of a rule is deleted; each condition in it is deleted and negated, one at a time. A
mutant that all tests of the bundle let pass, or that says the same in every case, is printed as a survivor.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from queue import Queue

from rich.console import Console
from rich.progress import track

from policy.engines.bundle import BUNDLE
from tests.opa_binary import find_opa

SKIPPED = ("some ", "message :=", "import ", "package ", "every ")


@dataclass(frozen=True)
class Mutant:
    """One file, named from the bundle's folder, with one thing broken in it."""

    path: Path
    change: str
    text: str


def mutants(folder: Path, part: str) -> Iterator[Mutant]:
    """Every mutant of the rules whose path contains a part."""
    for path in sorted((folder / "contact_centre/rules").glob("*/*/rule.rego")):
        if part in str(path.relative_to(folder)):
            for mutant in (*_delete_blocks(path), *_break_conditions(path)):
                yield replace(mutant, path=path.relative_to(folder))


def survives(opa: Path, folder: Path, mutant: Mutant) -> bool:
    """Whether the bundle's tests pass although the rule is broken; what does not compile fails them too."""
    path = folder / mutant.path
    original = path.read_text(encoding="utf-8")
    path.write_text(mutant.text, encoding="utf-8")
    try:
        area = path.parent
        near = ["contact_centre", "data.json", f"--run=^data.contact_centre.rules.{area.parent.name}.{area.name}_test"]
        return not _fails(opa, folder, *near) and not _fails(opa, folder, ".")
    finally:
        path.write_text(original, encoding="utf-8")


def try_all(opa: Path, scratch: Path, found: list[Mutant]) -> list[Mutant]:
    """The survivors; as many are tried at once as there are processors, each in a copy of the bundle of its own."""
    copies: Queue[Path] = Queue()
    workers = os.cpu_count() or 1
    for number in range(workers):
        copies.put(Path(shutil.copytree(BUNDLE, scratch / str(number))))

    def survived(mutant: Mutant) -> bool:
        folder = copies.get()
        try:
            return survives(opa, folder, mutant)
        finally:
            copies.put(folder)

    with ThreadPoolExecutor(workers) as pool:
        answers = track(pool.map(survived, found), "mutants", total=len(found), console=Console(stderr=True))
        return [mutant for mutant, answer in zip(found, answers, strict=True) if answer]


def _fails(opa: Path, folder: Path, *arguments: str) -> bool:
    return subprocess.run([str(opa), "test", *arguments], cwd=folder, capture_output=True, check=False).returncode != 0


def _delete_blocks(path: Path) -> Iterator[Mutant]:
    blocks = path.read_text(encoding="utf-8").split("\n\n")
    for number, block in enumerate(blocks):
        if (
            re.match(r"(#[^\n]*\n)*(report|obligation|[a-z_]+(\(.*\))?( :=| if| contains))", block)
            and "package " not in block
        ):
            rest = "\n\n".join(blocks[:number] + blocks[number + 1 :])
            yield Mutant(path, "deleted: " + block.splitlines()[0], rest)


def _break_conditions(path: Path) -> Iterator[Mutant]:
    lines = path.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines):
        condition = line.strip()
        head, joint, short = line.partition(" if ")
        if joint and not line.startswith("\t") and not line.endswith("{") and ":=" not in short:
            text = "\n".join([*lines[:number], f"{head} if {_negate(short)}", *lines[number + 1 :]])
            yield Mutant(path, f"negated: {short}", text + "\n")
        if not line.startswith("\t") or line.startswith("\t\t") or not _is_condition(condition):
            continue
        for change, new in (("without", []), ("negated", [f"\t{_negate(condition)}"])):
            text = "\n".join(lines[:number] + new + lines[number + 1 :])
            yield Mutant(path, f"{change}: {condition}", text + "\n")


def _is_condition(line: str) -> bool:
    return not line.startswith(SKIPPED) and ":=" not in line and not line.endswith(("{", "[", ",", "(", "}", "]", "),"))


def _negate(condition: str) -> str:
    return condition.removeprefix("not ") if condition.startswith("not ") else f"not {condition}"


def main(part: str = "") -> int:
    """Print the survivors; 1 where there are any."""
    opa = find_opa()
    if opa is None:
        print("opa is missing")
        return 1
    found = list(mutants(BUNDLE, part))
    with tempfile.TemporaryDirectory() as scratch:
        survivors = try_all(opa, Path(scratch), found)
    for mutant in survivors:
        print(f"SURVIVED {mutant.path.parent}: {mutant.change}")
    print(f"{len(survivors)} of {len(found)} mutants survived")
    return 1 if survivors or not found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
