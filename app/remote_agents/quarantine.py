"""Agents whose card was seen changed: none is asked again before somebody has looked at it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = "changed_agent_cards"


@dataclass(frozen=True, slots=True)
class ChangedCard:
    """A card that is not the pinned one, and why; `pin` is the digest of the card that was pinned by then."""

    card: Mapping[str, Any]
    why: str
    pin: str


class Quarantine:
    """What was seen, kept in the data folder, where the service and `switchboard agents check` both find it.

    It outlives restarts, and a card that is shown as it was again. A newer pin ends it, and `release`.
    """

    def __init__(self, data: Path) -> None:
        self._folder = data / FOLDER
        self._held: dict[str, ChangedCard] = {}

    def hold(self, name: str, changed: ChangedCard) -> None:
        """Ask this agent nothing from now on; in this process alone where nothing can be written."""
        self._held[name] = changed
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            document = {"why": changed.why, "pin": changed.pin, "card": dict(changed.card)}
            self._file(name).write_text(json.dumps(document, ensure_ascii=False, indent=2), "utf-8")
        except OSError:
            return
        del self._held[name]

    def find(self, name: str, pin: str) -> ChangedCard | None:
        """What was seen of an agent since this card was pinned; None where it may be asked."""
        try:
            document: dict[str, Any] = json.loads(self._file(name).read_text("utf-8"))
            found = ChangedCard(document["card"], document["why"], document["pin"])
        except FileNotFoundError:
            found = self._held.get(name)
        except (OSError, ValueError, KeyError, TypeError):
            return ChangedCard({}, f"{self._file(name)} cannot be read", pin)
        return found if found is not None and found.pin == pin else None

    def release(self, name: str) -> None:
        """Somebody has looked at it."""
        self._held.pop(name, None)
        self._file(name).unlink(missing_ok=True)

    def _file(self, name: str) -> Path:
        return self._folder / f"{name}.json"
