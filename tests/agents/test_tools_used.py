"""Which tools a procedure needs is read from its code, so that it is known before a customer is asked anything."""

from contextlib import suppress

import pytest

from agents.catalogue import load_catalogue
from agents.procedure import Call, CallRefused, Case, Declined, Journey, Resolved, StepTrouble
from agents.tools_used import find_tools
from domain.errors import Misconfigured

CATALOGUE = load_catalogue()


def tools_of(name: str) -> frozenset[str]:
    procedure = CATALOGUE.procedure(name)
    assert procedure is not None
    return find_tools(procedure.function)


def gives_up(case: Case) -> Journey:
    """Ends where it is refused."""
    try:
        yield Call("crm.open_case")
    except CallRefused:
        return Declined("no")
    return Resolved("yes")


def goes_on(case: Case) -> Journey:
    """Goes on where it is refused."""
    with suppress(CallRefused):
        yield Call("crm.add_note")
    try:
        yield Call("crm.record_feedback")
    except StepTrouble:
        return Resolved("without")
    return Resolved("yes")


def works_it_out(case: Case) -> Journey:
    """Names a tool that its words say."""
    yield Call(case.text)
    return Resolved("yes")


def test_calls_of_helpers_are_needed_even_where_their_refusal_has_words_of_its_own() -> None:
    assert tools_of("billing.refund_duplicate_charge") == {"payments.list_payments", "payments.refund_payment"}
    assert find_tools(gives_up) == {"crm.open_case"}


def test_what_a_journey_goes_on_without_or_only_considers_is_not_needed() -> None:
    assert find_tools(goes_on) == set()
    assert tools_of("billing.explain_bill") == {"erp.list_invoices", "erp.get_invoice"}


def test_a_tool_whose_name_is_worked_out_has_to_be_declared(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Misconfigured, match=r"works_it_out.*TOOLS"):
        find_tools(works_it_out)
    monkeypatch.setitem(globals(), "TOOLS", ("weather.get_forecast",))
    find_tools.cache_clear()
    assert find_tools(works_it_out) == {"weather.get_forecast"}
    find_tools.cache_clear()
