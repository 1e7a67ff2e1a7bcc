"""What the CRM knows of single companies' permissions, in the customer's words; and what a customer wants with them."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from agents.folding import fold
from agents.procedure import Case, Choice, Facts

STATUSES = ("given", "requested", "withdrawn")
WITHDRAW = (
    r"\btak\w* (?:\S+ ){0,5}(?:away|back)|withdraw|revok|cancel|remov|\bstop|\bend (?:the|that|this|my)"
    r"|no longer|any ?more|refus|reject|deny|don'?t (?:want|let|allow)|do not (?:want|let|allow)|disallow|\bblock"
    r"|\bquit[aoe]|retir|revoc|revoq|anul|\bya no\b|no (?:quiero|permit|dejo|autori)|rechaz|deneg|bloque"
    r"|entzieh|entzog|widerruf|zuruck(?:nehm|zieh)|(?:nehm|zieh)\w* (?:\S+ ){0,6}(?:zuruck|weg)"
    r"|nicht mehr|beend|streich|\bablehn|\blehn|darf nicht|durfen nicht|verbiet|sperr|losch"
    r"|revoqu|annul|supprim|ne (?:\S+ ){0,5}plus|refus|n'autoris|mettre fin|enlev|interdi"
    r"|वापस|हटा|बंद कर|रद्द|मना कर|मत कर|न करे|नहीं चाहि"
    r"|\bwapas|\bhata|\bband kar|\bradd|\bmana kar|\bmat kar|nahi chahi"
)
"""Taking a permission back, or refusing it, in folded letters."""
ASKS = (
    r"\?|^(?:which|who|what|is|are|do|does|has|have|can)\b|\b(?:which|list|show)\b|\bwho (?:can|may|has)"
    r"|\bque empresas|\bquien|\bcuales|\bmuestr|\bhay\b"
    r"|\bwelche|\bwer\b|\bhat \S+ (?:firma|unternehmen)|\bzeig"
    r"|\bquelles?\b|\bqui\b (?:peut|a )|\bmontre|कौन|किस|किन|\bkaun|\bkis\b|\bkin\b"
)
"""Asking who may, in folded letters."""
GIVE = (
    r"\ballow|permit|permission to|\bgiv\w|\bgrant|\blet\b|agree|accept|approv|authori[sz]"
    r"|permit|autoric|autoriz|\bdoy\b|\bdar\b|\bdejo|acept|conced"
    r"|erlaub|genehmig|zulass|gestatt|einwillig|\bgeb|zustimm|\blass"
    r"|autoris|permet|\bdonn|accord|accept|laiss"
    r"|अनुमति द|इजाज़?त द|इजाजत द|मंज़?ूर|करने दी|करने दें|anumati d|ijaa?zat d|allow|man[zj]oor|karne d"
)
"""Giving one, in folded letters."""
ALL = (
    r"\ball\b|\beverybody|\banybody|\bevery company|\btod[ao]s\b|\balle[nr]?\b|\btou(?:s|tes)\b"
    r"|सभी|सबकी|सब की|\bsabhi|\bsabki"
)


def read_wish(text: str) -> str:
    """What the customer wants with permissions: to `withdraw`, to `give`, or to `see` them."""
    folded = fold(text)
    asks = re.search(ASKS, folded) is not None
    if re.search(WITHDRAW, folded) and not re.match(r"^(?:which|who|welche|wer|quien|qui |कौन)", folded):
        return "withdraw"
    return "give" if not asks and re.search(GIVE, folded) else "see"


def means_all(text: str) -> bool:
    """Whether every company is meant."""
    return re.search(ALL, fold(text)) is not None


@dataclass(frozen=True, slots=True)
class Permissions:
    """A customer's permissions for partners' agents: those that hold, are asked for, or were taken back or refused.

    `for_all` says that the customer lets every partner company act for them.
    """

    given: tuple[Facts, ...]
    asked: tuple[Facts, ...]
    ended: tuple[Facts, ...]
    for_all: bool

    @staticmethod
    def of(case: Case, record: Facts) -> "Permissions":
        """What the customer's record says; what is past its last day is neither."""
        listed: list[Facts] = record.get("partner_consents") or []
        current = [each for each in listed if date.fromisoformat(str(each["until"])) >= case.today]
        given, asked, ended = (
            tuple(_told(each) for each in current if each["status"] == status) for status in STATUSES
        )
        return Permissions(given, asked, ended, record["consents"].get("partners") is True)


def _told(consent: Facts) -> Facts:
    """A permission with what a sentence about it needs."""
    kept = {name: consent[name] for name in ("consent_id", "partner", "tools", "amount_minor", "until")}
    return {**kept, "until": str(kept["until"])}


def pick_named(case: Case, permissions: tuple[Facts, ...]) -> tuple[Facts, ...]:
    """Those whose company the customer named; all where they said so."""
    folded = fold(case.text)
    named = tuple(each for each in permissions if any(fold(name) in folded for name in names_of(case, each)))
    return named or (permissions if means_all(case.text) else ())


def find_partner(case: Case, held: tuple[Facts, ...]) -> str:
    """The partner whose company the customer named and which is none of these; empty where there is none."""
    folded = fold(case.text)
    known: dict[str, Any] = case.facts.get("companies") or {}
    mine = {str(each["partner"]) for each in held}
    return next((each for each, name in known.items() if fold(str(name)) in folded and each not in mine), "")


def names_of(case: Case, permission: Facts) -> tuple[str, ...]:
    """What the company of a permission is called."""
    known: dict[str, Any] = case.facts.get("companies") or {}
    partner = str(permission["partner"])
    return tuple(dict.fromkeys((str(known.get(partner, partner)), partner)))


def as_choices(case: Case, permissions: tuple[Facts, ...]) -> tuple[Choice, ...]:
    """The companies to choose from."""
    return tuple(
        Choice(each["consent_id"], names[0], names, shown={"name": names[0]})
        for each in permissions
        for names in (names_of(case, each),)
    )
