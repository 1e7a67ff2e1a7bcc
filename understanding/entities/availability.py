"""What a customer says of when they can and cannot: excluded days, open ranges, parts of days, any day at all."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from typing import Any

from domain.understanding import Entity
from understanding.entities.coding import Coded, compile_grammar
from understanding.language.phrases import fold_pattern, phrase_lists, whole_words

_LISTS = "entities/availability"
_CUT = re.compile(
    r"[,.;!?\n।]+(?!\d)|(?<!\w)(?:(?<!anything )(?<!all )(?<!day )(?<!any )(?<!time )but(?! not)|however"
    r"|pero|sino|sondern|aber|mais|lekin|magar|लेकिन|मगर)(?!\w)"
)
_JOINED = re.compile(r"^\s*(?:or|nor|and|o|u|ni|y|oder|und|noch|ou|et|ya|aur|या|और)\b")
_SMALL = re.compile(r"[\w\u0900-\u097f]+")
_WEEKEND, _WORKDAYS = [5, 6], [0, 1, 2, 3, 4]


@dataclass(frozen=True, slots=True)
class Named:
    """Something of the calendar or the clock that a message names: where, and its value.

    `kind` is day, weekdays (of every week), time, part, or weeks (a stretch of days, as two ISO dates). `weekday` is
    the day of the week where a day was named by nothing else.
    """

    start: int
    end: int
    kind: str
    value: Any
    weekday: int | None = None


@dataclass(slots=True)
class _Wish:
    days: list[str] = field(default_factory=list[str])
    not_days: list[str] = field(default_factory=list[str])
    weekdays: list[int] = field(default_factory=list[int])
    not_weekdays: list[int] = field(default_factory=list[int])
    parts: list[str] = field(default_factory=list[str])
    not_parts: list[str] = field(default_factory=list[str])
    at: list[str] = field(default_factory=list[str])
    not_at: list[str] = field(default_factory=list[str])
    limits: dict[str, str] = field(default_factory=dict[str, str])

    def plain(self) -> dict[str, Any]:
        """Only what was said."""
        lists = ("days", "not_days", "weekdays", "not_weekdays", "parts", "not_parts", "at", "not_at")
        return {name: said for name in lists if (said := getattr(self, name))} | self.limits


def find_availability(coded: Coded, named: Iterable[Named], today: date) -> tuple[Entity | None, tuple[Named, ...]]:
    """What was said of when it suits, as one entity, and which of the things named are not excluded.

    The value has `days`, `weekdays`, `parts`, `at` and the same with `not_`, `from` and `until` (ISO dates), `after`
    and `before` (times), `any`, `more`, `later`, `earlier`; each only where it was said. None where nothing was.
    """
    wish = _Wish()
    wanted: list[Named] = []
    things = sorted([*named, *_stretches(coded, today)], key=lambda one: (one.start, -one.end))
    folded = coded.folded
    clauses = _clauses(folded)
    refused = _refused_clauses(folded, clauses, things)

    def clause_of(one: Named) -> int:
        return next(index for index, (start, end) in enumerate(clauses) if start <= one.start < max(end, start + 1))

    excluded: list[tuple[int, Named]] = []
    for one, is_limit in _ranges(folded, things, wish, lambda one: clause_of(one) in refused):
        at = clause_of(one)
        if is_limit:
            wanted.append(one)
        elif at in refused and _is_excluded(folded, clauses[at], one):
            excluded.append((at, one))
        else:
            _include(wish, one)
            wanted.append(one)
    for one in _only_at_times(excluded, wish):
        _include(wish, one)
        wanted.append(one)
        excluded = [each for each in excluded if each[1] is not one]
    for _, one in excluded:
        _exclude(wish, one)
    wish.days = [each for each in wish.days if each not in wish.not_days]
    said: dict[str, Any] = {**wish.plain(), **_loose(folded, bool(wanted))}
    text = folded[things[0].start : things[-1].end] if things else folded.strip()
    return (Entity("availability", said, text) if said else None), tuple(wanted)


def _only_at_times(excluded: list[tuple[int, Named]], wish: _Wish) -> list[Named]:
    """The days of which only a part is excluded, where another part is wanted: "Saturday not in the morning, later"."""
    wanted = wish.parts or wish.at or "after" in wish.limits
    if not wanted or wish.days or wish.weekdays:
        return []
    parted = {clause for clause, one in excluded if one.kind in ("time", "part")}
    return [one for clause, one in excluded if clause in parted and one.kind == "day"]


def _clauses(folded: str) -> list[tuple[int, int]]:
    borders = [0, *(match.start() for match in _CUT.finditer(folded) if match.start()), len(folded) + 1]
    return list(pairwise(borders))


def _refused_clauses(folded: str, clauses: list[tuple[int, int]], things: list[Named]) -> set[int]:
    """The clauses that say what does not suit; one that only goes on with an `or` is like the one before."""
    found: set[int] = set()
    for index, (start, end) in enumerate(clauses):
        told = _pattern("harmless").sub(lambda match: "_" * len(match.group()), folded[start:end])
        goes_on = _JOINED.match(told.lstrip(" ,")) is not None and index - 1 in found
        bare = _holds_only_names(folded, start, end, things) and goes_on
        but_for = index > 0 and _EXCEPT.match(told) and _leaves_open(folded, clauses[index - 1], things)
        if _pattern("excludes").search(told) or _pattern("declines").search(told) or bare or but_for:
            found.add(index)
    return found


_EXCEPT = re.compile(r"but (?:(?:on|the) )*\S+[ .!?]*$")
"""A `but` before one word alone: `any day next week but Friday`, and not `Friday but after 3`."""


def _leaves_open(folded: str, clause: tuple[int, int], things: list[Named]) -> bool:
    """Whether a clause leaves the day open, within a stretch of days at most."""
    start, end = clause
    days = [one for one in things if start <= one.start < end and one.kind == "day"]
    return not days and _pattern("any").search(folded[start:end]) is not None


def _holds_only_names(folded: str, start: int, end: int, things: list[Named]) -> bool:
    inside = [one for one in things if start <= one.start < end]
    left = sum(len(_SMALL.findall(folded[max(one.start, start) : one.end])) for one in inside)
    return bool(inside) and len(_SMALL.findall(folded[start:end])) - left <= _FEW


_FEW = 3
"""Words besides the days in a clause that only goes on with the one before."""


def _is_excluded(folded: str, clause: tuple[int, int], one: Named) -> bool:
    """Whether the exclusion reaches this thing: what stands before `except` is not excluded, nor after a `just`."""
    start, end = clause
    told = _pattern("harmless").sub(lambda match: "_" * len(match.group()), folded[start:end])
    if _pattern("declines").search(told) or _EXCEPT.match(told):
        return True
    found = [match for match in _pattern("excludes").finditer(told) if match.start() + start <= one.start]
    behind = [match for match in _pattern("excludes").finditer(told) if match.start() + start >= one.end]
    last = bool(behind) and behind[0].group() == "no" and not told[behind[0].end() :].strip()
    return bool(found) or last or (bool(behind) and _FOLLOWS.match(behind[0].group()) is not None)


_FOLLOWS = re.compile(r"nicht|kein|(?:ke )?(?:alawa|siwa)|chhod|को छोड|छोड|के (?:अलावा|सिवा)|not$|pas$|tampoco")
"""Exclusions that stand behind what they exclude."""


def _include(wish: _Wish, one: Named) -> None:
    match one.kind:
        case "day":
            wish.days.append(one.value)
        case "weekdays":
            wish.weekdays += [each for each in one.value if each not in wish.weekdays]
        case "weeks":
            wish.limits["from"], wish.limits["until"] = one.value
        case "time":
            wish.at.append(one.value)
        case _:
            wish.parts.append(one.value)


def _exclude(wish: _Wish, one: Named) -> None:
    match one.kind:
        case "day" if one.weekday is not None:
            wish.not_weekdays.append(one.weekday)
        case "day":
            wish.not_days.append(one.value)
        case "weekdays":
            wish.not_weekdays += [each for each in one.value if each not in wish.not_weekdays]
        case "weeks":
            wish.not_days += _days_between(*one.value)
        case "time":
            wish.not_at.append(one.value)
        case _:
            wish.not_parts.append(one.value)


def _days_between(first: str, last: str) -> list[str]:
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    return [(start + timedelta(days=n)).isoformat() for n in range((end - start).days + 1)]


def _ranges(
    folded: str, things: list[Named], wish: _Wish, is_refused: Callable[[Named], bool]
) -> list[tuple[Named, bool]]:
    """Everything named, each with whether it ends a range; the ends go into the wish's limits.

    `I work until 5` says the contrary of `until 5`: in a clause that says what does not suit, the other side is meant.
    """
    found: list[tuple[Named, bool]] = []
    waiting = list(things)
    while waiting:
        one = waiting.pop(0)
        side = _side(folded, one) if one.kind in ("day", "time") else ""
        if waiting and _is_between(folded, one, waiting[0]):
            other = waiting.pop(0)
            low, high = ("from", "until") if one.kind == "day" else ("after", "before")
            wish.limits[low], wish.limits[high] = one.value, other.value
            found += [(one, True), (other, True)]
        elif side:
            turned = _TURNED[side] if is_refused(one) and not _denied_in_itself(folded, one) else side
            wish.limits[_LIMITS[one.kind, turned]] = _limit(one, side, folded)
            found.append((one, True))
        else:
            found.append((one, False))
    return found


def _denied_in_itself(folded: str, one: Named) -> bool:
    """Whether the no belongs to the end of the range: "not before noon" is no refusal of "before noon"."""
    return re.search(rf"(?:{_alternatives('harmless')})$", _led_by(folded, one)) is not None


def _led_by(folded: str, one: Named) -> str:
    """What stands before the day or hour itself: "not before" of "not before 4 pm", though "before" is read with it."""
    said = folded[one.start : one.end]
    limits = (_pattern(side).match(said) for side in ("after", "before")) if one.kind == "time" else ()
    own = max((limit.end() for limit in limits if limit), default=0)
    return _article().sub("", folded[: one.start + own].rstrip())


@cache
def _article() -> re.Pattern[str]:
    return re.compile(r"(?: (?:the|el|la|las|los|dem|den|le|les|um|a|at|on|am))+$")


_TURNED = {"after": "before", "before": "after"}
_LIMITS = {
    ("day", "after"): "from",
    ("day", "before"): "until",
    ("time", "after"): "after",
    ("time", "before"): "before",
}


def _limit(one: Named, side: str, folded: str) -> str:
    """A day that a range begins after, or ends before, is not in it itself."""
    if one.kind != "day":
        return one.value
    before = folded[max(0, one.start - 24) : one.start]
    apart = _APART.search(before.strip()) is not None
    step = {"after": 1, "before": -1}[side] if apart else 0
    return (date.fromisoformat(one.value) + timedelta(days=step)).isoformat()


_APART = re.compile(
    r"(?<!not )(?<!nicht )(?<!no )(?<!pas )(?:after|before|later than|earlier than|despues del?|antes del?|nach|vor"
    r"|apres|avant)(?: (?:the|el|dem|le))?$"
)


def _side(folded: str, one: Named) -> str:
    """Whether a day or a time begins (`after`) or ends (`before`) a range; empty where it stands for itself."""
    before = _led_by(folded, one)
    behind = folded[one.end :].lstrip()
    for side in ("after", "before"):
        if _ending(side).search(before) or _pattern(f"behind_{side}").match(behind):
            return side
    return ""


@cache
def _ending(group: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{_alternatives(group)})$")


def _is_between(folded: str, one: Named, other: Named) -> bool:
    if one.kind != other.kind or one.kind not in ("day", "time") or one.value >= other.value:
        return False
    gap = folded[one.end : other.start].strip()
    if one.end == other.start:
        return True
    if not re.fullmatch(rf"(?:{_alternatives('between_and')})(?: (?:the|el|dem|le|den))?", gap):
        return False
    before = re.sub(r"(?: (?:the|el|la|las|dem|le|um|a))+$", "", folded[: one.start].rstrip())
    marked = re.search(r"(?<!\w)(?:between|from|entre|desde|de|zwischen|von|vom|du)$", before) is not None
    led = re.match(r"(?:from|de|von|entre|between)\b", folded[one.start : one.end]) is not None
    return marked or led or gap in ("-", "to", "bis", "hasta", "a", "till", "until")


def _stretches(coded: Coded, today: date) -> list[Named]:
    """Weekends, working days, this week and the next, and weekdays of every week (`tuesdays`)."""
    found: list[Named] = []
    for start, end, match in coded.find(_stretch_pattern()):
        if match["weekend"]:
            found.append(Named(start, end, "weekdays", _WEEKEND))
        elif match["work"]:
            found.append(Named(start, end, "weekdays", _WORKDAYS))
        else:
            monday = today - timedelta(days=today.weekday())
            weeks = next((n for said, n in _WEEKS_ON.items() if said in match.group()), 0)
            first, last = max(monday + timedelta(weeks=weeks), today), monday + timedelta(weeks=weeks, days=6)
            found.append(Named(start, end, "weeks", [first.isoformat(), last.isoformat()]))
    return found


_WEEKS_ON = {"k:overnext": 2, "k:next": 1}


@cache
def _stretch_pattern() -> re.Pattern[str]:
    work = r"weekdays?|u:b|entre semana|wochentags|werktags|semaine(?= (?:k:of|,|$))"
    week = r"(?:k:(?:next|this|overnext) u:w|u:w k:(?:next|this))(?! (?:k:on |, )?[wv]\d)"
    return compile_grammar(
        rf"(?<!w\d )(?:(?P<weekend>(?:k:(?:on|at|the|this|next) )*k:weekend)|(?P<work>{work})|(?P<week>{week}))"
    )


def _loose(folded: str, wanted: bool) -> dict[str, Any]:
    """Any, more, later, earlier: what is said without a day or a time."""
    found: dict[str, Any] = {}
    if not wanted and _pattern("any").search(folded):
        found["any"] = True
    found |= {name: True for name in ("more",) if _pattern(name).search(folded)}
    found |= {name: True for name in ("later", "earlier") if not wanted and _pattern(name).search(folded)}
    return found


def _alternatives(group: str) -> str:
    phrases = {fold_pattern(each) for listed in phrase_lists(_LISTS)[group].values() for each in listed if each}
    return "|".join(sorted(phrases, key=lambda each: (-len(each), each)))


@cache
def _pattern(group: str) -> re.Pattern[str]:
    return whole_words(_alternatives(group))
