"""Reading the contracts, and seeing whether a server's tools are as its contract has them."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, cast

from jsonschema import Draft202012Validator
from pydantic import BaseModel, ConfigDict

from mcp_servers.toolset import Toolset, describe_tool

FOLDER = Path(__file__).parent
Schema = dict[str, Any]


class ContractExample(BaseModel):
    """A call as it may come, and an answer as it may be given; the people in it do not exist."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    arguments: dict[str, Any]
    answer: dict[str, Any]


class ToolContract(BaseModel):
    """One tool of a contract. `changes` says whether it changes anything, and so comes with an idempotency key."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    description: str
    changes: bool
    arguments: Schema
    answer: Schema
    example: ContractExample | None = None


class Contract(BaseModel):
    """What any server of a kind offers."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    contract: str
    about: str
    promises: tuple[str, ...]
    tools: dict[str, ToolContract]


def contract_file(name: str) -> Path:
    """Where a contract lies."""
    return FOLDER / f"{name}.json"


def list_contracts() -> tuple[str, ...]:
    """The names of all contracts."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.json")))


@cache
def read_contract(name: str) -> Contract:
    """The contract of that name, one of `list_contracts`."""
    return Contract.model_validate_json(contract_file(name).read_text("utf-8"))


def find_breaches(tools: Toolset) -> Iterator[tuple[str, str]]:
    """Where our own server and its contract differ, and what the contract lacks: tool, and what to do."""
    known, write = read_contract(tools.name).tools, f"run `switchboard mcp contract {tools.name} --write`"
    offered = {entry.name: describe_tool(entry) for entry in tools.entries}
    for name in sorted(set(known) - set(offered)):
        yield name, "is in the contract and the server does not offer it: others rely on it, so offer it again"
    for name, described in offered.items():
        if name not in known:
            yield name, f"is not in the contract: {write}, then give it an example there"
            continue
        if described != known[name].model_dump(exclude={"example"}):
            yield name, f"is not as the contract has it: {write}, and see in the difference whom it breaks"
        yield from ((name, problem) for problem in _lacks(known[name]))


def _lacks(tool: ToolContract) -> Iterator[str]:
    for part, schema in (("arguments", tool.arguments), ("answer", tool.answer)):
        for field in undescribed(schema):
            yield f"{part}: {field} is not described: give it a Field(description=...)"
    if tool.example is None:
        yield 'has no example: write "example": {"arguments": {...}, "answer": {...}} beside its schemas'
        return
    for part, schema in (("arguments", tool.arguments), ("answer", tool.answer)):
        for error in cast(Any, Draft202012Validator(schema)).iter_errors(getattr(tool.example, part)):
            yield f"its example's {part} do not fit: {'.'.join(map(str, error.absolute_path))} {error.message[:120]}"


def undescribed(schema: Mapping[str, Any]) -> list[str]:
    """The fields of a schema, and of what it is made of, without a description."""
    parts = {"": schema, **schema.get("$defs", {})}
    return [
        f"{part}.{name}".strip(".")
        for part, inner in parts.items()
        for name, field in inner.get("properties", {}).items()
        if not any(branch.get("description") for branch in (field, *field.get("anyOf", ())))
    ]


def write_contract(tools: Toolset) -> Path:
    """Write a contract anew from our own server's tools, its promises and examples kept, and say where it lies."""
    file = contract_file(tools.name)
    before = Contract.model_validate_json(file.read_text("utf-8")) if file.is_file() else None
    found = Contract(
        contract=tools.name,
        about=tools.instructions,
        promises=before.promises if before else (),
        tools={
            entry.name: ToolContract(
                **describe_tool(entry),
                example=before.tools[entry.name].example if before and entry.name in before.tools else None,
            )
            for entry in tools.entries
        },
    )
    file.write_text(json.dumps(found.model_dump(), indent=1, ensure_ascii=False) + "\n", "utf-8")
    read_contract.cache_clear()
    return file
