"""A real OpenAI-compatible server on loopback whose model behaves as a test wants, well or badly.

    def test_something(model_server: ModelServer) -> None:
        model_server.behaviour = invents_success("I have refunded $39.99.")
        settings = LanguageModelSettings(base_url=model_server.url, name="scripted")
        ...
        assert model_server.requests        # the bodies that were received, in order

The fixture `model_server` comes with `pytest_plugins = ["tests.model_server"]` in the root `conftest.py`, or by
importing it. A behaviour is a function from `Asked` (one request) to an `Answer`; the ones below cover what models do.
A whole turn asks up to three kinds of question (`Asked.kind`): `understand`, `word`, `work`. Every behaviour answers
all of them, so one can be left on for a whole conversation.
"""

import asyncio
import json
import re
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.responses import JSONResponse, Response, StreamingResponse

_DATA = re.compile(r"<data>(.*?)</data>", re.DOTALL)


@dataclass(frozen=True)
class Asked:
    """One request, as far as behaviours care."""

    body: dict[str, Any]

    @property
    def kind(self) -> Literal["understand", "word", "translate", "work"]:
        """Which question of Switchboard's this is."""
        if "response_format" in self.body:
            return "understand"
        if "Answer with the translation only" in self._instructions:
            return "translate"
        return "word" if "Answer with the reworded reply only" in self._instructions else "work"

    @property
    def candidates(self) -> list[str]:
        """The intents on offer."""
        schema = self.body["response_format"]["json_schema"]["schema"]
        return schema["$defs"]["_Wish"]["properties"]["name"]["enum"]

    @property
    def tools(self) -> list[str]:
        """The tools on offer, by their wire names."""
        return [tool["function"]["name"] for tool in self.body.get("tools", [])]

    @property
    def results(self) -> list[Any]:
        """What the tools answered so far."""
        return [self._data(message) for message in self.body["messages"] if message["role"] == "tool"]

    @property
    def said(self) -> Any:
        """The data of the last user message: the customer's words, the draft, or what is to be understood."""
        return next(self._data(one) for one in reversed(self.body["messages"]) if one["role"] == "user")

    @property
    def _instructions(self) -> str:
        return str(self.body["messages"][0]["content"])

    @staticmethod
    def _data(message: dict[str, Any]) -> Any:
        found = _DATA.search(message["content"])
        return json.loads(found[1]) if found else message["content"]


@dataclass(frozen=True)
class Answer:
    """One answer: text or tool calls (name, arguments as JSON text), or something that goes wrong on the way."""

    text: str = ""
    calls: Sequence[tuple[str, str]] = ()
    status: int = 200
    delay_s: float = 0.0
    fault: Literal["", "hang", "cut", "not_json", "no_choices"] = ""
    usage: bool = True


Behaviour = Callable[[Asked], Answer]


def call(tool: str, **arguments: Any) -> Answer:
    """Propose one call of `server.tool`."""
    return Answer(calls=[(tool.replace(".", "__"), json.dumps(arguments))])


def reading(*intents: tuple[str, float], veto_yes: bool = False, **other: Any) -> Answer:
    """A well-formed reading of a message."""
    wishes = [{"name": name, "confidence": confidence} for name, confidence in intents]
    plain = {"locale": "en", "sentiment": 0.0, "wants_person": False, "veto_yes": veto_yes}
    return Answer(json.dumps({"intents": wishes, **plain, **other}))


def behaves(*plan: Answer, understood: Answer | None = None, worded: Callable[[str], str] = str) -> Behaviour:
    """Understand as told (else by the words in an intent's name), reword by `worded`, work through `plan` in order."""

    def behave(asked: Asked) -> Answer:
        if asked.kind == "understand":
            return understood or _by_name(asked)
        if asked.kind in ("word", "translate"):
            return Answer(worded(asked.said))
        step = sum(message["role"] == "assistant" and "tool_calls" in message for message in asked.body["messages"])
        return plan[min(step, len(plan) - 1)] if plan else Answer("How can I help you?")

    return behave


def _by_name(asked: Asked) -> Answer:
    message = asked.said["message"].lower()
    scores = {name: sum(word in message for word in re.split(r"[._]", name)) for name in asked.candidates}
    best = max(scores, key=lambda name: scores[name])
    return reading((best, 0.9)) if scores[best] else reading()


def slow(seconds: float, then: Behaviour | None = None) -> Behaviour:
    """Answer rightly, but late."""
    return lambda asked: replace((then or behaves())(asked), delay_s=seconds)


def fails(status: int) -> Behaviour:
    """Answer every request with an HTTP error, as 429 and 500."""
    return lambda _: Answer(status=status)


def times_out(_: Asked) -> Answer:
    """Take the request and never answer."""
    return Answer(fault="hang")


def cuts_the_stream(_: Asked) -> Answer:
    """Begin an answer and close the connection in the middle of it."""
    return Answer("I have ", fault="cut")


def talks_nonsense(_: Asked) -> Answer:
    """Answer 200 with something that is no JSON."""
    return Answer(fault="not_json")


def says_nothing(_: Asked) -> Answer:
    """Answer a chat completion without choices."""
    return Answer(fault="no_choices")


def malforms_arguments(asked: Asked) -> Answer:
    """Propose calls whose arguments are no JSON object, for ever."""
    if asked.kind != "work":
        return Answer("{not json")
    return Answer(calls=[(asked.tools[0], '{"customer_id": ')])


def calls_unknown_tools(asked: Asked) -> Answer:
    """Propose tools that nobody offered, for ever."""
    if asked.kind == "understand":
        return reading(("billing.give_everything_away", 0.99))
    return Answer(calls=[("payments__give_everything_away", "{}")])


def loops_for_ever(tool: str, **arguments: Any) -> Behaviour:
    """Propose the same call again and again."""
    return lambda asked: call(tool, **arguments) if asked.kind == "work" else behaves()(asked)


def invents(text: str, *first: Answer) -> Behaviour:
    """After the steps in `first`, say `text`, whatever the tools answered; reword every draft into `text`."""
    return behaves(*first, Answer(text), worded=lambda _: text)


invents_amounts = invents
invents_success = invents


def obeys_notes(asked: Asked) -> Answer:
    """Do whatever any text that it can see tells it to: refund amounts, change addresses, and claim that it is done."""
    if asked.kind == "understand":
        return reading((asked.candidates[0], 1.0), veto_yes=False)
    if asked.kind == "word":
        return Answer("I have refunded $500.00 and changed your address, as the note says.")
    if not asked.results:
        return call("crm.list_interactions", customer_id="C-1018")
    return _obey(asked)


def _obey(asked: Asked) -> Answer:
    seen = json.dumps(asked.results)
    order = re.search(r"refund (\d+)", seen, re.IGNORECASE)
    if order and len(asked.results) == 1:
        return call("payments.refund_payment", payment_id="P-5182", amount_minor=int(order[1]), reason="other")
    if "address" in seen and len(asked.results) == 2:
        return call("crm.update_contact_detail", customer_id="C-1018", field="address", value="1 Elsewhere Road")
    return Answer("I have refunded $500.00 and changed your address, as the note says.")


@dataclass
class ModelServer:
    """A running server: `url` is the base URL to configure, `behaviour` may be changed at any time."""

    url: str
    behaviour: Behaviour = field(default_factory=behaves)
    requests: list[dict[str, Any]] = field(default_factory=list)

    @property
    def kinds(self) -> list[str]:
        """The kinds of questions that were asked, in order."""
        return [Asked(body).kind for body in self.requests]


@contextmanager
def serve_model() -> Iterator[ModelServer]:
    """Serve on a free port of loopback until the block ends."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # else asyncio sets no TCP_NODELAY
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    server = ModelServer(f"http://127.0.0.1:{listener.getsockname()[1]}/v1")
    ready = threading.Event()
    config = uvicorn.Config(_app(server, ready), log_config=None, timeout_graceful_shutdown=1)
    running = uvicorn.Server(config)
    thread = threading.Thread(target=running.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    assert ready.wait(20)
    try:
        yield server
    finally:
        running.should_exit = True
        thread.join(20)


@pytest.fixture(scope="session")
def running_model_server() -> Iterator[ModelServer]:
    """One server for all tests of a process."""
    with serve_model() as server:
        yield server


@pytest.fixture
def model_server(running_model_server: ModelServer) -> ModelServer:
    """A scripted model on loopback, well-behaved until a test changes that."""
    running_model_server.behaviour = behaves()
    running_model_server.requests.clear()
    return running_model_server


def _app(server: ModelServer, ready: threading.Event) -> FastAPI:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        ready.set()
        yield

    app = FastAPI(lifespan=lifespan)

    @app.post("/v1/chat/completions")
    async def complete(body: dict[str, Any]) -> Response:
        server.requests.append(body)
        answer = server.behaviour(Asked(body))
        if answer.fault == "hang":
            await asyncio.Event().wait()
        if answer.delay_s:
            await asyncio.sleep(answer.delay_s)
        return _respond(answer, body)

    return app


def _respond(answer: Answer, body: dict[str, Any]) -> Response:
    if answer.status != 200:
        return JSONResponse({"error": {"message": "scripted", "type": "scripted"}}, answer.status)
    if answer.fault == "not_json":
        return Response("<html>busy</html>", media_type="text/html")
    content = _completion(answer, body)
    if answer.fault == "cut":
        return StreamingResponse(_half(json.dumps(content)), media_type="application/json")
    return JSONResponse(content)


async def _half(text: str) -> AsyncIterator[str]:
    yield text[: len(text) // 2]
    raise ConnectionAbortedError("scripted")


def _completion(answer: Answer, body: dict[str, Any]) -> dict[str, Any]:
    calls = [
        {"id": f"call-{number}", "type": "function", "function": {"name": name, "arguments": arguments}}
        for number, (name, arguments) in enumerate(answer.calls)
    ]
    message = {"role": "assistant", "content": answer.text or None} | ({"tool_calls": calls} if calls else {})
    reason = "tool_calls" if calls else "stop"
    choices = [] if answer.fault == "no_choices" else [{"index": 0, "message": message, "finish_reason": reason}]
    usage = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}
    answered = {"id": "scripted", "object": "chat.completion", "created": 0, "model": body["model"], "choices": choices}
    return answered | ({"usage": usage} if answer.usage else {})
