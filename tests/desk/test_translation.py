"""Translations at the desk: by the configured model, held to the figures of the original, without any secret."""

import json

import httpx

from tests.conftest import OpenHouse
from tests.desk.test_waiting_for_people import asks, desk
from tests.house_guest import Guest, Json, Talk
from tests.model_server import ModelServer, behaves, fails

GERMAN = "Ich habe 39,99 $ der Zahlung P-5182 erstattet. Das Geld ist am 4. Dezember da."
ENGLISH = "I have refunded $39.99 of payment P-5182. The money is there on December 4."


async def house_with(open_house: OpenHouse, server: ModelServer) -> tuple[Guest, Talk]:
    house = await open_house(model={"base_url": server.url, "name": "scripted"})
    talk = await asks(house, "C-1002")
    await desk(house, talk, "claim")
    server.requests.clear()
    return house, talk


async def translate(house: Guest, talk: Talk, role: str = "representative", **body: str) -> httpx.Response:
    return await house.call(role, "POST", f"/v1/desk/{talk.id}/translations", {"language": "de", **body})


async def test_words_are_translated_and_nothing_is_sent_by_that(
    open_house: OpenHouse, model_server: ModelServer
) -> None:
    house, talk = await house_with(open_house, model_server)
    model_server.behaviour = behaves(worded=lambda _: GERMAN)
    assert (await house.fetch("representative", "/v1/desk/forms"))["translates"] is True
    before: Json = await talk.look()
    answer = await translate(house, talk, text=ENGLISH)
    assert (answer.status_code, answer.json()) == (200, {"text": GERMAN, "language": "de", "problem": ""})
    assert (await talk.look())["messages"] == before["messages"]
    [*_, said] = [each for each in before["messages"] if each["role"] == "customer"]
    model_server.behaviour = behaves(worded=lambda _: "Ich möchte mit einem Menschen sprechen.")
    for role in ("representative", "supervisor"):
        theirs = await translate(house, talk, role, message_id=said["id"])
        assert theirs.json()["text"] == "Ich möchte mit einem Menschen sprechen."
    refused = [
        (await translate(house, talk, "representative_2", message_id=said["id"])).status_code,
        (await translate(house, talk, "representative_2", text="hello")).status_code,
        (await translate(house, talk, message_id="CV-other-1")).status_code,
        (await translate(house, talk, text="hello", message_id=said["id"])).status_code,
        (await translate(house, talk, text="hello", language="German!")).status_code,
    ]
    assert refused == [409, 409, 404, 422, 422]


async def test_what_says_something_else_is_not_shown_and_a_model_that_fails_is_named(
    open_house: OpenHouse, model_server: ModelServer
) -> None:
    house, talk = await house_with(open_house, model_server)
    wrong = {
        GERMAN.replace("39,99", "59,99"): "other amounts, dates or references",
        GERMAN.replace("4. Dezember", "5. Dezember"): "other amounts, dates or references",
        GERMAN.replace("P-5182", "P-5181"): "other amounts, dates or references",
        ENGLISH: "another language",
        "": "no translation",
    }
    for words, why in wrong.items():
        model_server.behaviour = behaves(worded=lambda _, words=words: words)
        answer = await translate(house, talk, text=ENGLISH)
        assert (answer.status_code, answer.json()["text"]) == (200, "")
        assert why in answer.json()["problem"], (words, answer.text)
    model_server.behaviour = fails(500)
    answer = await translate(house, talk, text=ENGLISH)
    assert "language model failed" in answer.json()["problem"]


async def test_no_secret_reaches_a_model_and_without_one_that_is_said(
    open_house: OpenHouse, house: Guest, model_server: ModelServer
) -> None:
    with_model, talk = await house_with(open_house, model_server)
    card = "4111 1111 1111 1111"
    answer = await translate(with_model, talk, text=f"Your card {card} was charged.")
    assert (answer.status_code, "card" in answer.text) == (400, True)
    assert model_server.requests == []
    await talk.says(f"my card is {card}")
    [*_, said] = [each for each in (await talk.look())["messages"] if each["role"] == "customer"]
    await translate(with_model, talk, message_id=said["id"])
    assert card not in json.dumps(model_server.requests)

    other = await asks(house, "C-1003")
    await desk(house, other, "claim")
    none = await translate(house, other, text="hello")
    assert (none.status_code, "no language model is configured" in none.text) == (409, True)
    assert (await house.fetch("representative", "/v1/desk/forms"))["translates"] is False
