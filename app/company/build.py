"""Compiling a company's own rules together with the platform's, and writing its bundle for a sidecar."""

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from domain.errors import Misconfigured
from policy.engines.bundle import Bundle
from policy.engines.company_policy import FOLDER, compose_bundle, compose_files
from policy.engines.compilation import compile_bundle
from policy.engines.embedded import MANIFEST_FILE, MODULE_FILE


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
