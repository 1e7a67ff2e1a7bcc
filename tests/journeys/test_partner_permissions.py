"""A customer sees which companies may act for them, lets one, and takes the permission back."""

from contextlib import closing

import pytest

from agents.retention.procedures.partner_permissions.permissions import read_wish
from tests.house_guest import Guest
from tests.sandbox_files import open_systems

SAMUEL = "C-1019"
"""The agent of Helpwise has asked for their permission, and no company has one."""
SPOKEN = {
    "en": ("which companies may act for me?", "yes", "take the permission away from Helpwise"),
    "es": ("¿qué empresas pueden actuar por mí?", "sí", "retire el permiso de Helpwise"),
    "de": ("welche Unternehmen dürfen für mich handeln?", "ja", "entziehen Sie Helpwise die Erlaubnis"),
    "fr": ("quelles entreprises peuvent agir pour moi ?", "oui", "retirez l'autorisation à Helpwise"),
    "hi": ("कौन-सी कंपनियाँ मेरी ओर से काम कर सकती हैं?", "हाँ", "Helpwise की अनुमति हटा दीजिए"),
}


@pytest.mark.parametrize("locale", SPOKEN)
async def test_a_company_is_let_with_a_code_and_not_any_more_at_a_word(house: Guest, locale: str) -> None:
    asks, yes, ends = SPOKEN[locale]
    samuel = await house.customer(SAMUEL, locale=locale)
    await samuel.says(asks)
    assert samuel.turn["procedure"] == "partner_permissions"
    assert "Helpwise" in samuel.text
    await samuel.says(yes)
    assert samuel.pending[0] == "verify"
    await samuel.says_code()
    assert samuel.pending == ("confirm", "crm.give_partner_consent")
    assert "Helpwise" in samuel.turn["pending"]["summary"]
    await samuel.says(yes)
    assert await samuel.done() == [("crm.give_partner_consent", "succeeded")]
    await samuel.says(ends)
    assert (await samuel.done())[-1] == ("crm.withdraw_partner_consent", "succeeded")
    assert "Helpwise" in samuel.text


async def test_a_no_refuses_what_a_company_asked_for(house: Guest) -> None:
    samuel = await house.customer(SAMUEL)
    await samuel.says("which companies may act for me?")
    await samuel.says("no")
    assert await samuel.done() == [("crm.withdraw_partner_consent", "succeeded")]
    assert "Helpwise may not act for you" in samuel.text
    await samuel.says("allow Helpwise to act for me")
    assert samuel.pending[0] == "verify", "a no can be taken back, by the customer alone"


async def test_a_permission_for_all_companies_ends_after_a_yes(house: Guest) -> None:
    amira = await house.customer("C-1001")
    await amira.says("which companies may act for me?")
    assert "all our partner companies" in amira.text
    await amira.says("take the permission away")
    assert amira.pending == ("confirm", "crm.set_consent")
    await amira.says("yes")
    assert await amira.done() == [("crm.set_consent", "succeeded")]
    await amira.says("take the permission away from Helpwise")
    assert "Helpwise has no permission to act for you" in amira.text


@pytest.mark.parametrize("locale", SPOKEN)
async def test_who_takes_one_company_out_of_all_hears_before_the_yes_that_it_ends_for_all(
    house: Guest, locale: str
) -> None:
    for_all = {"en": "only end that for all", "es": "solo", "de": "nur allen", "fr": "qu’à toutes", "hi": "सभी से"}
    amira = await house.customer("C-1001", locale=locale)
    await amira.says(SPOKEN[locale][2])
    assert amira.pending == ("confirm", "crm.set_consent")
    assert "Helpwise" in amira.text
    assert for_all[locale] in amira.text
    await amira.says({"en": "no", "es": "no", "de": "nein", "fr": "non", "hi": "नहीं"}[locale])
    assert await amira.done() == []


async def test_a_companys_own_permission_ends_at_once_and_what_all_have_after_a_yes_alone(house: Guest) -> None:
    with closing(open_systems(house.house.settings.data)) as sandbox:
        sandbox.execute("UPDATE customers SET consent_partners = 1 WHERE customer_id = ?", (SAMUEL,))
        sandbox.execute("UPDATE partner_consents SET status = 'given' WHERE customer_id = ?", (SAMUEL,))
    samuel = await house.customer(SAMUEL)
    await samuel.says("take the permission away from Helpwise")
    assert await samuel.done() == [("crm.withdraw_partner_consent", "succeeded")]
    assert "It may still act for you" in samuel.text
    assert samuel.pending == ("confirm", "crm.set_consent")
    await samuel.says("no")
    assert "may still act for you" in samuel.text
    assert len(await samuel.done()) == 1


async def test_a_company_without_a_permission_loses_none_and_nobody_else_does(house: Guest) -> None:
    with closing(open_systems(house.house.settings.data)) as sandbox:
        sandbox.execute("UPDATE partner_consents SET status = 'given' WHERE customer_id = ?", (SAMUEL,))
    samuel = await house.customer(SAMUEL)
    await samuel.says("take the permission away from Movewell")
    assert "Movewell has no permission to act for you" in samuel.text
    assert "Helpwise may act for you until" in samuel.text
    assert await samuel.done() == []


async def test_what_a_company_may_do_with_what_and_until_when_is_said_before_the_yes(house: Guest) -> None:
    samuel = await house.customer(SAMUEL)
    await samuel.says("allow Helpwise to act for me")
    await samuel.says_code()
    assert samuel.pending == ("confirm", "crm.give_partner_consent")
    for told in ("Helpwise", "until", "your bills", "(view only)", "refunds", "for up to $50.00 at a time"):
        assert told in samuel.turn["pending"]["summary"], told


def test_what_is_said_about_permissions_is_told_apart() -> None:
    wishes = {
        "which companies may act for me?": "see",
        "which companies may not act for me any more?": "see",
        "allow Helpwise to act for me": "give",
        "don't allow Helpwise to act for me": "withdraw",
        "doy permiso a Helpwise": "give",
        "ya no doy permiso a Helpwise": "withdraw",
        "ich erlaube Helpwise, für mich zu handeln": "give",
        "ich nehme meine Erlaubnis zurück": "withdraw",
        "j'autorise Helpwise": "give",
        "je n'autorise plus Helpwise": "withdraw",
        "मैं Helpwise को अनुमति देता हूँ": "give",
        "अनुमति वापस ले लीजिए": "withdraw",
    }
    assert {words: read_wish(words) for words in wishes} == wishes
