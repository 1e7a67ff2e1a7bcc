"""How the understanding hears one row in its context: what was asked, and where the message would go."""

from dataclasses import dataclass
from datetime import UTC, datetime

from agents.procedure import Ask, Case
from domain.calls import Pending
from domain.conversation import LOCALES
from domain.ids import PendingId
from domain.understanding import Understanding
from router.memory.state import Memory
from router.routes import Begin, No, Yes
from router.routing import Thresholds, choose
from understanding.acts.reading import Setting, setting_of
from understanding.reader import ReadContext, Reader

NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)
WAITING = "evaluation.waits"
"""The procedure that waits for the answer; no wish of a message is ever for it."""


@dataclass(frozen=True, slots=True)
class ReaderInForce:
    """The reader in force with the thresholds in force, for customers who pay in a currency."""

    reader: Reader
    thresholds: Thresholds
    currency: str

    def hear_answer(self, text: str, asked: str | None, lang: str) -> Understanding:
        """Read words that answer a confirmation; `asked` is what was put to the customer."""
        return self._read(text, lang, pending_for(asked), NOON, setting_of(asked or "?"))

    def hear(self, text: str, lang: str, *, now: datetime = NOON) -> Understanding:
        """Read words with nothing pending."""
        return self._read(text, lang, None, now)

    def begins(self, heard: Understanding, asked: str | None, *, pending: bool) -> bool:
        """Whether these words would begin or queue any journey."""
        memory = Memory(cases=(case_for(asked),)) if pending else Memory()
        route = choose(memory, heard, self.thresholds, _no_question)
        match route:
            case Begin():
                return True
            case Yes(wishes) | No(wishes):
                return bool(wishes)
            case _:
                return False

    def _read(
        self, text: str, lang: str, pending: Pending | None, now: datetime, said: Setting = "nothing"
    ) -> Understanding:
        locale = lang if lang in LOCALES else "en"
        context = ReadContext(currency=self.currency, current_procedure=WAITING if pending else "", said=said)
        return self.reader.read(text, locale=locale, pending=pending, now=now, context=context)


def pending_for(asked: str | None) -> Pending:
    """Something that waits for a yes, described by what was asked."""
    return Pending(PendingId("evaluation"), "confirm", asked or "book the visit", "erp.book_appointment", {})


def case_for(asked: str | None) -> Case:
    """The journey that waits for it."""
    return Case(WAITING, 1, "C-1001", "en", "chat", "", NOON, pending=pending_for(asked))


def _no_question(_: Case) -> Ask | None:
    return None
