"""Compiles the bundle: `python -m policy.engines.compilation [OPA]`, which `make policy` runs after a change of rules.

Writes `policy.wasm`, the digests that tie it to its rules, and `data.json`, all data and the revision in the one file
that a sidecar loads.
"""

import io
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from domain.digest import canonical
from domain.errors import Misconfigured
from policy.engines.annotations import describe_rules
from policy.engines.bundle import BUNDLE, Bundle, load_bundle
from policy.engines.embedded import DECISION, ESCALATION, MODULE_FILE, write_module
from policy.engines.module import PolicyModule

DATA_FILE = "data.json"
TEST_FILES = "*_test.rego"
ROOT = Path(__file__).parents[2]
TOOLS = Path(".tools/bin")


def compile_bundle(folder: Path = BUNDLE, opa: str = "opa") -> Bundle:
    """Compile a bundle's rules, and gather its data under its revision.

    Raises:
        Misconfigured: the rules do not compile, or use builtins that only OPA itself has, or there is no opa.
    """
    bundle = load_bundle(folder)
    module = build_module(folder, opa)
    words = describe_rules(folder, list(bundle.sources), _find(opa))
    write_module(folder, module, bundle.sources_digest, words)
    write_data(bundle)
    return load_bundle(folder)


def build_module(folder: Path, opa: str = "opa") -> bytes:
    """The bundle's rules as WebAssembly, tests left out; the same rules give the same bytes.

    Raises:
        Misconfigured: see `compile_bundle`.
    """
    binary = _find(opa)
    with tempfile.TemporaryDirectory() as scratch:
        target = Path(scratch) / "bundle.tar.gz"
        command = [binary, "build", "--target=wasm", f"--ignore={TEST_FILES}", f"--output={target}"]
        entrypoints = [f"--entrypoint={entrypoint}" for entrypoint in (DECISION, ESCALATION)]
        built = subprocess.run(  # noqa: S603 (a fixed command over our own bundle)
            [*command, *entrypoints, "contact_centre"], cwd=folder, capture_output=True, text=True, check=False
        )
        if built.returncode:
            raise Misconfigured(f"the policy does not compile: {(built.stderr or built.stdout).strip()}")
        return _self_contained(_module_of(target.read_bytes()))


def _self_contained(module: bytes) -> bytes:
    """The module, if it needs no builtin from outside: one that does could not be evaluated where it is embedded."""
    needed = sorted(PolicyModule(module, canonical({})).builtins)
    if needed:
        instead = "for dates and times `data.contact_centre.moment` does without"
        raise Misconfigured(f"the rules use {', '.join(needed)}, which the embedded engine does not have: {instead}")
    return module


def _find(opa: str) -> str:
    """The opa program: the one on PATH, or the one that `make opa` put beside the sources."""
    binary = shutil.which(opa) or shutil.which(ROOT / TOOLS / opa)
    if binary is None:
        how = "run `make opa`" if (ROOT / "Makefile").exists() else "install OPA and name it with --opa PATH"
        raise Misconfigured(f"{opa} is not to be found; it compiles the policy: {how}, then this again")
    return binary


def write_data(bundle: Bundle) -> None:
    """Put all data and the revision where a sidecar finds them."""
    text = json.dumps(dict(bundle.data), indent=1, ensure_ascii=False, sort_keys=True)
    (bundle.folder / DATA_FILE).write_text(text + "\n", encoding="utf-8")


def _module_of(archive: bytes) -> bytes:
    with tarfile.open(fileobj=io.BytesIO(archive)) as members:
        member = members.extractfile(f"/{MODULE_FILE}")
        if member is None:
            raise Misconfigured("opa built no module")
        return member.read()


if __name__ == "__main__":
    compiled = compile_bundle(opa=sys.argv[1] if len(sys.argv) > 1 else "opa")
    sys.stdout.write(f"policy compiled, revision {compiled.revision}\n")
