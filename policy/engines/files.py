"""A bundle's files, read at one moment from a folder or an archive, so that what is verified is what is used."""

import gzip
import hashlib
import io
import tarfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from domain.errors import Misconfigured

Files = Mapping[str, bytes]
"""Content by path within the bundle (`data/limits.json`)."""

SIGNATURES = ".signatures.json"
BUNDLE_MANIFEST = ".manifest"
MAX_BYTES = 32 * 1024 * 1024
_PATTERNS = ("contact_centre/**/*.rego", "data/*.json", "data.json", "policy.wasm", "policy.wasm.json")
_TEST = "_test.rego"


def read_files(path: Path) -> Files:
    """Read a bundle; of a folder only what belongs to a bundle, of an archive all of it, tests left out.

    Raises:
        Misconfigured: there is nothing to read, or the archive is damaged, too large or holds more than plain files.
    """
    try:
        return dict(_members(path)) if path.is_file() else {_name(path, file): file.read_bytes() for file in _of(path)}
    except (OSError, EOFError, zlib.error, tarfile.TarError) as error:
        raise Misconfigured(f"the policy bundle {path} cannot be read: {error}") from error


def write_archive(path: Path, files: Files) -> None:
    """Write a bundle as OPA reads it, whole or not at all; the same files give the same bytes."""
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name in sorted(files):
            member = tarfile.TarInfo(f"/{name}")
            member.size, member.mode = len(files[name]), 0o644
            archive.addfile(member, io.BytesIO(files[name]))
    part = path.with_name(path.name + ".part")
    part.write_bytes(gzip.compress(plain.getvalue(), mtime=0))
    part.replace(path)


def fingerprint(path: Path, *also: Path) -> str:
    """A cheap sign of the present state of a bundle and of further files; whatever changes a file changes it."""
    try:
        files = [*([path] if path.is_file() else _of(path)), *also]
        states = [(str(file), file.stat()) for file in files]
    except OSError:
        return ""
    marks = (f"{name} {state.st_mtime_ns} {state.st_size} {state.st_ino}\n" for name, state in sorted(states))
    return hashlib.sha256("".join(marks).encode()).hexdigest()


def _of(folder: Path) -> Iterator[Path]:
    for pattern in (*_PATTERNS, BUNDLE_MANIFEST, SIGNATURES):
        yield from (file for file in folder.glob(pattern) if not file.name.endswith(_TEST))


def _name(folder: Path, file: Path) -> str:
    return file.relative_to(folder).as_posix()


def _members(path: Path) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(fileobj=io.BytesIO(_unpacked(path)), mode="r:") as archive:
        for member in archive:
            name = PurePosixPath(member.name.removeprefix("./").lstrip("/"))
            content = archive.extractfile(member) if member.isfile() else None
            if member.isdir() or str(name).endswith(_TEST):
                continue
            if content is None or ".." in name.parts or member.issparse():
                raise Misconfigured(f"the policy bundle {path} holds {member.name!r}, which no bundle needs")
            yield str(name), content.read()


def _unpacked(path: Path) -> bytes:
    """The archive without its compression; no more than this is ever held, whatever its headers promise."""
    with gzip.open(path) as packed:
        plain = packed.read(MAX_BYTES + 1)
    if len(plain) > MAX_BYTES:
        raise Misconfigured(f"the policy bundle {path} is larger than any bundle: more than {MAX_BYTES} bytes")
    return plain
