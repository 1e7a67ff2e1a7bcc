"""The card is signed by a key that is published, and read by clients of either version."""

import httpx
import pytest
from a2a.client import A2ACardResolver, ClientConfig, ClientFactory
from a2a.compat.v0_3 import types as legacy
from a2a.types import AgentCard, GetExtendedAgentCardRequest, SendMessageRequest
from a2a.utils.signing import InvalidSignaturesError, create_signature_verifier
from jwt import PyJWK, PyJWKSet

from tests.channels.a2a.partner_agent import PartnerAgent, ask, state
from tests.channels.http_service import Service

CARD = "/.well-known/agent-card.json"


def verify(service: Service, card: AgentCard) -> None:
    """See a card signed as any client would: by the key at the address that its signature names."""

    def find(kid: str | None, url: str | None) -> PyJWK:
        assert url == f"{service.url}/.well-known/jwks.json"
        return PyJWKSet.from_dict(httpx.get(url, trust_env=False).json())[kid or ""]

    create_signature_verifier(find, ["ES256"])(card)


async def test_both_cards_are_signed_and_a_changed_one_is_found(partners: Service, partner: PartnerAgent) -> None:
    async with httpx.AsyncClient(trust_env=False) as http:
        public = await A2ACardResolver(http, partners.url).get_agent_card()
    own = await partner.client.get_extended_agent_card(GetExtendedAgentCardRequest())
    for card in (public, own):
        verify(partners, card)
        card.supported_interfaces[0].url = "https://elsewhere.example/a2a"
        with pytest.raises(InvalidSignaturesError):
            verify(partners, card)


async def test_a_client_of_version_0_3_reads_the_card_and_is_served(partners: Service) -> None:
    shown = partners.call("GET", CARD, principal="").json()
    card = legacy.AgentCard.model_validate(shown)
    assert (card.url, card.preferred_transport, card.protocol_version) == (f"{partners.url}/a2a", "JSONRPC", "0.3")
    assert card.supports_authenticated_extended_card
    del shown["supportedInterfaces"]  # what a client of 0.3 does not know
    headers = {"Authorization": f"Bearer {partners.tokens['partner']}"}
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json=shown))
    async with httpx.AsyncClient(transport=transport) as reader, httpx.AsyncClient(headers=headers, timeout=60) as http:
        old = await A2ACardResolver(reader, partners.url).get_agent_card()
        client = ClientFactory(ClientConfig(httpx_client=http, streaming=False)).create(old)
        (answer,) = [one async for one in client.send_message(SendMessageRequest(message=ask("hello")))]
    assert state(answer.task) == "completed"
