"""Names that people type: one that does not exist is refused with the nearest that do."""

import difflib
from collections.abc import Iterable, Sequence

from domain.errors import UnknownName

SHOWN = 3
NEAR = 0.6
"""How alike a name must be to be offered instead, from 0 to 1."""


def require_known(kind: str, name: str, known: Iterable[str], *, of: str = "") -> None:
    """See that a name is one of those that exist; `kind` is what it is a name of, such as `procedure`, `of` whose.

    Raises:
        UnknownName: it is not; the message gives the nearest, or all of a few.
    """
    names = sorted(set(known))
    if name not in names:
        whose = f" of {of}" if of else ""
        raise UnknownName(f"there is no {kind} {name!r}{whose}{suggest(name, names)}")


def suggest(name: str, names: Sequence[str], few: int = 2 * SHOWN) -> str:
    """What could have been meant, as the end of a sentence: the nearest, else all where there are at most `few`."""
    near = difflib.get_close_matches(name, names, SHOWN, cutoff=NEAR)
    if near:
        return f"; did you mean {' or '.join(near)}?"
    shown = names if len(names) <= few else ()
    return f"; there is {', '.join(shown)}" if shown else ""
