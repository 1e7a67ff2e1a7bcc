"""The agent card: who we are for other agents."""

import httpx
import pytest
from a2a.client import A2ACardResolver

from channels.a2a.card import Skill, make_card
from tests.channels.http_service import Service

CARD = "/.well-known/agent-card.json"


async def test_anybody_may_read_the_card_and_it_names_the_way_in(partners: Service) -> None:
    async with httpx.AsyncClient(trust_env=False) as http:
        card = await A2ACardResolver(http, partners.url).get_agent_card()
    (way_in,) = card.supported_interfaces
    assert (way_in.url, way_in.protocol_binding, way_in.protocol_version) == (f"{partners.url}/a2a", "JSONRPC", "1.0")
    assert card.security_schemes["bearer"].http_auth_security_scheme.scheme == "bearer"
    assert "bearer" in card.security_requirements[0].schemes
    assert card.capabilities.streaming
    assert not card.capabilities.push_notifications


def test_each_specialist_is_a_skill(partners: Service) -> None:
    skills = {skill["id"]: skill for skill in partners.call("GET", CARD, principal="").json()["skills"]}
    assert {"billing", "scheduling", "troubleshooting", "retention"} <= set(skills)
    assert "refund duplicate charge" in skills["billing"]["tags"]
    assert all(skill["description"] for skill in skills.values())


def test_a_card_that_did_not_change_is_not_sent_again(partners: Service) -> None:
    with partners.client("") as client:
        first = client.get(CARD)
        again = client.get(CARD, headers={"If-None-Match": first.headers["etag"]})
    assert "max-age" in first.headers["cache-control"]
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("public_url", ["https://contact.example", "https://contact.example/"])
def test_the_card_names_the_public_address_where_one_is_set(public_url: str) -> None:
    card = make_card(public_url, "1.2", [Skill("billing", "Explains bills.", ("explain_bill",))])
    assert card.supported_interfaces[0].url == "https://contact.example/a2a"
