"""Postal addresses as customers give them: in one go, after "we moved", or street first and town when asked again."""

import re

_NAMED = re.compile(
    r"(?:address|adresse|anschrift|direcci[oó]n|पता|pata)\b[^:\d]{0,30}?"
    r"(?:\bis\b|\bto\b|:|\bes\b|\ba\b|\bist\b|\blautet\b|\best\b|\bhai\b|है)"
    r"\s*(?P<address>\S.{6,200})",
    re.IGNORECASE | re.DOTALL,
)
_MOVED = re.compile(
    r"(?:\bmoved?\b|\bmoving\b|umgezogen|\bmud(?:ado|amos)\b|déménagé|demenage|\blive\b|\bwohn\w*|\bhabit\w*"
    r"|\bvivo\b)"
    r"[^\d,:;.\n]{0,40}?"
    r"(?:[,:;.\n]|\b(?:to|at|in|nach|jetzt|au|à|a|en)\b)\s*(?P<address>\S.{6,200})",
    re.IGNORECASE | re.DOTALL,
)
_LED_IN = re.compile(
    r"^(?:(?:and |und |et |y )?(?:(?:i|we|wir|ich|je|nous|on)\b[' ]?\w* )?(?:now|jetzt|maintenant|ahora|the new one"
    r"|the address|new address|neue adresse|nouvelle adresse|is|it'?s|ist|c'?est|es|live|living|at|to|in|au)\b[ ,:]*)+",
    re.IGNORECASE,
)
"""Words between having moved and the address itself."""
_ENDS = re.compile(
    r"[.!?](?:\s|$)(?!\s*\d)"
    r"|[\s,]+(?:please|thanks?|thank you|bitte|danke|s'il vous pla[iî]t|merci|por favor|gracias)\b",
    re.IGNORECASE,
)
_STREET = re.compile(
    r"\b(?:street|st|road|rd|avenue|ave|lane|ln|drive|dr|way|court|blvd|boulevard|place|terrace|grove|rue|chemin|all[ée]e"
    r"|impasse|quai|calle|avenida|plaza|paseo|camino|\w*(?:stra(?:ß|ss)e|str|weg|gasse|platz|allee|ring|damm|ufer))\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d+")
_POSTAL_CODE = re.compile(r"(?<!\d)\d{4,6}(?!\d)")
_TOWN = re.compile(r"[^\W\d_]{3,}")
_NO = re.compile(r"(?:no|nope|nein|non|nicht|rien|nada|nahi|नहीं|weiss|know|sais|idea)\b", re.IGNORECASE)
SHORTEST = 8


def given_address(text: str) -> str:
    """A whole postal address that the opening words already give, else an empty string."""
    for cue in (_NAMED, _MOVED):
        found = cue.search(text)
        address = _bare(found.group("address")) if found else ""
        plain = cue is _NAMED or (is_whole(address) and (_STREET.search(address) or _POSTAL_CODE.search(address)))
        if plain and is_address(address) and "@" not in address:
            return address
    return ""


def is_address(value: str) -> bool:
    """Whether a text can be a postal address: long enough and with a number in it."""
    return len(value.strip()) >= SHORTEST and any(letter.isdigit() for letter in value)


def is_whole(value: str) -> bool:
    """Whether an address names a town beside its street: by a postal code, or in a part of its own."""
    if not is_address(value) or "?" in value:
        return False
    parts = [part for part in re.split(r"[,;\n]", value) if _TOWN.search(part)]
    numbers = _NUMBER.findall(value)
    return len(parts) > 1 or (len(numbers) > 1 and _POSTAL_CODE.search(value) is not None)


def join_address(before: str, said: str) -> str:
    """What was said, after the street that was said before where it only adds the town."""
    if is_whole(said) or not is_address(before) or _TOWN.search(said) is None or _NO.match(said) or "?" in said:
        return said
    return f"{before.rstrip(' .,')}, {said}"


def _bare(words: str) -> str:
    """The address without what leads in to it and what follows it."""
    led = _LED_IN.sub("", words.strip())
    cut = _ENDS.search(led, SHORTEST)
    return (led[: cut.start()] if cut else led).strip(" .,")
