"""The step language: a journey written down as a generator of steps, a pure description without any framework.

A procedure yields steps and receives their results. The case keeps the list of (step, result); the next step is found
by replaying the generator over that list (`agents/replay.py`), so that a running journey is plain data.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Literal

from domain.calls import Pending, ToolCall
from domain.digest import digest
from domain.understanding import Entity

Facts = dict[str, Any]
"""JSON values by name."""


class StepTrouble(Exception):
    """Something other than a result came back for a step; thrown into the procedure at its `yield`."""


class CallRefused(StepTrouble):
    """The policy denied the call; `rules` and `message` say why."""

    def __init__(self, rules: tuple[str, ...], message: str) -> None:
        super().__init__(message)
        self.rules = rules
        self.message = message


class CallFailed(StepTrouble):
    """The server could not do it; `error` is its answer.

    Where it is `uncertain`, there was no answer: it may have been done, and must not be tried in another way.
    Where it is `down`, a system that it needs does not answer: nothing was done, and no other value or way helps.
    """

    def __init__(self, error: str, *, uncertain: bool = False, down: bool = False) -> None:
        super().__init__(error)
        self.error = error
        self.uncertain = uncertain or down
        self.down = down


class CallWithdrawn(StepTrouble):
    """The customer said no to the call or to the question, a supervisor rejected it, or it waits elsewhere already."""

    def __init__(self, by: Literal["customer", "supervisor", "switchboard"], reason: str = "") -> None:
        super().__init__(reason or by)
        self.by = by
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the answers on offer, recognised by its place in the list, reference, date, time or any of its words.

    `rank` is what it is compared by ("the cheaper one"): its price. `shown` is what a button says where the label is
    not it: a `name`, or `names` by language, with `money` in minor units, a `day` or a `day_time` beside it. `needs` is
    the procedure that it leads to, or the tool: to whom that is barred it is not on offer.
    """

    value: Any
    label: str
    words: tuple[str, ...] = ()
    date: str = ""
    time: str = ""
    rank: float | None = None
    shown: Facts = field(default_factory=Facts)
    needs: str = ""


class Call:
    """Propose an MCP tool call; resumed with the tool's structured result once it was executed."""

    def __init__(self, tool: str, /, **arguments: Any) -> None:
        self.tool = tool
        self.arguments: Facts = arguments

    @property
    def fingerprint(self) -> str:
        """What makes this step this step, compared at replay."""
        return digest(["call", self.tool, self.arguments])


class Consider:
    """Ask whether the customer's yes would do for a call that `procedure` would propose; resumed with True or False.

    For what nobody asked for: it is offered only if the offer can be kept. Nothing is proposed.
    """

    def __init__(self, tool: str, procedure: str, /, **arguments: Any) -> None:
        self.tool = tool
        self.procedure = procedure
        self.arguments: Facts = arguments

    @property
    def fingerprint(self) -> str:
        """What makes this step this step, compared at replay."""
        return digest(["consider", self.tool, self.arguments])


class Ask:
    """Ask the customer for a slot; resumed with its value.

    A value that was already given is not asked for. `kinds` are the entity kinds that answer it, or `yes_no`, `text`.
    With `choices` the value is the chosen one's. With `optional` an unsure customer yields None. A question that
    `offers` something that nobody asked for (a procedure, a tool) is put once in a conversation: where it was offered
    or worked before, it is not put and yields None. An answer that is none counts as a no to it.
    """

    def __init__(
        self,
        slot: str,
        /,
        *,
        kinds: tuple[str, ...] = (),
        choices: tuple[Choice, ...] = (),
        reply: str = "",
        optional: bool = False,
        offers: str = "",
        **facts: Any,
    ) -> None:
        self.slot = slot
        self.kinds = kinds or (("choice",) if choices else ("text",))
        self.choices = choices
        self.reply = reply or f"ask_{slot}"
        self.optional = optional or bool(offers)
        self.offers = offers
        self.proposes: Call | None = None
        self.missed = ""
        self.explained = ""
        self.meant = ""
        self.begins = ""
        self.needs = ""
        self.factual = False
        self.afresh = False
        self.named = False
        self.than: float | None = None
        self.taken_up: Callable[[str], Any] = _never
        self.facts: Facts = facts

    @property
    def fingerprint(self) -> str:
        """What makes this step this step, compared at replay."""
        return digest(["ask", self.slot])

    def put_afresh(self) -> "Ask":
        """The same question, answered by what is said to it alone: nothing that was named before will do."""
        self.afresh = True
        return self

    def naming(self) -> "Ask":
        """The same question, for what something is called: a word that nobody here knows answers it as well."""
        self.named = True
        return self

    def about_fact(self) -> "Ask":
        """The same question, which asks how something is: "ok, thanks" agrees to try it and tells nothing yet."""
        self.factual = True
        return self

    def proposing(self, call: Call) -> "Ask":
        """The same question, which names all that the call would do: its yes is the yes to the call, given once."""
        self.proposes = call
        return self

    def telling_misses(self, reply: str) -> "Ask":
        """The same question; an answer that is none is told with this reply, and the question put again."""
        self.missed = reply
        return self

    def wished_as(self, procedure: str) -> "Ask":
        """The same question, which asks whether this procedure is wanted: to ask for it is a yes as well."""
        self.meant = procedure
        return self

    def beginning(self, procedure: str) -> "Ask":
        """The same question, whose yes begins this procedure; to ask for it is a yes as well.

        To whom that journey is barred nothing is put: the reply is said, which does without the offer, and is the end.
        """
        self.meant = self.begins = procedure
        return self

    def needing(self, name: str) -> "Ask":
        """The same question, whose yes leads to this procedure or tool: to whom that is barred it is not put, but None.

        Beside `beginning`, for a journey that goes on without the offer.
        """
        self.needs = name
        return self

    def explaining(self, reply: str) -> "Ask":
        """The same question; who asks something about it is told this first, and none of their words answer it."""
        self.explained = reply
        return self

    def compared_with(self, rank: float) -> "Ask":
        """The same question; "a cheaper one" is compared with what the customer has now."""
        self.than = rank
        return self

    def taken_up_by(self, reads: Callable[[str], Any]) -> "Ask":
        """The same question, answered anew by later words for which `reads` gives a value, until something was done."""
        self.taken_up = reads
        return self


def _never(_: str) -> Any:
    return None


class Say:
    """Say a templated reply now and go on."""

    def __init__(self, reply: str, /, **facts: Any) -> None:
        self.reply = reply
        self.facts: Facts = facts
        self.needs = ""

    @property
    def fingerprint(self) -> str:
        """What makes this step this step, compared at replay."""
        return digest(["say", self.reply])

    def needing(self, name: str) -> "Say":
        """The same words, which announce this procedure or tool: left unsaid to whom that is barred."""
        self.needs = name
        return self


class Delegate:
    """Let another procedure, of any specialist, do a part with the same facts; resumed with how it `Ended`."""

    def __init__(self, procedure: str, /, **facts: Any) -> None:
        self.procedure = procedure
        self.facts: Facts = facts
        self.spared = False

    @property
    def fingerprint(self) -> str:
        """What makes this step this step, compared at replay."""
        return digest(["delegate", self.procedure])

    def unless_barred(self) -> "Delegate":
        """The same step; where whoever asks may not have that journey, nothing is said and it ends as `BARRED`."""
        self.spared = True
        return self


@dataclass(frozen=True, slots=True)
class Holds:
    """What must still be so when a promise falls due: the read `tool` lists an item with exactly these values."""

    tool: str
    arguments: Facts
    item: Facts


@dataclass(frozen=True, slots=True)
class Promise:
    """A later message that a good end promises the customer: a reminder, or a check that `asks` whether all is well.

    The procedure's reply `<name>_promised` is said now, and only where the promise was kept on record together with
    the turn; the reply `name` is sent when it is due, with the same `facts`. `about` is what it concerns (a visit, a
    device): an end that `calls_off` the same thing takes the promise back. After `until` it is pointless.
    """

    name: str
    about: str
    due: datetime
    until: datetime | None = None
    holds: Holds | None = None
    asks: bool = False
    facts: Facts = field(default_factory=Facts)


EVERYTHING = "*"
"""What calls off every promise to the customer, whatever it is about."""


class Resolved:
    """The journey did what the customer came for; `promise` is what follows later, `calls_off` what no longer does."""

    kind = "resolved"

    def __init__(self, reply: str, /, *, promise: Promise | None = None, calls_off: str = "", **facts: Any) -> None:
        self.reply = reply
        self.promise = promise
        self.calls_off = calls_off
        self.facts: Facts = facts


class Declined:
    """The journey ended without doing it: not possible, not allowed, or not wanted any more."""

    kind = "declined"

    def __init__(self, reply: str, /, **facts: Any) -> None:
        self.reply = reply
        self.facts: Facts = facts


class HandOff:
    """A person must go on; `reason`, `queue` and `priority` are those of the HTTP API."""

    kind = "handoff"

    def __init__(self, reason: str, *, queue: str = "", priority: str = "", reply: str = "", **facts: Any) -> None:
        self.reason = reason
        self.queue = queue
        self.priority = priority
        self.reply = reply
        self.facts: Facts = facts


Step = Call | Consider | Ask | Say | Delegate
End = Resolved | Declined | HandOff
Journey = Generator[Step, Any, End]


@dataclass(frozen=True, slots=True)
class Ended:
    """How a delegated procedure ended, as its delegator sees it."""

    kind: Literal["resolved", "declined"]
    reply: str
    facts: Facts = field(default_factory=Facts)


BARRED = Ended("declined", "barred")
"""How a part ends that whoever asks may not have, where its journey can do without (`Delegate.unless_barred`)."""


@dataclass(frozen=True, slots=True)
class Record:
    """One step taken and what came of it; `confirmed` where it was executed on somebody's yes."""

    step: str
    kind: Literal["value", "refused", "failed", "withdrawn", "ended"]
    data: Any = None
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """One journey under way, as plain data. Everything that a procedure may look at is fixed when the case opens.

    `serial` numbers the conversation's cases. `entities` are those named and not yet used. `asked` counts how often the
    present question was put, `question` names it. `held` is the call that waits for evidence, with its `pending`
    action. `delegated` marks a case whose end is a step's result of the case below it. `offering` names the procedure
    that the present question offers without having been asked.
    """

    procedure: str
    serial: int
    customer_id: str
    locale: str
    channel: str
    text: str
    opened_at: datetime
    facts: Facts = field(default_factory=Facts)
    opening: tuple[Entity, ...] = ()
    entities: tuple[Entity, ...] = ()
    history: tuple[Record, ...] = ()
    asked: int = 0
    question: Facts = field(default_factory=Facts)
    held: ToolCall | None = None
    pending: Pending | None = None
    delegated: bool = False
    offering: str = ""

    @property
    def specialist(self) -> str:
        """The specialist whose procedure this is."""
        return self.procedure.partition(".")[0]

    @property
    def today(self) -> date:
        """The day on which the case was opened."""
        return self.opened_at.date()

    def first(self, *kinds: str) -> Any:
        """The value of the first entity of these kinds in the opening message, else None."""
        return next((entity.value for entity in self.opening if entity.kind in kinds), None)

    def took(self, step: Step, kind: Any, data: Any = None) -> "Case":
        """The case after a step with its result."""
        record = Record(step.fingerprint, kind, data, confirmed=kind == "value" and self.held is not None)
        return replace(self, history=(*self.history, record), asked=0, held=None, pending=None, offering="")
