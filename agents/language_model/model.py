"""The language model as a turn uses it: to understand, to word, and to work on what no procedure covers."""

import time
from collections.abc import Callable, Mapping, Sequence

from langchain_core.messages import HumanMessage, SystemMessage

from agents.language_model.assignment import Assignment, LoopResult, Propose
from agents.language_model.endpoint import Endpoint
from agents.language_model.prompts import TRANSLATE, UNDERSTAND, WORD, data
from agents.language_model.reading import Reading, read_answer, response_format
from agents.language_model.scrutiny import Scrutiny, TellLanguage, expect
from agents.language_model.settings import LanguageModelSettings
from agents.language_model.tool_loop import ToolLoop
from agents.language_model.usage import Meter, ModelUsage
from agents.reply_checks import Grounds, figures
from agents.reply_checks.kept import loses
from domain.errors import ModelUnavailable

_LONGEST_MESSAGE = 8_000


class LanguageModel:
    """A configured endpoint; built only where one is configured, since nothing else here contacts a network."""

    def __init__(
        self,
        settings: LanguageModelSettings,
        monotonic: Callable[[], float] = time.monotonic,
        tell_language: TellLanguage = expect,
    ) -> None:
        self._settings = settings
        self._scrutiny = Scrutiny(tell_language)
        self._endpoint = Endpoint(settings, monotonic)

    async def prepare(self) -> None:
        """Load the client, without contacting the endpoint; optional, the first use does it otherwise."""
        await self._endpoint.prepare()

    async def close(self) -> None:
        """Close the kept connections."""
        await self._endpoint.close()

    def turn(self) -> "ModelTurn":
        """The model for one turn, with a fresh budget."""
        return ModelTurn(self._endpoint, Meter(self._settings.budget), self._scrutiny)


class ModelTurn:
    """The language model within one turn's budget. Not for concurrent use."""

    def __init__(self, endpoint: Endpoint, meter: Meter, scrutiny: Scrutiny) -> None:
        self._endpoint = endpoint
        self._meter = meter
        self._scrutiny = scrutiny

    @property
    def name(self) -> str:
        """The model that the endpoint is asked for, as it is configured."""
        return self._endpoint.name

    @property
    def usage(self) -> ModelUsage:
        """What the turn has cost so far, for its record."""
        return self._meter.usage

    async def understand(self, text: str, candidates: Mapping[str, str], recent: Sequence[str], locale: str) -> Reading:
        """Propose what a message says, among the intents that exist (name → description).

        Raises:
            ModelUnavailable: the embedded reading is to be used; already counted.
        """
        intents = "\n".join(f"- {name}: {description}" for name, description in candidates.items())
        message = {"message": text[:_LONGEST_MESSAGE], "said_before": list(recent), "language_so_far": locale}
        messages = [SystemMessage(UNDERSTAND + intents), HumanMessage(data(message))]
        try:
            answer = await self._endpoint.ask(messages, self._meter, response_format=response_format(candidates))
            return read_answer(answer.text, candidates)
        except ModelUnavailable as error:
            self._meter.count_fallback(str(error))
            raise

    async def word(self, draft: str, evidence: Grounds, tone: str) -> str:
        """Reword a templated reply in the brand's tone, or give back the draft where that fails in any way.

        The rewording must name the same figures, ask the same questions, keep every "not" and pass the reply checks;
        `evidence` holds the facts of the draft's template. It is held to the draft's language, too. Never raises for
        the model: the draft is always good enough.
        """
        instructions = WORD.format(locale=evidence.locale, tone=tone)
        try:
            answer = await self._endpoint.ask([SystemMessage(instructions), HumanMessage(data(draft))], self._meter)
            return self._checked(answer.text.strip(), draft, evidence)
        except ModelUnavailable as error:
            self._meter.count_fallback(str(error))
            return draft

    async def translate(self, text: str, locale: str) -> str:
        """Translate words without secrets into a language; the same figures have to stand in both.

        Raises:
            ModelUnavailable: the model failed, or what it wrote is no translation; already counted.
        """
        try:
            instructions = TRANSLATE.format(locale=locale)
            answer = await self._endpoint.ask([SystemMessage(instructions), HumanMessage(data(text))], self._meter)
            return self._translated(answer.text.strip(), text, locale)
        except ModelUnavailable as error:
            self._meter.count_fallback(str(error))
            raise

    async def work(self, assignment: Assignment, propose: Propose) -> LoopResult:
        """Work on a case that no procedure covers, with the specialist's tools.

        Raises:
            ModelUnavailable: the model failed before it proposed anything; already counted.
        """
        try:
            return await ToolLoop(assignment, propose, self._endpoint, self._meter, self._scrutiny).run()
        except ModelUnavailable as error:
            self._meter.count_fallback(str(error))
            raise

    def _translated(self, told: str, text: str, locale: str) -> str:
        if not told or len(told) > 4 * len(text) + 200:
            raise ModelUnavailable("the language model gave no translation")
        if figures(told) != figures(text):
            raise ModelUnavailable("the translation names other amounts, dates or references than the original")
        if self._scrutiny.tell_language(told, locale) != locale:
            raise ModelUnavailable("the language model answered in another language")
        return told

    def _checked(self, worded: str, draft: str, evidence: Grounds) -> str:
        findings = self._scrutiny.check_reply(worded, evidence, draft)
        self._meter.count_findings(findings)
        if findings:
            raise ModelUnavailable("a rewording failed its checks")
        if not worded or figures(worded) != figures(draft) or len(worded) > 3 * len(draft) + 200:
            raise ModelUnavailable("a rewording says something else")
        if loses(worded, draft, evidence.locale):
            raise ModelUnavailable("a rewording leaves something out")
        return worded
