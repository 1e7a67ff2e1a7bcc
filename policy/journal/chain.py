"""Checking hash chains: pure, over entries in order."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from domain.record import Verification
from storage.record_heads import GENESIS


@dataclass(frozen=True, slots=True)
class Link:
    """One stored entry: where it stands, its stored hash, what its content hashes to, and what it claims to follow."""

    conversation_id: str
    sequence: int
    hash: str
    expected_hash: str
    previous_hash: str


@dataclass(slots=True)
class _Chain:
    conversation_id: str
    sequence: int = 0
    hash: str = GENESIS
    problems: list[str] = field(default_factory=list[str])

    def follow(self, link: Link) -> None:
        """Note everything that is wrong with the next entry, once, and go on from it."""
        if link.sequence != self.sequence + 1:
            self._report(self.sequence + 1, f"entry missing before {link.sequence}")
        elif link.previous_hash != self.hash:
            self._report(link.sequence, "does not follow the entry before it")
        if link.hash != link.expected_hash:
            self._report(link.sequence, "content was changed")
        self.sequence, self.hash = link.sequence, link.hash

    def close(self, head: tuple[int, str] | None) -> list[str]:
        """Compare the last entry with the head that was kept beside the entries."""
        if head is None:
            self._report(self.sequence, "the conversation's head is missing")
        elif head[0] > self.sequence:
            self._report(self.sequence + 1, f"the tail is missing up to {head[0]}")
        elif head != (self.sequence, self.hash):
            self._report(self.sequence, "is not the entry that the head names")
        return self.problems

    def _report(self, sequence: int, problem: str) -> None:
        self.problems.append(f"{self.conversation_id}/{sequence}: {problem}")


def check_chain(links: Iterable[Link], heads: Mapping[str, tuple[int, str]]) -> Verification:
    """Follow every chain from its first entry to its head; `links` come by conversation and sequence."""
    remaining = dict(heads)
    problems: list[str] = []
    entries = conversations = 0
    chain: _Chain | None = None
    for link in links:
        if chain is None or chain.conversation_id != link.conversation_id:
            problems += _close(chain, remaining)
            chain, conversations = _Chain(link.conversation_id), conversations + 1
        chain.follow(link)
        entries += 1
    problems += _close(chain, remaining)
    problems += [
        f"{name}/1: all {sequence} entries are missing" for name, (sequence, _) in remaining.items() if sequence
    ]
    return Verification(not problems, conversations, entries, tuple(problems))


def _close(chain: _Chain | None, heads: dict[str, tuple[int, str]]) -> list[str]:
    return chain.close(heads.pop(chain.conversation_id, None)) if chain else []
