"""What a message can be: an answer, a new wish, small talk, or not understood."""

from dataclasses import dataclass, replace

from domain.understanding import Understanding
from router.memory.state import Wish
from router.parting import Farewell, Rated


@dataclass(frozen=True, slots=True)
class Yes:
    """A yes to exactly what is pending; `wishes` came with it, and the reply `told` answers what was said besides."""

    wishes: tuple[Wish, ...] = ()
    told: str = ""


@dataclass(frozen=True, slots=True)
class No:
    """A no to what is pending, or a change of mind; `wishes` came with it."""

    wishes: tuple[Wish, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseAnswer:
    """The answer to the question that the present case put; with `again` a question about it: it is put again.

    `agrees` says that it is a yes, `declines` that none of it is wanted any more, whatever else it says; `wishes` are
    what is wanted instead.
    """

    again: bool = False
    agrees: bool = False
    declines: bool = False
    wishes: tuple[Wish, ...] = ()

    def taken(self, heard: Understanding) -> Understanding:
        """The message as this answer."""
        if self.declines:
            return replace(heard, answer="no", changes_mind=True, entities=(), act="change_of_mind", act_confidence=1.0)
        return replace(heard, puzzled=heard.puzzled or self.again, answer="yes" if self.agrees else heard.answer)


@dataclass(frozen=True, slots=True)
class Prove:
    """Something about who the customer is: a code, an identifier, or a miss."""


@dataclass(frozen=True, slots=True)
class Begin:
    """New wishes, the first to be begun at once."""

    wishes: tuple[Wish, ...]


@dataclass(frozen=True, slots=True)
class SmallTalk:
    """Words that ask for no action; `reply` is the generic reply's key."""

    reply: str


@dataclass(frozen=True, slots=True)
class Remind:
    """Neither yes nor no: what is pending is put again."""


@dataclass(frozen=True, slots=True)
class Clarify:
    """Not sure which: the customer is asked which of `options` was meant; none where nothing was understood."""

    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Repeat:
    """The customer wants to hear once more what was said last."""


@dataclass(frozen=True, slots=True)
class Aside:
    """Something to be told that changes nothing: what is pending, asked or waits for a supervisor stays."""

    reply: str


@dataclass(frozen=True, slots=True)
class Explain:
    """What is fixed about what is pending, and then the question again."""

    reply: str


@dataclass(frozen=True, slots=True)
class TakeUpOffer:
    """The customer comes back to an offer that was made to them and not taken."""


Route = (
    Repeat
    | Aside
    | Explain
    | TakeUpOffer
    | Yes
    | No
    | CaseAnswer
    | Prove
    | Begin
    | SmallTalk
    | Remind
    | Clarify
    | Farewell
    | Rated
)
