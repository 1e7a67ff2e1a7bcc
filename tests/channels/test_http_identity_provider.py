"""Production sign-in: only tokens of our issuer, for our audience, with a role and a tenant, come in."""

import base64
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from channels.http.identity_provider import Claims, IssuersAuthenticator, JwtAuthenticator, PublicKey, PublishedKeys
from domain.caller import Caller, Role
from domain.errors import NotAuthenticated, NotPermitted, Unavailable
from domain.ids import TenantId

ISSUER, AUDIENCE = "https://login.example", "switchboard"
KEY = Ed25519PrivateKey.generate()
OTHER_PEM = (
    Ed25519PrivateKey.generate()
    .public_key()
    .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    .decode()
)
PEM = (
    KEY.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()
)


def claims(**changes: Any) -> dict[str, Any]:
    good = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "exp": time.time() + 60,
        "sub": "dana",
        "role": "supervisor",
        "tenant": "acme",
    }
    return {name: value for name, value in {**good, **changes}.items() if value is not None}


def signed(key: Any = KEY, algorithm: str = "EdDSA", headers: dict[str, str] | None = None, **changes: Any) -> str:
    return jwt.encode(claims(**changes), key, algorithm, headers)


@pytest.fixture
def authenticator() -> JwtAuthenticator:
    return JwtAuthenticator(ISSUER, AUDIENCE, PublicKey(PEM))


async def test_a_good_token_proves_subject_role_and_tenant(authenticator: JwtAuthenticator) -> None:
    assert await authenticator.authenticate(signed()) == Caller("dana", Role.SUPERVISOR, TenantId("acme"))


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://elsewhere.example"},
        {"aud": "another-service"},
        {"exp": 1},
        {"nbf": 99999999999},
        {"role": "owner"},
        {"role": ["admin"]},
        {"role": {"a": 1}},
        {"tenant": ""},
        {"tenant": 7},
        *({name: None} for name in ("iss", "aud", "exp", "sub", "role", "tenant")),
    ],
    ids=str,
)
async def test_a_token_with_a_wrong_or_missing_claim_proves_nothing(
    authenticator: JwtAuthenticator, changes: dict[str, Any]
) -> None:
    with pytest.raises(NotAuthenticated):
        await authenticator.authenticate(signed(**changes))


async def test_another_key_no_key_and_the_public_key_as_a_secret_prove_nothing(authenticator: JwtAuthenticator) -> None:
    part = base64.urlsafe_b64encode(json.dumps(claims()).encode()).rstrip(b"=").decode()
    header = base64.urlsafe_b64encode(b'{"alg":"HS256","typ":"JWT"}').rstrip(b"=").decode()
    unsigned = jwt.encode(claims(), None, "none")

    for forged in (signed(Ed25519PrivateKey.generate()), unsigned, f"{header}.{part}.AAAA", "x", "a.b.c", "", "é.é.é"):
        with pytest.raises(NotAuthenticated):
            await authenticator.authenticate(forged)


@pytest.fixture
def key_set() -> Iterator[str]:
    """The provider's published keys, served on loopback."""
    point = KEY.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    x = base64.urlsafe_b64encode(point).rstrip(b"=").decode()
    document = json.dumps(
        {"keys": [{"kty": "OKP", "crv": "Ed25519", "x": x, "kid": "k1", "alg": "EdDSA", "use": "sig"}]}
    )

    class Provider(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(document.encode())

        def log_message(self, *args: Any) -> None:  # pyright: ignore
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), Provider)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/keys"
    server.shutdown()
    server.server_close()


async def test_keys_are_found_in_the_providers_published_set(key_set: str) -> None:
    authenticator = JwtAuthenticator(ISSUER, AUDIENCE, PublishedKeys(key_set))

    assert (await authenticator.authenticate(signed(headers={"kid": "k1"}))).subject == "dana"
    with pytest.raises(NotAuthenticated):
        await authenticator.authenticate(signed(headers={"kid": "unknown"}))


async def test_a_provider_that_does_not_answer_is_our_trouble_and_not_a_wrong_token() -> None:
    authenticator = JwtAuthenticator(ISSUER, AUDIENCE, PublishedKeys("http://127.0.0.1:9/keys"))

    with pytest.raises(Unavailable):
        await authenticator.authenticate(signed(headers={"kid": "k1"}))


async def test_a_tenant_that_is_not_served_is_refused() -> None:
    authenticator = JwtAuthenticator(ISSUER, AUDIENCE, PublicKey(PEM), tenants={"another"})
    with pytest.raises(NotPermitted, match="not served"):
        await authenticator.authenticate(signed())


async def test_roles_may_be_a_list_in_the_providers_own_words_under_another_claim() -> None:
    claims = Claims(role="groups", roles={"cc-desk": "representative"}, lists=True)
    authenticator = JwtAuthenticator(ISSUER, AUDIENCE, PublicKey(PEM), claims)
    caller = await authenticator.authenticate(signed(groups=["everybody", "cc-desk", "admin"]))
    assert caller.role is Role.REPRESENTATIVE
    with pytest.raises(NotAuthenticated):
        await authenticator.authenticate(signed(groups=["everybody"]))


async def test_each_of_several_issuers_is_judged_by_its_own_keys() -> None:
    ours, theirs = JwtAuthenticator(ISSUER, AUDIENCE, PublicKey(PEM)), "https://other.example"
    stranger = JwtAuthenticator(theirs, AUDIENCE, PublicKey(OTHER_PEM))
    both = IssuersAuthenticator({ISSUER: ours, theirs: stranger})
    assert (await both.authenticate(signed())).tenant
    for token in (signed(iss=theirs), signed(iss="https://nobody.example"), "no token"):
        with pytest.raises(NotAuthenticated):
            await both.authenticate(token)
