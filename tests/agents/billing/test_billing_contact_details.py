"""Contact details: which one, its new value, one change per step."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.billing.procedures.update_contact_details.postal_address import given_address, is_address
from agents.billing.procedures.update_contact_details.procedure import named_fields
from agents.procedure import HandOff
from domain.understanding import Entity
from tests.agents.billing.billing_walk import (
    FAILED,
    REFUSED,
    WITHDRAWN,
    Seeded,
    Words,
    except_for,
    open_case,
    plain,
    walk,
)

UPDATE = "crm.update_contact_detail"


def email(value):
    return Entity("email", value, value)


def phone(value):
    return Entity("phone", value, value)


def changed(arguments):
    return {"field": arguments["field"], "value": arguments["value"], "changed_at": "", "notified": "a•••@example.com"}


def update(text, *named, answers=None, systems=None, customer_id="C-1001"):
    case = open_case("update_contact_details", text, *named, customer_id=customer_id)
    return walk(case, systems or plain(update_contact_detail=changed), answers)


def test_an_e_mail_address_in_the_opening_is_changed_without_a_question_and_the_old_one_is_told():
    walked = update("change my e-mail to new@example.com", email("new@example.com"), systems=Seeded("C-1001"))
    assert walked.asked == []
    assert walked.calls(UPDATE) == [{"customer_id": "C-1001", "field": "email", "value": "new@example.com"}]
    assert walked.end.facts["changed"][0]["notified"] in walked.texts[-1]


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("change my email address", ["email"]),
        ("I have a new phone number", ["phone"]),
        ("I moved, new address", ["address"]),
        ("update my phone and my postal address", ["phone", "address"]),
        ("cambiar mi dirección de correo", ["email"]),
        ("cambiar mi dirección", ["address"]),
        ("meine E-Mail-Adresse ändern", ["email"]),
        ("neue Anschrift und neue Handynummer", ["phone", "address"]),
        ("changer mon adresse e-mail", ["email"]),
        ("j'ai déménagé", ["address"]),
        ("मेरा फ़ोन नंबर बदलना है", ["phone"]),
        ("मेरा पता बदलना है", ["address"]),
        ("change my details", []),
        ("I use another mail address now", ["email"]),
        ("neue Mail-Adresse eintragen", ["email"]),
        ("voici ma nouvelle adresse mail", ["email"]),
    ],
)
def test_the_details_are_read_from_the_words(text, fields):
    assert named_fields(open_case("update_contact_details", text)) == fields


def test_where_no_detail_is_named_it_is_asked_for():
    walked = update(
        "change my details",
        answers={"contact_field": Words("my phone"), "new_phone": Words("x", (phone("+12125550123"),))},
    )
    assert walked.calls(UPDATE) == [{"customer_id": "C-1001", "field": "phone", "value": "+12125550123"}]


def test_several_details_are_changed_one_per_step():
    walked = update("new e-mail and phone", email("n@example.com"), phone("+12125550000"))
    assert [call["field"] for call in walked.calls(UPDATE)] == ["email", "phone"]
    assert "n@example.com" in walked.texts[-1]
    assert "+12125550000" in walked.texts[-1]


def test_of_two_addresses_in_a_message_the_new_one_is_asked_for():
    walked = update(
        "my email is not old@example.com but new@example.com",
        email("old@example.com"),
        email("new@example.com"),
        answers={"which_email": Words("new@example.com")},
    )
    assert walked.calls(UPDATE)[0]["value"] == "new@example.com"


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("my new address is 5 Oak Road, Albany, NY 12203", "5 Oak Road, Albany, NY 12203"),
        ("mi nueva dirección es Calle Mayor 5, 28001 Madrid", "Calle Mayor 5, 28001 Madrid"),
        ("meine neue Anschrift lautet Hauptstraße 5, 10115 Berlin", "Hauptstraße 5, 10115 Berlin"),
        ("we moved, 5 Birch Lane, Albany, NY 12203", "5 Birch Lane, Albany, NY 12203"),
        ("wir sind umgezogen: Lindenweg 3a, 10115 Berlin", "Lindenweg 3a, 10115 Berlin"),
        ("bonjour, j'ai déménagé au 12 rue des Lilas, 75011 Paris, merci", "12 rue des Lilas, 75011 Paris"),
        ("we moved, 3 kids and a dog, the internet is slow", ""),
        ("I've moved to 12 Elm Street", ""),
        ("please change my address to the new one", ""),
        ("my e-mail address is new1@example.com", ""),
    ],
)
def test_a_postal_address_in_the_opening_is_taken_only_if_it_can_be_one(text, address):
    assert given_address(text) == address


def test_an_incomplete_address_is_asked_for_once_more_then_a_person_goes_on():
    walked = update("I moved", answers={"new_address": ["Berlin", "5 Oak Road, Albany"]})
    assert walked.said == ["address_incomplete"]
    assert walked.calls(UPDATE)[0]["value"] == "5 Oak Road, Albany"
    given_up = update("I moved", answers={"new_address": ["Berlin", "no"]})
    assert isinstance(given_up.end, HandOff)
    assert given_up.calls(UPDATE) == []


def test_a_street_without_its_town_is_completed_by_the_town():
    walked = update("I moved", answers={"new_address": ["12 rue des Lilas", "75011 Paris"]})
    assert walked.said == ["address_incomplete"]
    assert walked.calls(UPDATE)[0]["value"] == "12 rue des Lilas, 75011 Paris"


def test_a_value_that_cannot_be_saved_is_asked_for_once_more():
    walked = update(
        "change my phone",
        answers={"new_phone": ["12", "+12125550123"]},
        systems=plain(update_contact_detail=changed),
    )
    assert walked.said == ["value_rejected"]
    assert [call["value"] for call in walked.calls(UPDATE)] == ["+12125550123"]


def test_a_number_that_nobody_can_have_is_refused_before_anything_is_proposed():
    walked = update(
        "my phone is +1 555 010 7799",
        phone("+15550107799"),
        answers={"new_phone": Words("x", (phone("+12125550123"),))},
    )
    assert walked.said == ["value_rejected"]
    assert [call["value"] for call in walked.calls(UPDATE)] == ["+12125550123"]


def test_after_two_values_that_cannot_be_saved_nothing_is_claimed():
    walked = update(
        "change my phone", answers={"new_phone": ["12", "13"]}, systems=plain(update_contact_detail=[FAILED, FAILED])
    )
    assert walked.end.reply == "not_changed"
    assert "Nothing was changed" in walked.texts[-1]


@pytest.mark.parametrize(("trouble", "reply"), [(REFUSED, "refused"), (WITHDRAWN, "withdrawn")])
def test_a_refused_or_withdrawn_change_ends_the_usual_way(trouble, reply):
    systems = except_for(plain(), update_contact_detail=trouble)
    walked = update("my email: n@example.com", email("n@example.com"), systems=systems)
    assert walked.end.reply == reply


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=60))
def test_whatever_is_said_an_address_without_a_number_is_none(text):
    if is_address(text):
        assert any(letter.isdigit() for letter in text)
    given_address(text)


@pytest.mark.parametrize(
    "text",
    [
        "my surname has changed",
        "my name is now Keller",
        "my name is spelled wrong",
        "ich heiße jetzt anders",
        "quiero cambiar mi apellido",
        "changement de nom après le mariage",
        "mera naam galat hai",
    ],
)
def test_a_name_is_for_people_to_change_and_that_is_said_before_anybody_is_fetched(text):
    walked = update(text, answers={"colleague": True})
    assert isinstance(walked.end, HandOff)
    assert "can't change a name here" in walked.texts[0]
    assert walked.calls(UPDATE) == []
    assert update(text, answers={"colleague": None}).end.reply == "name_left"


@pytest.mark.parametrize(
    "text",
    [
        "hi, my name is Björn Larsen, I want to update my details",
        "mi nombre es Ana, quiero cambiar mis datos",
        "ich heiße Weber und möchte meine Daten ändern",
        "mon nom est Martin, je veux modifier mes coordonnées",
        "mera naam Rajesh hai, details badalni hain",
    ],
)
def test_who_says_under_which_name_they_write_is_asked_what_is_to_change(text):
    assert update(text, answers={"contact_field": "email", "new_email": "new@example.com"}).asked[0] == "contact_field"


def test_a_detail_beside_a_name_is_changed_here():
    assert update("new name and new e-mail new@example.com", email("new@example.com")).calls(UPDATE)
