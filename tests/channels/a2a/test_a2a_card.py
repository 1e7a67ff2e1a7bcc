"""The agent card: who we are for other agents."""

import httpx
import pytest
from a2a.client import A2ACardResolver

from app.settings import load_settings
from channels.a2a.card import Skill, make_card
from tests.channels.http_service import Service

CARD = "/.well-known/agent-card.json"


async def test_anybody_may_read_the_card_and_it_names_the_way_in(partners: Service) -> None:
    async with httpx.AsyncClient(trust_env=False) as http:
        card = await A2ACardResolver(http, partners.url).get_agent_card()
    ways_in = [(way.url, way.protocol_binding, way.protocol_version) for way in card.supported_interfaces]
    assert ways_in == [
        (f"{partners.url}/a2a", "JSONRPC", "1.0"),
        (f"{partners.url}/a2a/http", "HTTP+JSON", "1.0"),
        (f"{partners.url}/a2a", "JSONRPC", "0.3"),
    ]
    assert card.security_schemes["bearer"].http_auth_security_scheme.scheme == "bearer"
    assert "bearer" in card.security_requirements[0].schemes
    assert card.capabilities.streaming
    assert card.capabilities.push_notifications


def test_each_specialist_is_a_skill(partners: Service) -> None:
    skills = {skill["id"]: skill for skill in partners.call("GET", CARD, principal="").json()["skills"]}
    assert {"billing", "scheduling", "troubleshooting", "retention"} <= set(skills)
    assert skills["billing.refund_duplicate_charge"]["examples"]
    assert "refund duplicate charge" in skills["billing"]["tags"]
    assert all(skill["description"] for skill in skills.values())


def test_a_card_that_did_not_change_is_not_sent_again(partners: Service) -> None:
    with partners.client("") as client:
        first = client.get(CARD)
        again = client.get(CARD, headers={"If-None-Match": first.headers["etag"]})
    assert "max-age" in first.headers["cache-control"]
    assert (again.status_code, again.content) == (304, b"")


def test_the_cards_address_is_ours_whatever_a_caller_calls_us(partners: Service) -> None:
    card = partners.call("GET", CARD, principal="").json()
    with partners.client("") as client:
        named = client.get(CARD, headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"}).json()
    assert {**named, "signatures": []} == {**card, "signatures": []}
    assert card["supportedInterfaces"][0]["url"] == f"{partners.url}/a2a"


def test_without_a_public_address_we_are_where_we_listen() -> None:
    def address(host: str) -> str:
        return load_settings(host=host, port=9000, public_url="").address

    assert address("contact.internal") == "http://contact.internal:9000"
    assert address("0.0.0.0") == "http://127.0.0.1:9000"
    assert address("::") == "http://[::1]:9000"
    assert address("fd00::7") == "http://[fd00::7]:9000"


@pytest.mark.parametrize("public_url", ["https://contact.example", "https://contact.example/"])
def test_the_card_names_the_public_address_where_one_is_set(public_url: str) -> None:
    card = make_card(public_url, "1.2", [Skill("billing", "Explains bills.", ("explain_bill",))])
    assert card.supported_interfaces[0].url == "https://contact.example/a2a"
