"""Adding to the policy data of a company's folder, a file at a time, whole or not at all."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from policy.engines.company_policy import merge


def add_policy_data(file: Path, more: Mapping[str, Any]) -> Path:
    """Merge more into a file of policy data, which is made where there is none."""
    found: Any = json.loads(file.read_text("utf-8")) if file.is_file() else {}
    file.parent.mkdir(parents=True, exist_ok=True)
    write_json(file, cast("Mapping[str, Any]", merge(found, dict(more))))
    return file


def write_json(file: Path, document: Mapping[str, Any]) -> None:
    """Write a file anew."""
    draft = file.with_name(f".{file.name}.part")
    draft.write_text(spell_json(document), "utf-8")
    draft.replace(file)


def spell_json(document: Mapping[str, Any]) -> str:
    """A document as people read it."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
