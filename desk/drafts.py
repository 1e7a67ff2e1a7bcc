"""A reply that is drafted for a representative from facts and templates, reworded by the model where there is one."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agents.handoff.desk_words import DeskWords
from agents.reply_checks import Grounds
from agents.specialist import Saying
from agents.troubleshooting.articles import is_about
from agents.wording import Forms, Voice
from desk.articles import ArticleDesk, read_last_wish
from desk.deeds import changed, complete
from desk.forms import DeskForms
from desk.queue import Desk, DeskDependencies
from domain.caller import Caller
from domain.ids import ConversationId, TenantId
from router.memory.state import CompletedAction
from router.memory.store import Stored, StoredHandoff
from understanding.screening.secrets import screen

MOST_DONE = 3
"""So many of the things that were done are told, the last ones."""
EXACT = ("sensitive_topic", "vulnerable_customer")
"""Why a conversation came whose drafts no model rewords."""


@dataclass(frozen=True, slots=True)
class ReplyDraft:
    """A reply in the customer's language that nobody has sent; `by` says whose words they are."""

    text: str
    language: str
    by: str


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a draft is made from: what was done, what was cut off, what an article answers to the last question."""

    row: Stored
    handoff: StoredHandoff
    voice: Voice
    done: tuple[CompletedAction, ...]
    open: Mapping[str, Any] | None
    answer: str


class DraftDesk:
    """Drafts replies in conversations that the caller has. Nothing is sent, and nothing is kept."""

    def __init__(
        self, desk: Desk, dependencies: DeskDependencies, articles: ArticleDesk, forms: Mapping[TenantId, DeskForms]
    ) -> None:
        self._desk = desk
        self._given = dependencies
        self._articles = articles
        self._forms = forms

    async def draft(self, caller: Caller, conversation_id: ConversationId) -> ReplyDraft:
        """Greet where that was not done yet, say what was done or found, and what comes next.

        Raises:
            NotFound: unknown, another tenant's, or not handed to people.
            Conflict: the caller has not claimed it.
        """
        await self._desk.see_claimed(caller, conversation_id)
        change, handoff = await self._desk.find(caller, conversation_id)
        row, voice = (
            change.row,
            self._given.services.voice_for(change.row.tenant, change.row.memory, change.row.channel),
        )
        done = tuple(complete(each, row) for each in changed(row, self._given.services.groups)[-MOST_DONE:])
        cut_off = _cut_off(handoff, done)
        answer = "" if cut_off and cut_off["tool"] else await self._answer(caller, row)
        seen = _Seen(row, handoff, voice, done, cut_off, answer)
        greeting = "" if await self._greeted(seen) else await self._greeting(caller, seen)
        told = self._told(seen) or ([] if greeting and self._own_greeting(row) else [self._word(voice, "looking")])
        plain = "\n".join(filter(None, [greeting, *self._feeling(seen), *told]))
        text = await self._worded(seen, plain)
        return ReplyDraft(text, voice.language, "template" if text == plain else "model")

    async def _answer(self, caller: Caller, row: Stored) -> str:
        """What an article says to the last question, where one is about it and in the customer's language."""
        asked = read_last_wish(row)
        found = await self._articles.find(caller, row.id) if asked else None
        for each in found.items if found else ():
            if each.language == row.memory.locale and is_about({"title": each.title, "text": each.text}, asked):
                return each.text
        return ""

    async def _greeted(self, seen: _Seen) -> bool:
        """Whether whoever has the conversation has written since they took it."""
        since = seen.handoff.claimed_at
        said = await self._given.store.words(seen.row.id)
        return any(each.role == "representative" and (since is None or each.at >= since) for each in said)

    def _own_greeting(self, row: Stored) -> Mapping[str, str] | None:
        """The ready reply of the company's desk that is called a greeting."""
        ready = self._forms.get(row.tenant, DeskForms()).replies
        return next((each.texts for each in ready if each.name.casefold() == "greeting"), None)

    async def _greeting(self, caller: Caller, seen: _Seen) -> str:
        profile, texts = seen.row.memory.profile, self._own_greeting(seen.row)
        template = texts.get(seen.voice.language, "") if texts else ""
        known = {
            "customer": profile.name if profile else "",
            "representative": await self._given.services.waiting.record.name_of(caller.tenant, caller.subject),
            "company": self._forms.get(caller.tenant, DeskForms()).company,
        }
        template = template or self._word(seen.voice, "greeting")
        template = template if known["customer"] else re.sub(r",? \{customer\}", "", template)
        return re.sub(r"\{(\w+)\}", lambda gap: known.get(gap[1]) or gap[0], template)

    def _feeling(self, seen: _Seen) -> list[str]:
        reason = seen.handoff.reason
        return [self._word(seen.voice, reason)] if reason in ("anger", "tool_failure", *EXACT) else []

    def _told(self, seen: _Seen) -> list[str]:
        """What was done, and the next step: the call that was cut off, what an article says, or what is open."""
        catalogue, voice, cut_off = self._given.services.catalogue, seen.voice, seen.open
        done = [
            catalogue.word(
                Saying("carried_out", {"phrase": catalogue.past_phrase(each.tool, each.facts, voice)}), voice
            )
            for each in seen.done
        ]
        if cut_off and cut_off["tool"]:
            phrase = Forms(voice).sentence_end(catalogue.phrase(cut_off["tool"], cut_off["arguments"], {}, voice))
            return [*done, self._word(voice, "next").format(phrase=phrase)]
        if seen.answer:
            return [*done, seen.answer]
        if cut_off:
            return [*done, self._word(voice, "open").format(title=catalogue.title(cut_off["procedure"], voice))]
        return done

    def _word(self, voice: Voice, key: str) -> str:
        return DeskWords(self._given.services.catalogue, voice).text(f"draft.{key}")

    async def _worded(self, seen: _Seen, plain: str) -> str:
        """In the company's tone, where a model is there and its words pass the checks; else as it is."""
        services, memory = self._given.services, seen.row.memory
        if services.model is None or "{" in plain or seen.handoff.reason in EXACT or screen(plain).text != plain:
            return plain
        evidence = Grounds(
            tool_results=({"text": plain}, *(each.facts for each in seen.done), dict(seen.open or {})),
            customer_words=tuple(text for role, text in memory.window if role == "customer"),
            locale=seen.voice.language,
            performed=frozenset({"handoff", *(each.tool for each in seen.done)}),
            timezone=seen.voice.timezone,
            today=services.clock().date(),
        )
        model = services.model.turn()
        try:
            return await model.word(plain, evidence, services.catalogue.specialists["handoff"].prompt)
        finally:
            services.count_model(model.usage)


def _cut_off(handoff: StoredHandoff, done: Sequence[CompletedAction]) -> Mapping[str, Any] | None:
    """What was open when it came to people and was not done since; what waited with a call first."""
    cases: list[dict[str, Any]] = handoff.packet.get("open_cases") or []
    left = [each for each in cases if each["tool"] not in {one.tool for one in done}]
    return next((each for each in left if each["tool"]), left[-1] if left else None)
