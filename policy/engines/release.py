"""Releasing a bundle: compiled, versioned and signed in one archive, which the program and an OPA sidecar verify."""

import json
from pathlib import Path

from domain.errors import Misconfigured
from policy.engines.bundle import Bundle, parse_bundle
from policy.engines.embedded import read_module
from policy.engines.files import BUNDLE_MANIFEST, SIGNATURES, Files, read_files, write_archive
from policy.engines.signing import sign_files


def release_bundle(source: Path, target: Path, private_pem: bytes, version: int) -> Bundle:
    """Sign a bundle, a folder or an archive, as this version, into an archive.

    Raises:
        Misconfigured: the bundle is malformed or not compiled from its present rules, or the key cannot sign.
    """
    files = dict(read_files(source))
    files.pop(SIGNATURES, None)
    bundle = parse_bundle(source, files)
    read_module(bundle)
    check_served_data(bundle, files)
    manifest = {"revision": bundle.revision, "roots": [""], "metadata": {"switchboard": {"version": version}}}
    files[BUNDLE_MANIFEST] = json.dumps(manifest, indent=1).encode() + b"\n"
    files[SIGNATURES] = sign_files(files, private_pem)
    write_archive(target, files)
    return bundle


def check_served_data(bundle: Bundle, files: Files) -> None:
    """See that what a sidecar loads is what the program reads.

    Raises:
        Misconfigured: it is not.
    """
    try:
        served = json.loads(files["data.json"])
    except (KeyError, ValueError):
        served = None
    if served != dict(bundle.data):
        raise Misconfigured(f"data.json of {bundle.folder} was made from other data or rules: run `make policy`")
