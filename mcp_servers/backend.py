"""The seam behind a server's tools: a backend is asynchronous, and told for whom it acts, when, and under which key."""

import asyncio
import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from math import inf
from typing import Any, Protocol, cast
from weakref import WeakValueDictionary

from mcp_types import ToolAnnotations
from pydantic import BaseModel

from domain.errors import Misconfigured
from mcp_servers.key_book import KeyBook
from mcp_servers.refusal import Refused, not_found
from mcp_servers.scope import Scope


@dataclass(frozen=True, slots=True)
class ToolEntry:
    """One tool: the function that says what it takes and answers, and what it does to the world.

    The function acts on a database of the server's own; another backend has a method of its name instead.
    """

    function: Callable[..., BaseModel]
    writes: bool
    annotations: ToolAnnotations

    @property
    def name(self) -> str:
        """The tool's name on its server."""
        return self.function.__name__

    @property
    def signature(self) -> inspect.Signature:
        """The signature that callers see: without the work that the server supplies."""
        whole = inspect.signature(self.function, eval_str=True)
        return whole.replace(parameters=list(whole.parameters.values())[1:])


class Backend(Protocol):
    """What makes a server's tools happen. It may be slow: whoever does not call it does not wait for it."""

    async def act(self, entry: ToolEntry, scope: Scope, arguments: dict[str, Any]) -> BaseModel:
        """Serve one granted call; a change acts once per key.

        Raises:
            Refused: it cannot be done, and nothing happened.
        """
        ...

    async def check(self) -> None:
        """See that the system answers.

        Raises:
            Exception: it does not, whatever it says.
        """
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


@dataclass(frozen=True, slots=True)
class TenantFacts:
    """What a backend has to know of a tenant: its currency (ISO 4217), and the country of its customers (ISO 3166)."""

    currency: str
    country: str


@dataclass(frozen=True, slots=True)
class SystemOptions:
    """What a real system is opened with: its settings by name, the tenants, and how the settings' names begin."""

    values: Mapping[str, str]
    tenants: Mapping[str, TenantFacts]
    variable: str

    def require(self, name: str, meaning: str) -> str:
        """A setting that the system cannot do without.

        Raises:
            Misconfigured: it is not set; the message has the line to write.
        """
        if value := self.values.get(name, ""):
            return value
        raise Misconfigured(f"{self.variable}{name.upper()}=…   ({meaning})")

    def number(self, name: str, otherwise: float) -> float:
        """A setting that is a number above zero.

        Raises:
            Misconfigured: it is none; the message has the setting.
        """
        given = self.values.get(name, "") or str(otherwise)
        try:
            number = float(given)
        except ValueError:
            number = 0.0
        if not 0 < number < inf:
            raise Misconfigured(f"{self.variable}{name.upper()}={given}: must be a number above zero, like {otherwise}")
        return number

    def tenant(self, name: str) -> TenantFacts:
        """The facts of a tenant.

        Raises:
            Refused: there is no such tenant.
        """
        if name not in self.tenants:
            raise Refused("grant: there is no such tenant here")
        return self.tenants[name]


class System(Protocol):
    """A system behind a server that is not ours: one coroutine method `tool(scope, **arguments)` for each tool.

    What it does not do at all it may name instead in `UNSERVED`: tools, and what whoever calls one is told.
    """

    async def check(self) -> None:
        """See that it answers."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


class SystemBackend:
    """Passes a server's calls on to a system, and remembers their keys beside it.

    A customer's changes are made one after another: what one of them looked at holds until it is done.
    A call whose key is known and whose result is not was cut short: it is made again under the same key, which the
    system has to honour too.
    """

    def __init__(self, name: str, system: System, tools: Iterable[ToolEntry], keys: KeyBook) -> None:
        self._name = name
        self._system = system
        self._keys = keys
        self._trouble = ""
        self._changing: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()
        self._unserved = unserved_by(system)
        served = (entry for entry in tools if entry.name not in self._unserved)
        self._methods = {entry.name: _method_of(name, system, entry) for entry in served}

    async def act(self, entry: ToolEntry, scope: Scope, arguments: dict[str, Any]) -> BaseModel:
        """See `Backend.act`."""
        if "customer_id" in arguments and arguments["customer_id"] != scope.customer:
            raise not_found("customer_id", "customer", arguments["customer_id"])
        if entry.name in self._unserved:
            raise Refused(self._unserved[entry.name])
        if not entry.writes:
            return await self._call(entry, scope, arguments)
        answer: type[BaseModel] = entry.signature.return_annotation
        turn = self._changing.setdefault((scope.tenant, scope.customer), asyncio.Lock())
        async with turn:
            return await self._keys.once(entry.name, scope, answer, lambda: self._call(entry, scope, arguments))

    async def _call(self, entry: ToolEntry, scope: Scope, arguments: dict[str, Any]) -> BaseModel:
        given = {name: value for name, value in arguments.items() if name != "customer_id"}
        try:
            answer: BaseModel = await self._methods[entry.name](scope, **given)
        except Refused:
            self._trouble = ""
            raise
        except Exception as error:
            self._trouble = f"{type(error).__name__} at {entry.name}"
            raise
        self._trouble = ""
        return answer

    def tell_trouble(self) -> str:
        """What operators should know: that the system did not answer its last call, and how; else nothing."""
        return f"the system behind {self._name} did not answer its last call ({self._trouble})" if self._trouble else ""

    async def check(self) -> None:
        """See `Backend.check`."""
        await self._system.check()

    async def close(self) -> None:
        """See `Backend.close`."""
        await self._system.close()


def unserved_by(system: object) -> Mapping[str, str]:
    """The tools that a system says it does not serve, and what whoever calls one is told."""
    return cast("Mapping[str, str]", getattr(system, "UNSERVED", {}))


def _method_of(name: str, system: System, entry: ToolEntry) -> Callable[..., Any]:
    """The method that serves a tool.

    Raises:
        Misconfigured: there is none, or it does not take what the tool takes.
    """
    method = getattr(system, entry.name, None)
    if problem := misfit(method, entry):
        raise Misconfigured(f"{type(system).__name__} cannot serve {name}: {problem}")
    return cast("Callable[..., Any]", method)


def misfit(method: object, entry: ToolEntry) -> str:
    """Why a system's method, bound or not, cannot serve a tool; empty where it can."""
    wanted = [each for each in entry.signature.parameters if each != "customer_id"]
    shape = f"`async def {entry.name}({', '.join(('scope', *wanted))})`"
    if not inspect.iscoroutinefunction(method):
        return f"it lacks {shape}, or a line in its UNSERVED that says what it cannot do"
    found = [each for each in inspect.signature(method).parameters if each != "self"]
    return "" if found[1:] == wanted else f"{entry.name} takes {', '.join(found)}; the contract has {shape}"
