"""What the desk proposes to whoever has a conversation: articles, a reply, a wrap-up. Nothing is sent by that."""

import pytest

from app.company.profile import DeskProfile
from tests.conftest import OpenHouse
from tests.desk.test_waiting_for_people import desk
from tests.house_guest import Guest, Json, Talk
from tests.model_server import ModelServer, behaves


async def articles(house: Guest, talk: Talk) -> list[Json]:
    found = await house.fetch("representative", f"/v1/desk/{talk.id}/articles")
    assert found["problem"] == "", found
    return found["items"]


async def test_articles_fit_what_was_said_last_in_the_customers_language_and_are_on_record(house: Guest) -> None:
    talk = await house.customer("C-1002", locale="de")
    await talk.says("Ich möchte mit einem Menschen sprechen")
    assert (await house.call("representative", "GET", f"/v1/desk/{talk.id}/articles")).status_code == 409
    await desk(house, talk, "claim")
    assert await articles(house, talk) == []
    before = (await talk.look())["messages"]
    await talk.says("Wie ändere ich das WLAN-Passwort?")
    found = await articles(house, talk)
    assert (found[0]["article_id"], found[0]["language"], len(found) <= 3) == ("wifi-password", "de", True)
    assert all(each["excerpt"] and each["text"] for each in found)
    assert len((await talk.look())["messages"]) == len(before) + 1
    read = [each["tool"] for each in await talk.journal() if each["kind"] == "decision"]
    assert {"knowledge.search_articles", "knowledge.get_article"} <= set(read)


async def test_articles_fit_what_the_packet_has_open_where_only_a_person_was_asked_for(house: Guest) -> None:
    talk = await house.customer("C-1001")
    await talk.says("I was charged twice for my last bill, please refund one")
    await talk.says("let me talk to a person please")
    await desk(house, talk, "claim")
    assert "refunds" in [each["article_id"] for each in await articles(house, talk)]


async def draft(house: Guest, talk: Talk) -> Json:
    return await desk(house, talk, "drafts")


async def test_a_draft_greets_in_the_companys_words_takes_up_what_was_cut_off_and_sends_nothing(house: Guest) -> None:
    talk = await house.customer("C-1001")
    await talk.says("I was charged twice for my last bill, please refund one")
    await talk.says("let me talk to a person please")
    await desk(house, talk, "claim")
    unnamed = await draft(house, talk)
    assert "this is {representative} of Northwind Fibre" in unnamed["text"]
    await house.call("representative", "PUT", "/v1/desk/presence", {"status": "available", "name": "Dana"})
    before = (await talk.look())["messages"]
    first = await draft(house, talk)
    assert (first["language"], first["by"]) == ("en", "template")
    assert first["text"].startswith("Hello Amira Haddad, this is Dana of Northwind Fibre.")
    assert "if you agree, I'll refund $39.99 of payment P-5002" in first["text"]
    assert (await talk.look())["messages"] == before
    await desk(house, talk, "messages", {"text": "Dana here."})
    assert not (await draft(house, talk))["text"].startswith("Hello")
    case = (await house.fetch("representative", f"/v1/desk/{talk.id}/packet"))["packet"]["open_cases"][0]
    await desk(house, talk, "actions", {"tool": case["tool"], "arguments": case["arguments"], "action_id": "act-00001"})
    await talk.says("yes")
    done = (await draft(house, talk))["text"]
    assert "$39.99 of payment P-5002 was refunded" in done
    assert "if you agree" not in done
    assert (await house.call("representative_2", "POST", f"/v1/desk/{talk.id}/drafts", {})).status_code == 409


async def test_a_draft_answers_from_an_article_in_the_customers_language(house: Guest) -> None:
    talk = await house.customer("C-1002", locale="de")
    await talk.says("Ich möchte mit einem Menschen sprechen")
    await desk(house, talk, "claim")
    assert (await draft(house, talk))["text"].startswith("Guten Tag")
    await talk.says("Wie ändere ich das WLAN-Passwort?")
    answer = await draft(house, talk)
    assert answer["language"] == "de"
    assert (await articles(house, talk))[0]["text"] in answer["text"]


async def test_a_model_words_a_draft_and_what_it_makes_up_is_not_shown(
    open_house: OpenHouse, model_server: ModelServer
) -> None:
    house = await open_house(model={"base_url": model_server.url, "name": "scripted"})
    talk = await house.customer("C-1001")
    await talk.says("I was charged twice for my last bill, please refund one")
    await talk.says("let me talk to a person please")
    await desk(house, talk, "claim")
    await house.call("representative", "PUT", "/v1/desk/presence", {"status": "available", "name": "Dana"})
    model_server.behaviour = behaves(worded=lambda text: text.replace("I am taking up", "I'm now taking up"))
    worded = await draft(house, talk)
    assert (worded["by"], "I'm now taking up" in worded["text"]) == ("model", True)
    for wrong in (worded["text"].replace("39.99", "59.99"), "I have refunded $39.99.", ""):
        model_server.behaviour = behaves(worded=lambda _, wrong=wrong: wrong)
        plain = await draft(house, talk)
        assert (plain["by"], "refund $39.99 of payment P-5002" in plain["text"]) == ("template", True)


async def test_a_wrap_up_says_what_was_done_in_the_readers_language(house: Guest) -> None:
    talk = await house.customer("C-1001")
    await talk.says("I was charged twice for my last bill, please refund one")
    await talk.says("let me talk to a person please")
    await desk(house, talk, "claim")
    path = f"/v1/desk/{talk.id}/wrap-up"
    assert (await house.fetch("representative", path))["disposition"] == ""
    case = (await house.fetch("representative", f"/v1/desk/{talk.id}/packet"))["packet"]["open_cases"][0]
    await desk(house, talk, "actions", {"tool": case["tool"], "arguments": case["arguments"], "action_id": "act-00001"})
    await talk.says("yes")
    proposed = await house.fetch("representative", path)
    assert proposed == {"disposition": "refunded", "note": "Done: refund $39.99 of payment P-5002."}
    assert (await house.call("representative_2", "GET", path)).status_code == 409
    assert (await talk.look())["status"] == "with_representative"


def test_an_outcome_that_is_not_offered_is_refused_with_the_nearest() -> None:
    outcomes = {"erp.book_appointment": "technican sent"}
    with pytest.raises(ValueError, match=r"'technican sent' is no disposition.*did you mean technician sent"):
        DeskProfile.model_validate({"dispositions": ["technician sent"], "outcomes": outcomes})
