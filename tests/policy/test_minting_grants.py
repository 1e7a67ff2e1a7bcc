"""Grants say exactly what was decided, for seconds."""

from dataclasses import asdict, replace

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as generate_other_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from domain.errors import Misconfigured
from domain.grant import GrantClaims
from mcp_servers.grants import GrantVerifier, read_public_key
from mcp_servers.refusal import Refused
from policy.gate.grants import GrantMint
from policy.keys import generate_private_key, public_key_of
from tests.policy.house import Clock

CLAIMS = GrantClaims(
    decision_id="dec_1",
    server="payments",
    tool="refund_payment",
    arguments_digest="sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
    tenant="northwind-fibre",
    customer="C-1",
    idempotency_key="sha256:key",
)


@pytest.fixture
def key() -> bytes:
    return generate_private_key()


def test_a_grant_carries_its_claims_and_ends_soon(key: bytes):
    clock = Clock()
    token = GrantMint(key, clock).mint(CLAIMS)
    options = {"verify_exp": False, "verify_iat": False}
    claims = jwt.decode(token, public_key_of(key), ["EdDSA"], audience="switchboard:mcp:payments", options=options)
    for name, value in asdict(CLAIMS).items():
        assert claims[name] == value
    assert claims["jti"] == "dec_1"
    assert claims["exp"] == int(clock().timestamp()) + 30


def test_a_server_accepts_a_grant_for_its_call_alone(key: bytes):
    clock = Clock()
    verifier = GrantVerifier("payments", read_public_key(public_key_of(key)), clock)
    token = GrantMint(key, clock).mint(CLAIMS)
    assert verifier.verify(token, "refund_payment", {}) == CLAIMS
    with pytest.raises(Refused):
        verifier.verify(token, "take_payment", {})
    with pytest.raises(Refused):
        verifier.verify(token, "refund_payment", {"amount_minor": 1})
    with pytest.raises(Refused):
        verifier.verify(GrantMint(key, clock).mint(replace(CLAIMS, server="crm")), "refund_payment", {})
    with pytest.raises(Refused):
        verifier.verify(GrantMint(generate_private_key(), clock).mint(CLAIMS), "refund_payment", {})
    clock.forward(minutes=1)
    with pytest.raises(Refused):
        verifier.verify(token, "refund_payment", {})


def test_a_key_that_is_none_is_named(key: bytes):
    other = generate_other_key(SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    for pem in (b"", b"nonsense", public_key_of(key), other):
        with pytest.raises(Misconfigured):
            GrantMint(pem, Clock())
