"""One question to the endpoint: in time, within budget, and any failure told in one way."""

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import langsmith
from langchain_core.messages import AIMessage, BaseMessage

from agents.language_model.settings import LanguageModelSettings
from agents.language_model.usage import Meter
from domain.errors import ModelUnavailable

if TYPE_CHECKING:
    from langchain_openai import ChatOpenAI

_CHARACTERS_PER_TOKEN = 4


class Endpoint:
    """A kept client of one OpenAI-compatible endpoint; contacts nothing else and nothing before the first question."""

    def __init__(self, settings: LanguageModelSettings, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._settings = settings
        self._monotonic = monotonic
        self._client: ChatOpenAI | None = None
        self._building = asyncio.Lock()

    @property
    def name(self) -> str:
        """The model that is asked for."""
        return self._settings.name

    async def prepare(self) -> "ChatOpenAI":
        """Load the client library off the event loop (about a second), so that no turn has to wait for it."""
        async with self._building:
            if self._client is None:
                self._client = await asyncio.to_thread(_build, self._settings)
            return self._client

    async def close(self) -> None:
        """Close the kept connections; the next question opens new ones."""
        async with self._building:
            client, self._client = self._client, None
            if client is not None:
                await client.root_async_client.close()

    async def ask(self, messages: Sequence[BaseMessage], meter: Meter, **options: Any) -> AIMessage:
        """Ask once, without retries.

        Raises:
            ModelUnavailable: failure, time-out, an answer that is no chat completion, or a spent budget.
        """
        seconds = min(self._settings.timeout_s, meter.seconds_left())
        client = await self.prepare()
        started = self._monotonic()
        try:
            async with asyncio.timeout(seconds):
                with langsmith.tracing_context(enabled=False):
                    answer = await client.ainvoke(list(messages), **options)
                    answer.text.encode()  # broken Unicode could be neither kept nor said: nonsense like any other
        except _failures() as error:
            meter.mark_down(_trouble(error))
            raise ModelUnavailable(_trouble(error)) from error
        finally:
            meter.count_call(self._monotonic() - started)
        meter.count_tokens(*_tokens(messages, answer))
        return answer


def _build(settings: LanguageModelSettings) -> "ChatOpenAI":
    """A client with connections of its own: the library's default ones are shared between all clients of a process."""
    from langchain_openai import ChatOpenAI
    from openai import DefaultAsyncHttpxClient
    from pydantic import SecretStr

    return ChatOpenAI(
        model=settings.name,
        base_url=settings.base_url,
        api_key=SecretStr(settings.api_key or "none"),
        organization="",
        timeout=settings.timeout_s,
        max_completion_tokens=settings.reply_tokens,
        max_retries=0,
        temperature=0,
        use_responses_api=False,
        cache=False,
        http_async_client=DefaultAsyncHttpxClient(timeout=settings.timeout_s),
    )


def _failures() -> tuple[type[Exception], ...]:
    """What the client raises when an endpoint fails or answers something that is no chat completion."""
    from openai import OpenAIError

    return (OpenAIError, TimeoutError, ValueError, TypeError, LookupError, AttributeError)


def _trouble(error: Exception) -> str:
    """Name a failure without its text, which may hold what the customer wrote."""
    status = getattr(error, "status_code", None)
    return f"the language model failed: {type(error).__name__}" + (f" {status}" if status else "")


def _tokens(messages: Sequence[BaseMessage], answer: AIMessage) -> tuple[int, int]:
    """The tokens as the endpoint counted them, else estimated from the length."""
    if answer.usage_metadata:
        return answer.usage_metadata["input_tokens"], answer.usage_metadata["output_tokens"]
    asked = sum(len(str(message.content)) for message in messages)
    return asked // _CHARACTERS_PER_TOKEN, len(str(answer.content)) // _CHARACTERS_PER_TOKEN
