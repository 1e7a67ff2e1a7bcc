"""A customer sees which companies may act for them, lets one, and takes the permission back."""

import pytest

from agents.retention.procedures.partner_permissions.permissions import read_wish
from tests.house_guest import Guest

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
    assert "there is no permission to take away" in amira.text


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
