"""Compiling a company's own rules together with the platform's, and writing its bundle for a sidecar."""

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from domain.errors import Misconfigured
from policy.engines.bundle import Bundle, load_bundle
from policy.engines.company_policy import FOLDER, compose_bundle, compose_files
from policy.engines.compilation import DATA_FILE, compile_bundle, write_data
from policy.engines.embedded import MANIFEST_FILE, MODULE_FILE

RULES_FOLDER = "contact_centre"
NOT_FOR_OPA = (MODULE_FILE, MANIFEST_FILE, DATA_FILE)
"""What the embedded engine reads, and the data that is gathered anew."""


def write_bundle(company: Path, currencies: Mapping[str, str], output: Path) -> Bundle:
    """Write the whole bundle, the platform's with the company's over it, into a folder for an OPA sidecar.

    Nothing is compiled: OPA reads the rules themselves. An empty folder is filled, and a bundle that is there replaced.

    Raises:
        Misconfigured: the folder holds something else, or a file of the company does not fit.
    """
    inside = sorted(path.name for path in output.iterdir()) if output.is_dir() else []
    if inside and not {DATA_FILE, RULES_FOLDER} <= set(inside):
        raise Misconfigured(f"{output} holds {inside[0]}, which is no policy bundle; name an empty folder")
    files = compose_files(company, currencies)
    for name in (RULES_FOLDER, "data"):
        shutil.rmtree(output / name, ignore_errors=True)
    for name, content in files.items():
        if name not in NOT_FOR_OPA:
            (output / name).parent.mkdir(parents=True, exist_ok=True)
            (output / name).write_bytes(content)
    bundle = load_bundle(output)
    write_data(bundle)
    return bundle


def build_policy(company: Path, currencies: Mapping[str, str], opa: str = "opa", output: Path | None = None) -> Bundle:
    """Compile the company's rules into `policy/` of its folder; with `output`, write the whole bundle there, for OPA.

    Raises:
        Misconfigured: the rules do not compile, or there is no opa; the message is opa's.
    """
    if output is not None and output.exists():
        raise Misconfigured(f"{output} is there already; name a folder that is not")
    with tempfile.TemporaryDirectory(prefix="switchboard-") as scratch:
        folder = Path(scratch) / "bundle"
        for name, content in compose_files(company, currencies).items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
        compile_bundle(folder, opa)
        if (company / FOLDER / "rules").is_dir():
            for name in (MODULE_FILE, MANIFEST_FILE):
                shutil.copyfile(folder / name, company / FOLDER / name)
        if output is not None:
            shutil.copytree(folder, output)
    return compose_bundle(company, currencies)
