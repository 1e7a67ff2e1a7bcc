"""The compiled policy in process: OPA's own WebAssembly (ABI 1.2 or later), hosted by wasmtime.

The rules use no builtin that the module lacks, so the host provides none but `opa_abort`.
"""

import json
from functools import lru_cache
from typing import Any, cast

from wasmtime import (
    Engine,
    Func,
    FuncType,
    Instance,
    Limits,
    Memory,
    MemoryType,
    Module,
    Store,
    Trap,
    WasmtimeError,
)

from domain.errors import PolicyUnavailable

PAGE = 65536
MAX_PAGES = 1024
JSON_FORMAT = 0
CHUNK = 4096


class PolicyModule:
    """Evaluates entrypoints of one compiled policy over one base document; for one thread at a time.

    Memory is bounded: every evaluation starts from the same heap, which holds the base document alone. After a trap
    the sandbox is built anew, so that one bad evaluation cannot spoil the next.
    """

    def __init__(self, compiled: bytes, data: bytes) -> None:
        self._engine, self._module = _compile(compiled)
        self._data = data
        self._start()
        self.entrypoints = cast(dict[str, int], self._dump(self._call("entrypoints")))

    @property
    def builtins(self) -> dict[str, int]:
        """The builtins that the host would have to provide; our rules need none."""
        return cast(dict[str, int], self._dump(self._call("builtins")))

    @property
    def memory_bytes(self) -> int:
        """How much memory the sandbox holds."""
        return self._memory.data_len(self._store)

    def evaluate(self, entrypoint: str, document: bytes) -> Any:
        """The entrypoint's value for an input document, None where it is undefined.

        Raises:
            PolicyUnavailable: the evaluation failed.
        """
        try:
            results = json.loads(self._evaluate(self.entrypoints[entrypoint], document))
        except (Trap, WasmtimeError, ValueError, RecursionError) as error:
            self._start()
            raise PolicyUnavailable(f"the policy could not be evaluated: {type(error).__name__}") from error
        return results[0]["result"] if results else None

    def _start(self) -> None:
        self._store = Store(self._engine)
        needed = next(kind.type for kind in self._module.imports if isinstance(kind.type, MemoryType))
        self._memory = Memory(self._store, MemoryType(Limits(needed.limits.min, MAX_PAGES)))
        instance = Instance(self._store, self._module, [self._import(kind.type) for kind in self._module.imports])
        self._exports = instance.exports(self._store)
        self._base = self._load(self._data)
        self._heap = self._call("opa_heap_ptr_get")

    def _import(self, kind: Any) -> Memory | Func:
        if isinstance(kind, MemoryType):
            return self._memory
        return Func(self._store, cast(FuncType, kind), _refuse)

    def _call(self, function: str, *arguments: int) -> int:
        return cast(int, cast(Func, self._exports[function])(self._store, *arguments))

    def _load(self, data: bytes) -> int:
        address = self._call("opa_malloc", len(data))
        self._memory.write(self._store, data, address)
        parsed = self._call("opa_json_parse", address, len(data))
        if parsed == 0:
            raise PolicyUnavailable("the policy's data is not JSON")
        return parsed

    def _evaluate(self, entrypoint: int, document: bytes) -> bytes:
        length = len(document)
        self._reserve(self._heap + length)
        self._memory.write(self._store, document, self._heap)
        heap = self._heap + length
        return self._text(
            self._call("opa_eval", 0, entrypoint, self._base, self._heap, length, heap + -heap % 8, JSON_FORMAT)
        )

    def _reserve(self, end: int) -> None:
        missing = end + PAGE - self._memory.data_len(self._store)
        if missing > 0:
            self._memory.grow(self._store, -(-missing // PAGE))

    def _dump(self, value: int) -> Any:
        return json.loads(self._text(self._call("opa_json_dump", value)))

    def _text(self, address: int) -> bytes:
        """The text at an address, up to its closing NUL."""
        end = self._memory.data_len(self._store)
        text = bytearray()
        while address < end and 0 not in text:
            text += self._memory.read(self._store, address, min(address + CHUNK, end))
            address += CHUNK
        return bytes(text.partition(b"\0")[0])


@lru_cache(maxsize=4)
def _compile(compiled: bytes) -> tuple[Engine, Module]:
    """Machine code for a module, made once per process: it takes longer than the rest of a start together."""
    engine = Engine()
    return engine, Module(engine, compiled)


def _refuse(*_arguments: int) -> int:
    """What the module calls to give up, and in place of builtins that the rules may not use."""
    raise WasmtimeError("the policy gave up")
