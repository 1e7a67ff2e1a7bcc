"""Finds numbers that are spoken digit by digit: `four two four two`."""

import re
from collections.abc import Iterator

_DIGITS: dict[str, str] = {
    "0": "zero oh null nul cero zéro shunya shoonya शून्य",
    "1": "one uno eins un ek एक",
    "2": "two dos zwei deux do दो",
    "3": "three tres drei trois teen तीन",
    "4": "four cuatro vier quatre chaar char चार",
    "5": "five cinco fünf fuenf cinq paanch panch पांच पाँच",
    "6": "six seis sechs chhe chah छह छः",
    "7": "seven siete sieben sept saat सात",
    "8": "eight ocho acht huit aath आठ",
    "9": "nine nueve neun neuf nau नौ",
}
_VALUE: dict[str, str] = {word: digit for digit, listed in _DIGITS.items() for word in listed.split()}
_TIMES: dict[str, int] = {"double": 2, "triple": 3}
_WORD = "|".join(sorted(map(re.escape, _VALUE), key=len, reverse=True))
_STEP = rf"(?:(?:double|triple)[\s,.-]{{1,3}})?(?:{_WORD}|\d)"
_EDGE = r"[\w\u0900-\u097f]"
_RUN = re.compile(rf"(?<!{_EDGE}){_STEP}(?:[\s,.-]{{1,4}}{_STEP}){{6,}}(?!{_EDGE})", re.IGNORECASE)
_SHORT_RUN = re.compile(rf"(?<!{_EDGE}){_STEP}(?:[\s,-]{{1,3}}{_STEP}){{2,}}(?!{_EDGE})", re.IGNORECASE)
_TOKEN = re.compile(rf"double|triple|{_WORD}|\d", re.IGNORECASE)


def spoken_runs(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield where digits are spelt out one after another, and the digits themselves."""
    yield from _read(_RUN, text)


def dictated_runs(text: str) -> Iterator[tuple[int, int, str]]:
    """The same for runs of three digits and more; for transcripts, where nobody writes `one two three` otherwise."""
    yield from _read(_SHORT_RUN, text)


def _read(pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, int, str]]:
    for run in pattern.finditer(text):
        digits, times = "", 1
        for token in _TOKEN.finditer(run.group()):
            word = token.group().lower()
            if word in _TIMES:
                times = _TIMES[word]
                continue
            digits += _VALUE.get(word, word) * times
            times = 1
        yield run.start(), run.end(), digits
