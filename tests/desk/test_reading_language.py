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
