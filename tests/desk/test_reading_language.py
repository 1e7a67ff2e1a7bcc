"""What the service writes for people at the desk comes in the reader's language; figures, names and quotes stay."""

import re

from agents.handoff.packet import packet_schema
from tests.desk.test_waiting_for_people import desk
from tests.house_guest import Guest, Json


async def read(guest: Guest, conversation: str, language: str, path: str = "packet", body: Json | None = None) -> Json:
    headers = {"Authorization": f"Bearer {guest.tokens['representative']}", "Accept-Language": language}
    method = "GET" if body is None else "POST"
    answer = await guest.http.request(method, f"/v1/desk/{conversation}/{path}", json=body, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


WHY = {"en": "$180.00 is above", "de": "180,00\u00a0$ liegt über", "es": "$180.00 supera", "hi": "$180.00 की राशि"}


async def test_why_a_rule_decides_so_is_told_to_who_acts_and_to_who_approves(house: Guest) -> None:
    talk = await house.customer("C-1003", auth_level="strong")
    await talk.says("let me talk to a person please")
    await desk(house, talk, "claim")
    arguments = {"payment_id": "P-5032", "amount_minor": 18000, "reason": "duplicate_charge"}
    call: Json = {"tool": "payments.refund_payment", "arguments": arguments}
    for language, why in WHY.items():
        explained = await read(house, talk.id, language, "actions/explain", call)
        assert any(each["message"].startswith(why) for each in explained["reasons"]), explained
    await read(house, talk.id, "de", "actions", {**call, "action_id": "one-act-0077"})
    await talk.says("yes")
    waiting = (await house.fetch("representative", f"/v1/desk/{talk.id}"))["pending"]["summary"]
    assert waiting.startswith("refund $180.00 of payment P-5032 to their Visa")
    for language, why in WHY.items():
        headers = {"Authorization": f"Bearer {house.tokens['supervisor']}", "Accept-Language": language}
        waits = (await house.http.get("/v1/approvals?status=pending", headers=headers)).json()["items"]
        assert any(each["message"].startswith(why) for each in waits[0]["reasons"]), waits
        assert ("refund" in waits[0]["summary"]) == (language == "en")
        assert "P-5032" in waits[0]["summary"]
        headers = {**headers, "Authorization": f"Bearer {house.tokens['representative']}"}
        pending = (await house.http.get(f"/v1/desk/{talk.id}", headers=headers)).json()["pending"]
        assert pending["summary"] == waits[0]["summary"]


async def test_a_packet_says_why_something_was_refused_in_the_readers_language(house: Guest) -> None:
    talk = await house.customer("C-1017", auth_level="authenticated")
    await talk.says("I was charged twice for my last bill, please refund one")
    await talk.says("let me talk to a person please")
    told = {
        language: [each["account"] for each in (await read(house, talk.id, language))["packet"]["actions"]]
        for language in ("en", "de", "hi")
    }
    assert any("The account is flagged for fraud." in each for each in told["en"]), told
    assert any("wegen Betrugsverdachts markiert" in each for each in told["de"])
    assert any("धोखाधड़ी की चेतावनी" in each for each in told["hi"])


EXPECTED = {
    "de-AT, en;q=0.5": (
        "erledigt. Gesagt wurde: „",
        "Begrüßen Sie die Person",
        "bestätigt es die Kundschaft zuerst",
        "39,99",
    ),
    "es": ("resuelto. Se le dijo: «", "Salude al cliente", "el cliente lo confirma", "39.99"),
    "xx, fr;q=0.9, en;q=0.1": ("réglé. Il a été dit", "Saluez le client", "le client confirme", "39,99"),
    "hi-IN": ("निपटाया गया", "नमस्ते कहिए", "ग्राहक पुष्टि", "39.99"),
    "pl, *;q=0.1": ("settled. They were told: ", "Greet the customer", "the customer confirms", "39.99"),
}


async def test_a_packet_is_read_in_five_languages(house: Guest) -> None:
    talk = await house.customer("C-1018")
    await talk.says("why is my bill so high?")
    await talk.says("I was charged twice for my last bill, please refund one")
    await talk.says("let me talk to a person please")
    english = (await house.fetch("representative", f"/v1/desk/{talk.id}/packet"))["packet"]
    [cut_off] = english["open_cases"]
    call = {"tool": cut_off["tool"], "arguments": cut_off["arguments"]}
    await desk(house, talk, "claim")
    for language, (settled, step, needs, amount) in EXPECTED.items():
        packet = (await read(house, talk.id, language))["packet"]
        assert any(settled in line for line in packet["summary"]), (language, packet["summary"])
        assert step in packet["suggested_next_step"]
        [case] = packet["open_cases"]
        assert amount in case["account"], (language, case)
        assert {name: case[name] for name in call} == call
        assert set(packet) == set(english) == set(packet_schema()["properties"])
        explained = await read(house, talk.id, language, "actions/explain", call)
        assert amount in explained["summary"], (language, explained)
        assert re.search(needs, explained["needs"], re.IGNORECASE), (language, explained)
    for none in ("en-US", ";;;,q=", "de;q=0", "a" * 300, ""):
        assert (await read(house, talk.id, none))["packet"] == english
