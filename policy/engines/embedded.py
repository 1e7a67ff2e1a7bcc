"""The policy evaluated in this process, with nothing to install: the bundle's rules compiled by OPA to WebAssembly."""

import hashlib
import json
from pathlib import Path
from threading import Lock
from typing import Any

from domain.digest import canonical
from domain.errors import Misconfigured
from policy.engines.answers import check_decision, check_escalation
from policy.engines.bundle import Bundle
from policy.engines.documents import encode
from policy.engines.engine import Document
from policy.engines.module import PolicyModule

MODULE_FILE = "policy.wasm"
MANIFEST_FILE = "policy.wasm.json"
DECISION = "contact_centre/main/decision"
ESCALATION = "contact_centre/escalation/decision"
MEND = "run `make policy` (it needs opa)"


class EmbeddedEngine:
    """Decides in well under a millisecond on the caller's thread; data changes need no compiling, rule changes do.

    Raises:
        Misconfigured: the compiled module is missing or was compiled from other rules than the bundle's.
    """

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle
        self._lock = Lock()
        self._module = PolicyModule(read_module(bundle), canonical(dict(bundle.data)))

    @property
    def revision(self) -> str:
        """See `PolicyEngine.revision`."""
        return self._bundle.revision

    async def decide(self, document: Document) -> Document:
        """See `PolicyEngine.decide`."""
        return self.decide_now(document)

    def decide_now(self, document: Document) -> Document:
        """Decide on whatever thread this is called from; see `PolicyEngine.decide`."""
        return check_decision(self._evaluate(DECISION, document), self.revision)

    async def escalate(self, document: Document) -> Document:
        """See `PolicyEngine.escalate`."""
        return check_escalation(self._evaluate(ESCALATION, document), self.revision)

    async def served(self) -> str:
        """See `PolicyEngine.served`."""
        return self.revision

    async def close(self) -> None:
        """Nothing is held open."""

    def _evaluate(self, entrypoint: str, document: Document) -> Any:
        encoded = encode(document)
        with self._lock:
            return self._module.evaluate(entrypoint, encoded)


def read_module(bundle: Bundle) -> bytes:
    """The compiled module, if it is what `make policy` made from exactly the bundle's rules.

    Raises:
        Misconfigured: it is missing, stale or altered; the message says how to mend it.
    """
    try:
        compiled = bundle.files[MODULE_FILE]
        manifest = json.loads(bundle.files[MANIFEST_FILE])["compiled"]
    except (ValueError, KeyError, TypeError) as error:
        raise Misconfigured(f"the compiled policy cannot be read ({error!r}): {MEND}") from error
    if manifest.get("sources") != bundle.sources_digest:
        raise Misconfigured(f"{MODULE_FILE} was compiled from other rules than those of {bundle.folder}: {MEND}")
    if manifest.get("module") != module_digest(compiled):
        raise Misconfigured(f"{MODULE_FILE} is not the module that {MANIFEST_FILE} names: {MEND}")
    return compiled


def write_module(folder: Path, compiled: bytes, sources_digest: str, rules: Document | None = None) -> None:
    """Put a compiled module into a bundle, with the digests that tie it to its rules, and the rules' own words."""
    manifest = {"compiled": {"sources": sources_digest, "module": module_digest(compiled), "rules": rules or {}}}
    (folder / MODULE_FILE).write_bytes(compiled)
    (folder / MANIFEST_FILE).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


def module_digest(compiled: bytes) -> str:
    """The name of a compiled module."""
    return "sha256:" + hashlib.sha256(compiled).hexdigest()
