"""A wrap-up that is proposed before a conversation is resolved: what it came to, and a note from the record."""

from collections.abc import Mapping
from dataclasses import dataclass

from desk.deeds import changed
from desk.forms import DeskForms
from desk.queue import Desk
from domain.caller import Caller
from domain.conversation import Action
from domain.ids import ConversationId, TenantId

OUTCOMES = {
    "payments.refund_payment": "refunded",
    "erp.apply_credit": "credited",
    "erp.waive_fee": "credited",
    "erp.reschedule_appointment": "rebooked",
}
"""What a conversation came to by the tool that did something in it, where the company says nothing else."""
LONGEST_NOTE = 4000


@dataclass(frozen=True, slots=True)
class WrapUp:
    """What may be written down at the end. Either is empty where the record says nothing; nothing is kept by it."""

    disposition: str
    note: str


class WrapUpDesk:
    """Proposes wrap-ups for conversations that the caller has."""

    def __init__(self, desk: Desk, groups: Mapping[str, str], forms: Mapping[TenantId, DeskForms]) -> None:
        self._desk = desk
        self._groups = groups
        self._forms = forms

    async def propose(self, caller: Caller, conversation_id: ConversationId, language: str = "en") -> WrapUp:
        """The disposition that fits what was changed last, and a note in the caller's language of what was and was not.

        Raises:
            NotFound: unknown, another tenant's, or not handed to people.
            Conflict: the caller has not claimed it.
        """
        row = await self._desk.find_claimed(caller, conversation_id)
        words, done = self._desk.words(row, language), changed(row, self._groups)
        told = [words.account(each, "") for each in (*done, *_in_vain(row.memory.deeds, done))]
        note = "\n".join(dict.fromkeys(filter(None, told)))
        return WrapUp(self._disposition(caller.tenant, done), note[:LONGEST_NOTE])

    def _disposition(self, tenant: TenantId, done: tuple[Action, ...]) -> str:
        forms = self._forms.get(tenant, DeskForms())
        outcomes = {**OUTCOMES, **forms.outcomes}
        fitting = [outcomes[each.tool] for each in reversed(done) if each.tool in outcomes]
        return next((each for each in fitting if each in forms.dispositions), "")


def _in_vain(deeds: tuple[Action, ...], done: tuple[Action, ...]) -> tuple[Action, ...]:
    """What failed or was refused and was not done all the same."""
    made = {each.tool for each in done}
    return tuple(each for each in deeds if each.outcome != "succeeded" and each.tool not in made)
