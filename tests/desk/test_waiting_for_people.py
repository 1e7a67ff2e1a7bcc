"""What a customer who waits for people is told: their place, the usual wait, who has them, when somebody is there."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.company.hours import read_hours
from app.company.profile import TenantProfile
from domain.opening_hours import OpeningHours
from tests.conftest import OpenHouse
from tests.house_guest import Guest, Json, Talk

OPEN = datetime(2026, 11, 30, 15, tzinfo=UTC)
"""A Monday morning at the reference company, which opens at eight."""
BEFORE = datetime(2026, 11, 30, 12, tzinfo=UTC)
ASK = "I want to talk to a person"


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime = OPEN) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def passes(self, minutes: float) -> None:
        self.now += timedelta(minutes=minutes)


async def asks(guest: Guest, customer: str = "C-1001", channel: str = "chat", locale: str = "en") -> Talk:
    talk = await guest.customer(customer, locale=locale, channel=channel)
    await talk.says(ASK)
    assert talk.turn["handoff"] is not None, talk.turn
    return talk


async def desk(guest: Guest, talk: Talk, act: str, body: Json | None = None, role: str = "representative") -> Json:
    answer = await guest.call(role, "POST", f"/v1/desk/{talk.id}/{act}", body or {})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def present(guest: Guest, status: str = "available", name: str = "") -> None:
    answer = await guest.call("representative", "PUT", "/v1/desk/presence", {"status": status, "name": name})
    assert answer.status_code == 200, answer.text


def last(conversation: Json) -> str:
    return conversation["messages"][-1]["text"]


async def test_the_queue_says_how_many_are_before_a_customer_and_moves_on(open_house: OpenHouse) -> None:
    clock = Clock()
    guest = await open_house(clock=clock)
    first = await asks(guest)
    clock.passes(1)
    second = await asks(guest, "C-1003")
    assert "You are next in line." in first.text
    assert "There is one conversation before yours." in second.text
    assert (first.turn["handoff"]["position"], second.turn["handoff"]["position"]) == (1, 2)
    await desk(guest, first, "claim")
    now = (await second.look())["handoff"]
    assert (now["state"], now["position"], now["expected_wait_s"]) == ("queued", 1, None)


async def test_a_more_urgent_customer_goes_first(open_house: OpenHouse) -> None:
    guest = await open_house(clock=Clock())
    calm = await asks(guest)
    angry = await guest.customer("C-1003")
    await angry.says("I am furious! You are useless and I hate this!")
    assert angry.turn["handoff"]["priority"] == "high"
    assert angry.turn["handoff"]["queue"] == calm.turn["handoff"]["queue"]
    assert angry.turn["handoff"]["position"] == 1
    assert (await calm.look())["handoff"]["position"] == 2


async def test_somebody_has_a_conversation_only_once_it_is_claimed_and_then_by_name(open_house: OpenHouse) -> None:
    guest = await open_house(clock=Clock())
    talk = await asks(guest)
    await talk.says("my bill is wrong")
    assert "Nobody on our team has picked up your conversation yet" in talk.text
    await present(guest, name="Dana")
    claimed = await desk(guest, talk, "claim")
    assert last(claimed) == "Dana from our team has your conversation now and will answer you here."
    assert (claimed["handoff"]["state"], claimed["handoff"]["claimed_by"]) == ("claimed", "Dana")
    await talk.says("hello")
    assert talk.text == ""
    back = await desk(guest, talk, "release", {"to": "queue"})
    assert last(back) == "Your conversation now waits for someone else on our team. You are next in line."
    await desk(guest, talk, "claim")
    again = await desk(guest, talk, "release", {"to": "assistant"})
    assert "automated assistant again" in last(again)
    assert again["handoff"] is None


async def test_the_name_of_nobody_is_made_up(open_house: OpenHouse) -> None:
    guest = await open_house(clock=Clock())
    talk = await asks(guest)
    claimed = await desk(guest, talk, "claim")
    assert last(claimed) == "Someone on our team has your conversation now and will answer you here."
    assert "representative" not in last(claimed)


@pytest.mark.parametrize(
    ("channel", "answer"),
    [("chat", "I have added that."), ("voice", "I have added that. Please stay on the line.")],
)
async def test_a_waiting_customer_does_not_hear_the_same_after_every_message(
    open_house: OpenHouse, channel: str, answer: str
) -> None:
    clock = Clock()
    guest = await open_house(clock=clock)
    other = await asks(guest, "C-1003")
    clock.passes(1)
    talk = await asks(guest, channel=channel)
    assert "one conversation before yours" in talk.text
    await talk.says("my bill is wrong")
    assert "added your message" in talk.text
    assert "before yours" not in talk.text
    await talk.says("it is much too high")
    assert talk.text == answer
    await talk.says("how long do I have to wait?")
    assert talk.text == "There is one conversation before yours."
    await desk(guest, other, "claim")
    await talk.says("hello?")
    assert "You are next in line." in talk.text
    clock.passes(11)
    await talk.says("anybody?")
    assert "You are next in line." in talk.text


@pytest.mark.parametrize(
    ("locale", "robot", "questions", "thanks"),
    [
        ("en", "are you a robot?", ("what is on my bill?", "can I also cancel?", "why was I charged twice?"), "thanks"),
        ("de", "bist du ein roboter?", ("was kostet das?", "kann ich auch kündigen?", "wieso zweimal?"), "danke"),
        ("fr", "vous êtes un robot ?", ("et ma facture ?", "je peux résilier ?", "pourquoi deux fois ?"), "merci"),
    ],
)
async def test_who_waits_is_answered_by_what_they_say_and_not_in_one_sentence(
    open_house: OpenHouse, locale: str, robot: str, questions: tuple[str, ...], thanks: str
) -> None:
    guest = await open_house(clock=Clock())
    talk = await guest.customer("C-1001", locale=locale)
    opens = {"en": ASK, "de": "ich will mit einem Menschen reden", "fr": "je veux parler à quelqu'un"}
    await talk.says(opens[locale])
    answers: list[str] = []
    for says in (*questions, robot, thanks):
        await talk.says(says)
        answers.append(talk.text)
    assert all(answers)
    assert len(set(answers)) == len(answers)
    assert {"en": "not a human", "de": "kein Mensch", "fr": "pas un être humain"}[locale] in answers[-2]


async def test_who_waits_and_asks_when_somebody_is_there_is_told_the_hours(open_house: OpenHouse) -> None:
    guest = await open_house(clock=Clock())
    talk = await asks(guest)
    await talk.says("what are your opening hours?")
    assert "Monday to Friday" in talk.text


async def test_the_wait_is_told_from_the_last_claims_once_there_are_enough(open_house: OpenHouse) -> None:
    clock = Clock()
    guest = await open_house(clock=clock)
    for number in range(5):
        talk = await asks(guest, f"C-{10001 + number}")
        assert talk.turn["handoff"]["expected_wait_s"] is None
        clock.passes(6)
        await desk(guest, talk, "claim")
    talk = await asks(guest)
    assert talk.turn["handoff"]["expected_wait_s"] == 360
    assert "The wait is usually about 6 minutes from now." in talk.text
    clock.passes(4)
    assert (await talk.look())["handoff"]["expected_wait_s"] == 120
    clock.passes(3)
    assert (await talk.look())["handoff"]["expected_wait_s"] is None


async def test_out_of_hours_the_customer_hears_when_somebody_is_there(open_house: OpenHouse) -> None:
    clock = Clock(BEFORE)
    guest = await open_house(clock=clock)
    talk = await asks(guest)
    assert "Nobody on our team is on duty right now. We are back on Monday, November 30 at 8:00" in talk.text
    assert talk.turn["handoff"]["on_duty"] is False
    assert talk.turn["handoff"]["on_duty_at"] == "2026-11-30T13:00:00Z"
    await present(guest)
    assert (await talk.look())["handoff"]["on_duty"] is True
    clock.passes(4)
    assert (await talk.look())["handoff"]["on_duty"] is False
    clock.passes(120)
    assert (await talk.look())["handoff"]["on_duty"] is False, "within hours, but whoever was there has gone"


async def test_nobody_is_kept_on_the_line_while_nobody_is_there(open_house: OpenHouse) -> None:
    guest = await open_house(clock=Clock(BEFORE))
    talk = await asks(guest, channel="voice")
    await talk.says("my bill is wrong")
    await talk.says("it is far too high")
    assert talk.text == "I have added that."


async def test_nobody_says_that_nobody_is_there_where_that_is_not_known(open_house: OpenHouse) -> None:
    guest = await open_house(clock=Clock(BEFORE))
    opened = await guest.call("other_channel", "POST", "/v1/conversations", {"channel": "chat", "locale": "en"})
    path = f"/v1/conversations/{opened.json()['id']}"
    handed = (await guest.call("other_channel", "POST", f"{path}/handoff", {})).json()
    assert handed["handoff"]["on_duty"] is None
    assert "on duty" not in " ".join(message["text"] for message in handed["messages"])


async def test_danger_is_told_the_emergency_number_when_nobody_is_there(open_house: OpenHouse) -> None:
    guest = await open_house(clock=Clock(BEFORE))
    talk = await guest.customer("C-1010")
    await talk.says("My line is dead and I need help.")
    assert talk.turn["handoff"]["priority"] == "urgent"
    assert talk.text.count("911") == 1
    assert "Nobody on our team is on duty right now." in talk.text


@given(at=st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2027, 1, 1)))  # noqa: DTZ001
def test_hours_open_within_a_span_and_else_at_the_start_of_one(at: datetime) -> None:
    hours = OpeningHours("Asia/Kolkata", {0: ((time(9), time(17)),), 5: ((time(22), time()),)})
    now = at.replace(tzinfo=UTC)
    opens = hours.opens_at(now)
    assert opens is not None
    assert now <= opens <= now + timedelta(days=7)
    local = opens.astimezone(datetime.fromisoformat("2026-01-01T00:00:00+05:30").tzinfo)
    assert local.weekday() in (0, 5)
    if opens > now:
        assert local.time() in (time(9), time(22))


def test_a_company_without_hours_is_never_said_to_open() -> None:
    assert OpeningHours().opens_at(OPEN) is None


def test_opening_hours_are_read_by_days_and_over_the_end_of_the_week() -> None:
    tenant = TenantProfile(
        currency="EUR", country="DE", timezone="Europe/Berlin", locales=["de"], opening_hours=["sat-mon 09:00-24:00"]
    )
    spans = read_hours(tenant).spans
    assert spans == {day: ((time(9), time()),) for day in (5, 6, 0)}


@pytest.mark.parametrize("hours", ["mon 9-5", "mon 17:00-09:00", "mon 20:00-24:30"])
def test_opening_hours_that_are_none_are_refused_with_how_to_write_them(hours: str) -> None:
    with pytest.raises(ValueError, match="write it like"):
        TenantProfile(currency="EUR", country="DE", timezone="UTC", locales=["de"], opening_hours=[hours])


@pytest.mark.parametrize(("question", "locale"), [("and what becomes of my bill?", "en"), ("¿y mi factura?", "es")])
async def test_no_question_of_somebody_who_waits_is_met_with_silence(
    open_house: OpenHouse, question: str, locale: str
) -> None:
    guest = await open_house(clock=Clock())
    talk = await guest.customer("C-1001", locale=locale)
    await talk.says({"en": ASK, "es": "quiero hablar con una persona"}[locale])
    assert talk.turn["handoff"] is not None
    await talk.says(question)
    first = talk.text
    await talk.says(question)
    assert first
    assert talk.text
    assert talk.text != first


@pytest.mark.parametrize(
    ("locale", "words", "told"),
    [
        ("en", "please hurry, my mother cannot breathe", "call 911 now"),
        ("de", "bitte schnell, meine Mutter bekommt keine Luft", "Notruf 911"),
        ("en", "i don't want to live anymore", "988"),
    ],
)
async def test_who_waits_and_is_in_danger_is_told_whom_to_call(
    open_house: OpenHouse, locale: str, words: str, told: str
) -> None:
    guest = await open_house(clock=Clock())
    talk = await guest.customer("C-1001", locale=locale)
    await talk.says({"en": ASK, "de": "Ich möchte mit einem Menschen sprechen"}[locale])
    await talk.says(words)
    assert told in talk.text
    assert talk.turn["handoff"]["priority"] == "urgent"
    await desk(guest, talk, "claim")
    await talk.says(words)
    assert talk.text == "", "whoever has it reads it"
