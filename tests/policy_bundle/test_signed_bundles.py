"""Signed bundles: what the key's owner signed is accepted, and nothing else; OPA itself agrees."""

import gzip
import io
import json
import shutil
import subprocess
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from domain.errors import Misconfigured
from policy.engines.bundle import BUNDLE, load_bundle, read_signed
from policy.engines.embedded import EmbeddedEngine
from policy.engines.files import MAX_BYTES, SIGNATURES, read_files, write_archive
from policy.engines.release import release_bundle
from policy.engines.signing import generate_key_pair
from tests.opa_binary import await_health, free_port
from tests.policy_bundle.documents import sound

Keys = tuple[bytes, bytes]


def pems(key: Any) -> Keys:
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return private, key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


KINDS: dict[str, Callable[[], Keys]] = {
    "EdDSA": lambda: pems(ed25519.Ed25519PrivateKey.generate()),
    "ES256": generate_key_pair,
    "RS256": lambda: pems(rsa.generate_private_key(65537, 2048)),
}


@pytest.fixture(scope="module")
def keys() -> Keys:
    return generate_key_pair()


@pytest.fixture(scope="module")
def signed(keys: Keys, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("release") / "policy.tar.gz"
    release_bundle(BUNDLE, target, keys[0], 7)
    return target


async def test_a_signed_archive_decides_as_the_folder_does(signed: Path, keys: Keys) -> None:
    bundle = read_signed(signed, keys[1])
    assert (bundle.revision, bundle.version) == (load_bundle().revision, 7)
    answer = await EmbeddedEngine(bundle).decide(sound("knowledge.search_articles", dict(bundle.tools)))
    assert answer["effect"] == "allow"


def test_the_same_bundle_gives_the_same_archive(tmp_path: Path) -> None:
    private, _ = KINDS["EdDSA"]()
    first, again = tmp_path / "first.tar.gz", tmp_path / "again.tar.gz"
    release_bundle(BUNDLE, first, private, 7)
    release_bundle(BUNDLE, again, private, 7)
    assert again.read_bytes() == first.read_bytes()


def test_an_unpacked_archive_is_as_good(signed: Path, keys: Keys, tmp_path: Path) -> None:
    for name, content in read_files(signed).items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    assert read_signed(tmp_path, keys[1]).version == 7


def test_an_unsigned_bundle_is_refused(keys: Keys) -> None:
    with pytest.raises(Misconfigured, match="it is not signed"):
        read_signed(BUNDLE, keys[1])


def test_another_keys_signature_is_refused(signed: Path) -> None:
    with pytest.raises(Misconfigured, match="not of the key"):
        read_signed(signed, generate_key_pair()[1])


def changed_limit(files: dict[str, bytes]) -> None:
    files["data/limits.json"] = files["data/limits.json"].replace(
        b'"automatic_minor": 5000', b'"automatic_minor": 5001'
    )


def changed_module(files: dict[str, bytes]) -> None:
    files["policy.wasm"] += b"\0"


def added_rule(files: dict[str, bytes]) -> None:
    files["contact_centre/rules/reading/all/rule.rego"] = b"package contact_centre.rules.reading.all\n"


def dropped_rule(files: dict[str, bytes]) -> None:
    del files["contact_centre/rules/money_back/fraud/rule.rego"]


def raised_version(files: dict[str, bytes]) -> None:
    files[".manifest"] = files[".manifest"].replace(b'"version": 7', b'"version": 8')


def changed_served_data(files: dict[str, bytes]) -> None:
    files["data.json"] = files["data.json"].replace(b'"automatic_minor": 5000', b'"automatic_minor": 9999')


def no_signatures(files: dict[str, bytes]) -> None:
    files[SIGNATURES] = b'{"signatures": []}'


def no_token(files: dict[str, bytes]) -> None:
    files[SIGNATURES] = b'{"signatures": ["a.b.c"]}'


TAMPERED = (
    changed_limit,
    changed_module,
    added_rule,
    dropped_rule,
    raised_version,
    changed_served_data,
    no_signatures,
    no_token,
)


@pytest.mark.parametrize("change", TAMPERED, ids=lambda change: change.__name__)
def test_a_bundle_that_was_changed_after_signing_is_refused(
    signed: Path, keys: Keys, tmp_path: Path, change: Callable[[dict[str, bytes]], None]
) -> None:
    files = dict(read_files(signed))
    change(files)
    write_archive(tmp_path / "tampered.tar.gz", files)
    with pytest.raises(Misconfigured, match="is refused"):
        read_signed(tmp_path / "tampered.tar.gz", keys[1])


def test_a_token_that_names_no_algorithm_or_a_secrets_one_is_refused(signed: Path, keys: Keys, tmp_path: Path) -> None:
    import base64

    files = dict(read_files(signed))
    _, claims, _ = json.loads(files[SIGNATURES])["signatures"][0].split(".")
    for algorithm in ("none", "HS256"):
        header = base64.urlsafe_b64encode(json.dumps({"alg": algorithm}).encode()).decode().rstrip("=")
        files[SIGNATURES] = json.dumps({"signatures": [f"{header}.{claims}."]}).encode()
        write_archive(tmp_path / "tampered.tar.gz", files)
        with pytest.raises(Misconfigured, match="not of the key"):
            read_signed(tmp_path / "tampered.tar.gz", keys[1])


@pytest.mark.parametrize("kind", ["damaged", "symbolic link", "outside"])
def test_an_archive_with_anything_but_files_of_its_own_is_refused(kind: str, keys: Keys, tmp_path: Path) -> None:
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as archive:
        member = tarfile.TarInfo("../data/limits.json" if kind == "outside" else "data/limits.json")
        if kind == "symbolic link":
            member.type, member.linkname = tarfile.SYMTYPE, "elsewhere"
        archive.addfile(member, io.BytesIO(b""))
    content = b"no archive" if kind == "damaged" else gzip.compress(plain.getvalue())
    (tmp_path / "odd.tar.gz").write_bytes(content)
    with pytest.raises(Misconfigured, match=r"odd\.tar\.gz"):
        read_signed(tmp_path / "odd.tar.gz", keys[1])


@pytest.mark.parametrize("kind", [tarfile.XHDTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.REGTYPE, tarfile.DIRTYPE])
def test_an_archive_that_unpacks_to_more_than_any_bundle_is_refused(kind: bytes, keys: Keys, tmp_path: Path) -> None:
    member = tarfile.TarInfo("contact_centre/main_test.rego")
    member.type, member.size = kind, MAX_BYTES + 1
    with gzip.open(tmp_path / "large.tar.gz", "wb", compresslevel=1) as packed:
        packed.write(member.tobuf())
        packed.write(bytes(MAX_BYTES + 1))
    with pytest.raises(Misconfigured, match="larger than any bundle"):
        read_signed(tmp_path / "large.tar.gz", keys[1])


def test_only_what_was_compiled_is_signed(bundle_copy: Path, keys: Keys, tmp_path: Path) -> None:
    rule = bundle_copy / "contact_centre/rules/money_back/fraud/rule.rego"
    rule.write_text(rule.read_text() + "\n# changed\n")
    with pytest.raises(Misconfigured, match="other rules"):
        release_bundle(bundle_copy, tmp_path / "policy.tar.gz", keys[0], 1)
    assert not (tmp_path / "policy.tar.gz").exists()


def test_only_data_that_a_sidecar_would_serve_is_signed(bundle_copy: Path, keys: Keys, tmp_path: Path) -> None:
    (bundle_copy / "data.json").write_text("{}")
    with pytest.raises(Misconfigured, match=r"data\.json"):
        release_bundle(bundle_copy, tmp_path / "policy.tar.gz", keys[0], 1)


def test_a_public_key_signs_nothing(keys: Keys, tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="no private key"):
        release_bundle(BUNDLE, tmp_path / "policy.tar.gz", keys[1], 1)


@contextmanager
def verifying_opa(opa: Path, bundle: Path, public: Path, algorithm: str) -> Iterator[str]:
    port = free_port()
    command = [str(opa), "run", "--server", f"--addr=127.0.0.1:{port}", "--skip-version-check", "--log-level=error"]
    command += ["--bundle", str(bundle), "--verification-key", str(public), "--signing-alg", algorithm]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        await_health(process, url)
        yield url
    finally:
        process.terminate()
        process.wait(20)


@pytest.mark.parametrize("algorithm", KINDS)
def test_opa_verifies_the_very_same_archive(opa_binary: Path, tmp_path: Path, algorithm: str) -> None:
    import urllib.request

    private, public = KINDS[algorithm]()
    released = release_bundle(BUNDLE, tmp_path / "policy.tar.gz", private, 1)
    (tmp_path / "public.pem").write_bytes(public)
    with (
        verifying_opa(opa_binary, tmp_path / "policy.tar.gz", tmp_path / "public.pem", algorithm) as url,
        urllib.request.urlopen(f"{url}/v1/data/revision", timeout=5) as answer,
    ):
        assert json.load(answer)["result"] == released.revision


def test_opa_refuses_what_we_refuse(opa_binary: Path, signed: Path, keys: Keys, tmp_path: Path) -> None:
    (tmp_path / "public.pem").write_bytes(keys[1])
    for number, change in enumerate((changed_served_data, added_rule, dropped_rule, no_token)):
        files = dict(read_files(signed))
        change(files)
        target = tmp_path / f"{number}.tar.gz"
        write_archive(target, files)
        with (
            pytest.raises(RuntimeError, match="did not start"),
            verifying_opa(opa_binary, target, tmp_path / "public.pem", "ES256"),
        ):
            raise AssertionError(change.__name__)


def test_bundles_signed_by_opa_are_accepted(opa_binary: Path, signed: Path, keys: Keys, tmp_path: Path) -> None:
    folder = tmp_path / "bundle"
    for name, content in read_files(signed).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    (folder / SIGNATURES).unlink()
    (tmp_path / "key.pem").write_bytes(keys[0])
    command = [str(opa_binary), "sign", "--bundle", ".", "--signing-key", str(tmp_path / "key.pem")]
    subprocess.run([*command, "--signing-alg", "ES256", "-o", str(tmp_path)], cwd=folder, check=True)
    shutil.move(tmp_path / SIGNATURES, folder / SIGNATURES)
    assert read_signed(folder, keys[1]).version == 7
