"""Which tools a procedure cannot do without, read from its code: known before anything is asked of a customer."""

import ast
import inspect
import sys
import textwrap
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import cache
from types import FunctionType

from agents.procedure import Call, CallRefused, Consider, StepTrouble
from agents.replay import ProcedureFunction
from domain.errors import Misconfigured

DECLARED = "TOOLS"
"""A procedure module's own list, for tools whose names its code works out: `TOOLS = ("weather.get_forecast",)`."""
ENDS = frozenset({"Declined", "HandOff"})
"""What a handler says that ends the journey; one that says neither goes on without the call."""


@cache
def find_tools(function: ProcedureFunction) -> frozenset[str]:
    """Every tool that a procedure needs, by `server.tool`.

    Its code and the functions of its own package and of `agents` that it uses are looked through for `Call("...")`.
    A call whose refusal is caught and gone on without is not needed, nor one that is only considered; what is
    delegated is the other procedure's.

    Raises:
        Misconfigured: a tool's name is worked out by the code, and the module says no `TOOLS`.
    """
    declared = getattr(function, "tools", None) or getattr(sys.modules[function.__module__], DECLARED, None)
    if declared is not None:
        return frozenset(map(str, declared))
    return frozenset(_Reading(function).tools(set()))


class _Reading:
    """One function's code, read for the calls that it makes and the functions that make more."""

    def __init__(self, function: object) -> None:
        assert isinstance(function, FunctionType)
        self._function = function
        self._names = function.__globals__
        self._tree = ast.parse(textwrap.dedent(inspect.getsource(function)))

    def tools(self, seen: set[object]) -> Iterator[str]:
        """The tools of this function and of those that it uses, each function once."""
        seen.add(self._function)
        spared = {id(node) for node in self._spared()}
        for node in ast.walk(self._tree):
            if id(node) in spared:
                continue
            if isinstance(node, ast.Call) and self._is(node.func, Call):
                yield self._tool_of(node)
            elif isinstance(node, ast.Name) and self._is_own(used := self._names.get(node.id)) and used not in seen:
                yield from _Reading(used).tools(seen)

    def _spared(self) -> Iterator[ast.AST]:
        """What can be refused without the journey ending."""
        for node in ast.walk(self._tree):
            if isinstance(node, ast.Try | ast.With) and self._is_spared(node):
                yield from (inner for line in node.body for inner in ast.walk(line))
            elif isinstance(node, ast.Assign) and self._is_considered(node):
                yield from ast.walk(node.value)

    def _is_spared(self, block: ast.Try | ast.With) -> bool:
        """Whether the journey goes on where a call within the block is refused."""
        if isinstance(block, ast.With):
            return any(self._lets_go(item.context_expr) for item in block.items)
        return any(self._goes_on(handler) for handler in block.handlers)

    def _goes_on(self, handler: ast.ExceptHandler) -> bool:
        return handler.type is not None and self._catches(handler.type) and not self._ends(handler.body)

    def _lets_go(self, manager: ast.expr) -> bool:
        """Whether it is `suppress(CallRefused)`."""
        return isinstance(manager, ast.Call) and self._is(manager.func, suppress) and self._catches(manager)

    def _catches(self, named: ast.AST) -> bool:
        return any(self._is(node, StepTrouble) or self._is(node, CallRefused) for node in ast.walk(named))

    def _ends(self, lines: Sequence[ast.stmt]) -> bool:
        """Whether these lines, or a function of ours that they use, end the journey or let the trouble go on."""
        for node in (inner for line in lines for inner in ast.walk(line)):
            if isinstance(node, ast.Raise) or (isinstance(node, ast.Name) and node.id in ENDS):
                return True
            if isinstance(node, ast.Name) and self._is_own(used := self._names.get(node.id)):
                return _Reading(used).ends
        return False

    @property
    def ends(self) -> bool:
        """Whether the function itself may end the journey."""
        return self._ends(self._tree.body)

    def _is_considered(self, assigned: ast.Assign) -> bool:
        """Whether what is assigned is a call that is put before the policy first: `Consider(credit.tool, ...)`."""
        targets = {node.id for node in assigned.targets if isinstance(node, ast.Name)}
        considered = (
            node for node in ast.walk(self._tree) if isinstance(node, ast.Call) and self._is(node.func, Consider)
        )
        return any(isinstance(node, ast.Name) and node.id in targets for each in considered for node in ast.walk(each))

    def _is(self, node: ast.AST, meant: type) -> bool:
        return isinstance(node, ast.Name) and self._names.get(node.id) is meant

    def _is_own(self, used: object) -> bool:
        return isinstance(used, FunctionType) and _package(used) in ("agents", _package(self._function))

    def _tool_of(self, node: ast.Call) -> str:
        name = node.args[0] if node.args else None
        if isinstance(name, ast.Constant) and isinstance(name.value, str):
            return name.value
        within = self._function
        raise Misconfigured(
            f"{within.__module__}, line {within.__code__.co_firstlineno}: a tool's name is worked out by the code of "
            f"{within.__name__}; say in the procedure's module which they can be: {DECLARED} = (...)"
        )


def _package(function: FunctionType) -> str:
    return function.__module__.partition(".")[0]
