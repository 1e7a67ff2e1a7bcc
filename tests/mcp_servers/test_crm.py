import pytest

from mcp_servers.sandbox.outbox import read_outbox
from tests.mcp_servers.office import NORTHWIND, ToolRefused


def outbox(office, customer="C-1001"):
    return read_outbox(office.sandbox, NORTHWIND, customer)


async def start(office, customer="C-1001"):
    sent = await office.call_of("crm.start_verification", customer)
    return sent, outbox(office, customer)[-1]["code"]


async def check(office, code, customer="C-1001"):
    return await office.call_of("crm.check_verification", customer, code=code)


def wrong(code):
    return f"{(int(code) + 1) % 1_000_000:06d}"


async def test_a_code_of_six_digits_goes_to_the_phone_on_file_and_verifies_once(office):
    sent, code = await start(office)
    assert sent["sent_to"] == "•••• ••01"
    assert sent["channel"] == "sms"
    assert len(code) == 6
    assert code.isdigit()
    assert outbox(office)[-1]["template"] == "verification_code"
    assert code in outbox(office)[-1]["text"]
    assert (await check(office, f" {code[:3]} {code[3:]}"))["verified"] is True
    assert await check(office, code) == {"verified": False, "attempts_left": 0}


async def test_three_wrong_tries_end_a_code(office):
    _, code = await start(office)
    left = [await check(office, wrong(code)) for _ in range(3)]
    assert left == [{"verified": False, "attempts_left": n} for n in (2, 1, 0)]
    assert (await check(office, code))["verified"] is False


async def test_a_code_expires_after_ten_minutes(office):
    _, code = await start(office)
    office.clock.advance(minutes=10)
    assert (await check(office, code))["verified"] is False


async def test_a_code_still_works_just_before_it_expires(office):
    _, code = await start(office)
    office.clock.advance(minutes=9, seconds=59)
    assert (await check(office, code))["verified"] is True


async def test_a_new_code_replaces_the_one_before(office):
    _, old = await start(office)
    _, new = await start(office)
    if old != new:
        assert (await check(office, old))["verified"] is False
    assert (await check(office, new))["verified"] is True


async def test_a_code_is_of_no_use_for_another_customer(office):
    _, code = await start(office, "C-1001")
    await start(office, "C-1002")
    own = outbox(office, "C-1002")[-1]["code"]
    if code != own:
        assert (await check(office, code, "C-1002"))["verified"] is False


async def test_codes_are_stored_hashed(office):
    _, code = await start(office)
    rows = office.sandbox["crm"].read(lambda database: database.execute("SELECT * FROM verifications").fetchall())
    assert len(rows) == 1
    assert code not in str(rows)


async def test_resending_is_limited_until_one_is_used_or_time_passes(office):
    for _ in range(5):
        await start(office)
    with pytest.raises(ToolRefused, match="too many codes"):
        await start(office)
    office.clock.advance(minutes=10)
    await start(office)


async def test_codes_that_were_entered_rightly_do_not_count_as_resent(office):
    for _ in range(8):
        _, code = await start(office)
        assert (await check(office, code))["verified"] is True


@pytest.mark.parametrize(
    ("field", "value", "stored", "told"),
    [
        ("email", " Amira.New@Example.ORG ", "amira.new@example.org", ("email", "a•••@example.com")),
        ("phone", "(202) 555-0147", "+12025550147", ("sms", "•••• ••01")),
        ("phone", "+44 20 7946 0958", "+442079460958", ("sms", "•••• ••01")),
        ("address", "9  Poplar   Road, Utica", "9 Poplar Road, Utica", ("email", "a•••@example.com")),
    ],
)
async def test_a_changed_contact_detail_is_stored_and_the_old_address_is_told(office, field, value, stored, told):
    changed = await office.call_of("crm.update_contact_detail", "C-1001", field=field, value=value)
    assert changed["value"] == stored
    assert changed["notified"] == told[1]
    record = await office.call_of("crm.get_customer", "C-1001")
    assert record[field] == stored
    assert record["contact_changed_at"] == changed["changed_at"] == "2026-03-18T15:00:00Z"
    notice = outbox(office)[-1]
    assert (notice["template"], notice["channel"]) == ("contact_changed", told[0])
    assert stored not in notice["text"]


@pytest.mark.parametrize(
    ("field", "value"),
    [("email", "amira"), ("email", "a@b"), ("email", "a b@example.com"), ("email", "a@example..com"),
     ("email", "a@example.com, b@example.com"), ("phone", "12"), ("phone", "+1 999 999 9999"), ("phone", "call me"),
     ("address", "somewhere"), ("address", "12345678")],
)  # fmt: skip
async def test_a_value_that_cannot_be_one_is_refused_with_its_field(office, version, field, value):
    before = version()
    with pytest.raises(ToolRefused, match=r"^value: "):
        await office.call_of("crm.update_contact_detail", "C-1001", field=field, value=value)
    assert version() == before


async def test_a_detail_that_is_on_file_already_counts_as_no_change(office):
    before = outbox(office)
    await office.call_of("crm.update_contact_detail", "C-1001", field="email", value="amira.haddad@example.com")
    assert (await office.call_of("crm.get_customer", "C-1001"))["contact_changed_at"] is None
    assert outbox(office) == before


@pytest.mark.parametrize(
    ("field", "value", "found"),
    [
        ("customer_id", "c-1001", "C-1001"),
        ("email", "AMIRA.HADDAD@example.com", "C-1001"),
        ("phone", "212-555-0101", "C-1001"),
        ("phone", "gibberish", None),
        ("customer_id", "C-2001", None),
        ("email", "nobody@example.com", None),
    ],
)
async def test_customers_are_found_by_number_address_or_phone_in_their_tenant_only(office, field, value, found):
    answer = await office.call("crm.find_customer", "", field=field, value=value)
    assert answer == {"found": found is not None, "customer_id": found}


async def test_an_offer_is_taken_with_exactly_its_terms(office):
    offers = await office.call_of("crm.list_offers", "C-1008")
    assert [(offer["offer_id"], offer["eligible"]) for offer in offers["items"]] == [("OF-15", True)]
    for terms in ({"discount_percent": 20, "months": 6}, {"discount_percent": 15, "months": 12}):
        with pytest.raises(ToolRefused, match="OF-15 is"):
            await office.call_of("crm.accept_offer", "C-1008", offer_id="OF-15", **terms)
    accepted = await office.call_of("crm.accept_offer", "C-1008", offer_id="OF-15", discount_percent=15, months=6)
    assert accepted["monthly_minor"] == 5099
    assert accepted["until"] == "2026-09-18"
    subscriptions = await office.call_of("erp.list_subscriptions", "C-1008")
    assert subscriptions["items"][0]["monthly_minor"] == 5099
    again = await office.call_of("crm.list_offers", "C-1008")
    assert (again["accepted_12m"], again["items"][0]["eligible"]) == (1, False)
    with pytest.raises(ToolRefused, match="not eligible, an offer was already accepted"):
        await office.call_of("crm.accept_offer", "C-1008", offer_id="OF-15", discount_percent=15, months=6)


async def test_an_offer_not_made_to_the_customer_is_not_found(office):
    with pytest.raises(ToolRefused, match="offer OF-30 not found"):
        await office.call_of("crm.accept_offer", "C-1008", offer_id="OF-30", discount_percent=30, months=12)


async def test_a_discount_ends_with_its_last_month(office):
    await office.call_of("crm.accept_offer", "C-1008", offer_id="OF-15", discount_percent=15, months=6)
    office.clock.advance(days=185)
    subscriptions = await office.call_of("erp.list_subscriptions", "C-1008")
    assert subscriptions["items"][0]["monthly_minor"] == 5999


PERMISSION = {"partner": "partner", "tools": ["payments.list_payments"], "amount_minor": 2000, "until": "2026-04-20"}


async def permissions(office):
    return (await office.call_of("crm.get_customer", "C-1001"))["partner_consents"]


async def test_a_partner_asks_once_and_the_customer_gives_no_more_than_that(office):
    asked = await office.call_of("crm.request_partner_consent", "C-1001", **PERMISSION)
    again = await office.call_of("crm.request_partner_consent", "C-1001", **PERMISSION)
    assert (asked["status"], again["consent_id"]) == ("requested", asked["consent_id"])
    named = {"consent_id": asked["consent_id"], "partner": "partner"}
    for more, why in (
        ({"amount_minor": 2001, "until": "2026-04-20"}, "amount_minor: .* 2000 at most"),
        ({"amount_minor": 2000, "until": "2026-04-21"}, "until: .* 2026-04-20 at the latest"),
        ({"amount_minor": 2000, "until": "2026-04-20", "partner": "partner_2"}, "partner: .* another's"),
    ):
        with pytest.raises(ToolRefused, match=why):
            await office.call_of("crm.give_partner_consent", "C-1001", **{**named, **more})
    given = await office.call_of("crm.give_partner_consent", "C-1001", **named, amount_minor=1500, until="2026-04-01")
    assert (given["status"], given["amount_minor"], given["until"]) == ("given", 1500, "2026-04-01")
    assert await permissions(office) == [given]


async def test_a_permission_ends_and_may_be_given_and_asked_for_again(office):
    asked = await office.call_of("crm.request_partner_consent", "C-1001", **PERMISSION)
    named = {"consent_id": asked["consent_id"]}
    assert (await office.call_of("crm.withdraw_partner_consent", "C-1001", **named))["status"] == "withdrawn"
    terms = {**named, "partner": "partner", "amount_minor": 0, "until": "2026-04-01"}
    assert (await office.call_of("crm.give_partner_consent", "C-1001", **terms))["status"] == "given"
    with pytest.raises(ToolRefused, match="given already"):
        await office.call_of("crm.give_partner_consent", "C-1001", **terms)
    anew = await office.call_of("crm.request_partner_consent", "C-1001", **PERMISSION)
    assert anew["consent_id"] != asked["consent_id"]
    with pytest.raises(ToolRefused, match="until: this day is over"):
        await office.call_of("crm.request_partner_consent", "C-1001", **{**PERMISSION, "until": "2026-03-01"})


async def test_marketing_needs_consent_and_what_was_requested_does_not(office):
    message = {"template": "news", "text": "Hello."}
    with pytest.raises(ToolRefused, match="purpose: the customer has not agreed to marketing"):
        await office.call_of("crm.send_message", "C-1019", purpose="marketing", **message)
    sent = await office.call_of("crm.send_message", "C-1019", purpose="requested", **message)
    assert sent["to"] == "s•••@example.com"
    await office.call_of("crm.set_consent", "C-1019", field="marketing", value=True)
    assert await office.call_of("crm.send_message", "C-1019", purpose="marketing", **message)
    assert [item["template"] for item in outbox(office, "C-1019")] == ["news", "news"]


async def test_notes_and_cases_are_on_the_record(office):
    note = await office.call_of("crm.add_note", "C-1001", text="Called back.", disposition="resolved")
    case = await office.call_of("crm.open_case", "C-1001", reason="dispute", description="The bill is wrong.")
    interactions = await office.call_of("crm.list_interactions", "C-1001")
    assert interactions["items"][0] == {
        "interaction_id": note["interaction_id"],
        "at": note["at"],
        "channel": "note",
        "author": "assistant",
        "summary": "Called back.",
    }
    cases = await office.call_of("crm.list_cases", "C-1001")
    assert cases["items"] == [{**case, "description": "The bill is wrong."}]
    assert case["status"] == "open"


async def test_the_outbox_tells_tenants_apart(office):
    await start(office)
    assert read_outbox(office.sandbox, "other-co", "C-1001") == []
    assert set(outbox(office)[0]) == {"at", "customer_id", "channel", "template", "text", "code"}
    assert read_outbox(office.sandbox, NORTHWIND) == outbox(office)


@pytest.mark.parametrize(
    ("tool", "arguments", "message"),
    [
        ("crm.record_feedback", {"score": 6}, "score: should be less than or equal to 5"),
        ("crm.record_feedback", {"score": "5"}, "score: must be a whole number"),
        ("crm.record_feedback", {"score": True}, "score: must be a whole number"),
        ("crm.record_feedback", {"score": 5, "loud": 1}, "loud: is not an argument of this tool"),
        ("crm.record_feedback", {}, "score: is required"),
        ("crm.set_consent", {"field": "marketing", "value": "yes"}, "value: must be true or false"),
        ("crm.set_consent", {"field": "calls", "value": True}, "field: should be 'marketing', 'service' or 'partners'"),
        ("crm.add_note", {"text": ""}, "text: String should have at least 1 character"),
        ("crm.add_note", {"text": ["a"]}, "text: must be text"),
    ],
)
async def test_bad_arguments_are_answered_with_which_and_why(office, tool, arguments, message):
    with pytest.raises(ToolRefused) as refused:
        await office.call_of(tool, "C-1001", **arguments)
    assert str(refused.value) == message
