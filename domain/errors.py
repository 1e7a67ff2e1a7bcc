"""The exceptions of a broken platform or a bad request, as one tree.

SwitchboardError
  BadRequest             the caller can mend it: the message says which field and why
    NotCanonical         a value that has no canonical JSON form
    UnknownName          a name that does not exist; the message gives the nearest that do
  NotAuthenticated       no token, or one that nobody issued
  NotPermitted           a known caller without the scope
  NotFound               unknown, or another tenant's: never told apart
  Conflict               the same key with other content, or a thing already decided
  Unavailable            a system that we need does not answer
    PolicyUnavailable    no usable decision: nothing was executed
    ToolUnavailable      an MCP server does not answer; the effect may or may not have happened
    ModelUnavailable     the language model failed, was slow or answered nonsense
    StorageUnavailable   our own database does not answer, is full or too busy: nothing of the act was written
    Busy                 somebody else works on the conversation, or everybody works on something: come again
    LeaseLost            another process took the conversation over; what this one had not committed is void
  RecordBroken           the journal does not verify
  Misconfigured          settings, bundle or procedures that cannot be served

What a language model can correct is a tool-error result, and a business outcome is a value (`Decision`, `Outcome`):
neither is an exception. Each edge maps this tree to its own wire form in one table.
"""


class SwitchboardError(Exception):
    """Anything that Switchboard itself reports as gone wrong."""


class BadRequest(SwitchboardError):
    """The caller sent something that cannot be served; the message names the field and the reason."""


class NotCanonical(BadRequest):
    """A value has no canonical JSON form."""


class UnknownName(BadRequest):
    """Something was named that does not exist; the message gives the nearest names that do."""


class NotAuthenticated(SwitchboardError):
    """The caller showed no token, or one that nobody issued."""


class NotPermitted(SwitchboardError):
    """The caller is known and lacks the scope."""


class NotFound(SwitchboardError):
    """There is no such thing for this caller; another tenant's things are not found either."""


class Conflict(SwitchboardError):
    """The request contradicts what already happened."""


class Unavailable(SwitchboardError):
    """A system that is needed does not answer; trying again later may work."""


class PolicyUnavailable(Unavailable):
    """The policy gave no usable answer, so nothing was executed."""


class ToolUnavailable(Unavailable):
    """An MCP server did not answer; whether the effect happened is unknown until it is asked again."""


class ToolNotReached(ToolUnavailable):
    """The call was never sent to the MCP server, or turned away at its door, so that nothing happened there."""


class ModelUnavailable(Unavailable):
    """The language model failed, was too slow or answered nonsense."""


class StorageUnavailable(Unavailable):
    """Our own database does not answer, is full or too busy; nothing of what was to be written was."""


class Busy(Unavailable):
    """What was asked for cannot begin in time, since others are at work; nothing was begun."""


class LeaseLost(Unavailable):
    """Another process works on the conversation by now; nothing of what was to be written was."""


class RecordBroken(SwitchboardError):
    """The journal does not verify."""


class Misconfigured(SwitchboardError):
    """Settings, policy bundle or procedures cannot be served; the message says what to mend."""
