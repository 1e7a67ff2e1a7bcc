"""The long tail: a model works on a case with a specialist's tools, and every call goes through the same gate."""

from dataclasses import replace
from typing import Any, cast

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage, ToolMessage

from agents.language_model.assignment import Assignment, LoopResult, Propose, ToolOffer
from agents.language_model.endpoint import Endpoint
from agents.language_model.prompts import WORK, data
from agents.language_model.scrutiny import Scrutiny
from agents.language_model.usage import Meter
from agents.reply_checks import Finding
from domain.calls import CallResult
from domain.decision import Effect
from domain.digest import canonical
from domain.errors import ModelUnavailable, NotCanonical

_WORDS_OF_OTHERS = {"crm.list_interactions": "summary", "crm.list_cases": "description"}
_WORDS_TO_CUSTOMERS = {"crm.send_message": "text"}
_WORDS_TO_PEOPLE = ("text", "description", "disposition", "comment", "reason")
"""Arguments of changing tools in which a model may write what it likes, for people of ours to read."""
_LONGEST_REPLY = 4_000


class ToolLoop:
    """One run of the loop over one assignment."""

    def __init__(
        self, assignment: Assignment, propose: Propose, endpoint: Endpoint, meter: Meter, scrutiny: Scrutiny
    ) -> None:
        self._assignment = assignment
        self._propose = propose
        self._endpoint = endpoint
        self._meter = meter
        self._scrutiny = scrutiny
        self._tools = {tool.wire_name: tool for tool in assignment.tools}
        self._messages = opening(assignment)
        self._results: list[CallResult] = []
        self._evidence = replace(
            assignment.evidence, tool_results=(*assignment.evidence.tool_results, assignment.facts)
        )

    async def run(self) -> LoopResult:
        """Ask and call until there is an end.

        Raises:
            ModelUnavailable: the model failed before any call was proposed, so that nothing has happened yet.
        """
        try:
            while True:
                answer = await self._ask()
                if not (answer.tool_calls or answer.invalid_tool_calls):
                    return self._finish(answer.text.strip())
                if stop := await self._answer_calls(answer):
                    return stop
        except ModelUnavailable as error:
            if not self._results:
                raise
            self._meter.count_fallback(str(error))
            return LoopResult("unfinished", tuple(self._results))

    async def _ask(self) -> AIMessage:
        offers = {"tools": [_function(tool) for tool in self._assignment.tools]} if self._tools else {}
        answer = await self._endpoint.ask(self._messages, self._meter, **offers)
        self._messages.append(answer)
        return answer

    async def _answer_calls(self, answer: AIMessage) -> LoopResult | None:
        """Answer every tool call of one message; the first that ends the loop is the last that is proposed."""
        for malformed in answer.invalid_tool_calls:
            self._tell(malformed["id"], {"error": "the arguments are not a JSON object"})
        for call in answer.tool_calls:
            tool = self._tools.get(call["name"])
            if tool is None:
                self._tell(call["id"], {"error": "unknown tool", "tools": sorted(self._tools)})
            elif stop := await self._call(call["id"], tool, call["args"]):
                return stop
        return None

    async def _call(self, call_id: str | None, tool: ToolOffer, arguments: dict[str, Any]) -> LoopResult | None:
        if len(self._results) >= self._meter.budget.tool_calls:
            raise ModelUnavailable("the language model does not come to an end")
        if error := _unreadable(arguments) or self._untrue(tool, arguments):
            self._tell(call_id, error)
            return None
        result = await self._propose(tool.name, arguments)
        self._results.append(result)
        if stop := self._stop(result):
            return stop
        self._learn(tool.name, result)
        self._tell(call_id, _told(result))
        return None

    def _untrue(self, tool: ToolOffer, arguments: dict[str, Any]) -> dict[str, Any]:
        """What is wrong with words that a call would bring to anybody past the checks of the reply."""
        findings = self._findings_in(tool, arguments)
        self._meter.count_findings(findings)
        wrong = [finding.excerpt for finding in findings]
        return (
            {"error": "this was neither sent nor written down: no tool result bears it", "wrong": wrong}
            if wrong
            else {}
        )

    def _findings_in(self, tool: ToolOffer, arguments: dict[str, Any]) -> tuple[Finding, ...]:
        if to_customer := _WORDS_TO_CUSTOMERS.get(tool.name):
            return self._scrutiny.check_message(str(arguments.get(to_customer, "")), self._evidence)
        if not tool.changes:
            return ()
        notes = (str(arguments[name]) for name in _WORDS_TO_PEOPLE if arguments.get(name))
        return tuple(finding for note in notes for finding in self._scrutiny.check_note(note, self._evidence))

    def _stop(self, result: CallResult) -> LoopResult | None:
        results = tuple(self._results)
        if result.pending:
            return LoopResult("held", results, pending=result.pending)
        if result.outcome is None and result.decision.effect is Effect.HANDOFF:
            return LoopResult("handoff", results)
        refusals = sum(one.outcome is None for one in results)
        return LoopResult("refused", results) if refusals > 1 else None

    def _learn(self, tool: str, result: CallResult) -> None:
        """Take a success as evidence for the reply; the words of notes stay somebody's words."""
        if not (result.outcome and result.outcome.succeeded):
            return
        fact, said = _apart(result.outcome.data, _WORDS_OF_OTHERS.get(tool, ""))
        known = self._evidence
        self._evidence = replace(
            known,
            tool_results=(*known.tool_results, fact),
            customer_words=(*known.customer_words, *said),
            performed=known.performed | {tool},
            disclosures_required=(*known.disclosures_required, *_disclosures(result)),
        )

    def _tell(self, call_id: str | None, value: Any) -> None:
        self._messages.append(ToolMessage(data(value), tool_call_id=call_id or ""))

    def _finish(self, reply: str) -> LoopResult:
        if not reply or len(reply) > _LONGEST_REPLY:
            raise ModelUnavailable("the language model gave no usable reply")
        results = tuple(self._results)
        if findings := self._scrutiny.check_reply(reply, self._evidence):
            self._meter.count_findings(findings)
            self._meter.count_fallback("a reply failed its checks")
            return LoopResult("unfinished", results, findings=findings)
        return LoopResult("replied", results, reply)


def opening(assignment: Assignment) -> list[BaseMessage]:
    """What the model is told at first: its prompt, the known facts, and the window, the customer's words as data."""
    evidence = assignment.evidence
    instructions = WORK.format(
        locale=evidence.locale, today=evidence.today, timezone=evidence.timezone, prompt=assignment.prompt
    )
    said = [
        HumanMessage(data(message.text)) if message.role == "customer" else AIMessage(message.text)
        for message in assignment.window
        if message.role != "system"
    ]
    return [SystemMessage(f"{instructions}\nKnown: {data(assignment.facts)}"), *said]


def _unreadable(arguments: dict[str, Any]) -> dict[str, Any]:
    """What is wrong with arguments that have no JSON form: nothing could keep a record of them."""
    try:
        canonical(arguments)
    except NotCanonical:
        return {
            "error": "the arguments are not plain JSON: no NaN, no infinity, no integer beyond 2**53, no broken text"
        }
    return {}


def _function(tool: ToolOffer) -> dict[str, Any]:
    function = {"name": tool.wire_name, "description": tool.description, "parameters": tool.schema}
    return {"type": "function", "function": function}


def _told(result: CallResult) -> dict[str, Any]:
    """What the model learns of a call: one copy of the result, the error, or the refusal."""
    if result.outcome is None:
        return {"refused": result.decision.rationale or "not permitted", "rules": result.decision.rules}
    if not result.outcome.succeeded:
        return {"error": result.outcome.error}
    must_say = _disclosures(result)
    return {"result": result.outcome.data} | ({"say_word_for_word": must_say} if must_say else {})


def _disclosures(result: CallResult) -> tuple[str, ...]:
    return tuple(duty.text for duty in result.decision.obligations if duty.type == "disclose" and duty.text)


def _apart(value: Any, words_key: str) -> tuple[Any, tuple[str, ...]]:
    """Part a list's facts from what somebody wrote under `words_key` of its items."""
    items = cast("dict[str, list[dict[str, Any]]]", value).get("items", []) if words_key else []
    if not items:
        return value, ()
    facts = [{key: item[key] for key in item if key != words_key} for item in items]
    return {"items": facts}, tuple(str(item.get(words_key, "")) for item in items)
