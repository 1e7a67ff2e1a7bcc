"""Which conversation a mail belongs to: what we send carries the conversation's id with a tag that only we can make."""

import re
from collections.abc import Iterable, Iterator

from domain.ids import ConversationId
from domain.vault import Tags

KIND = "mail thread"
SHORT = 16
"""Signs of the tag in an address, whose local part may have 64 signs in all."""
_MESSAGE_ID = re.compile(
    r"<(?P<id>CV-[0-9a-f]{20})\.\d{1,9}\.(?P<key>[0-9a-f]{8})-(?P<tag>[0-9a-f]{32})@[^<>\s]{1,200}>"
)
_ANY_ID = re.compile(r"<[^<>\s]{1,900}>")


class MailThreads:
    """Signs and recognises conversations in message ids and in the address that answers go to."""

    def __init__(self, tags: Tags, address: str) -> None:
        self._tags = tags
        self._local, _, self._domain = address.lower().partition("@")
        tagged = rf"\+(?P<id>[0-9a-f]{{20}})\.(?P<tag>[0-9a-f]{{{8 + SHORT}}})@"
        self._tagged = re.compile(re.escape(self._local) + tagged + re.escape(self._domain))

    def message_id(self, conversation_id: ConversationId, event_id: int) -> str:
        """The message id of our mail; the same for the same event, so that a mail that goes out twice is one mail."""
        key, _, tag = self._tag(conversation_id).partition(":")
        return f"<{conversation_id}.{event_id}.{key}-{tag}@{self._domain}>"

    def reply_address(self, conversation_id: ConversationId) -> str:
        """The address that answers in this conversation go to."""
        key, _, tag = self._tag(conversation_id).partition(":")
        return f"{self._local}+{conversation_id.removeprefix('CV-')}.{key}{tag[:SHORT]}@{self._domain}"

    def is_ours(self, address: str) -> bool:
        """Whether it is the mailbox's own address, tagged or not."""
        return address.lower() == f"{self._local}@{self._domain}" or self._tagged.fullmatch(address.lower()) is not None

    def recognise(self, references: Iterable[str], addresses: Iterable[str]) -> tuple[ConversationId, ...]:
        """The conversations that a mail refers to, by what only we can have made; the likeliest first."""
        found = [*self._of_addresses(addresses), *self._of_references(references)]
        return tuple(dict.fromkeys(found))

    def _of_references(self, references: Iterable[str]) -> Iterator[ConversationId]:
        for each in reversed([*references]):
            match = _MESSAGE_ID.fullmatch(each)
            if match and self._tags.knows(KIND, match["id"].encode(), f"{match['key']}:{match['tag']}"):
                yield ConversationId(match["id"])

    def _of_addresses(self, addresses: Iterable[str]) -> Iterator[ConversationId]:
        for each in addresses:
            match = self._tagged.fullmatch(each.lower())
            named = ConversationId(f"CV-{match['id']}") if match else None
            if match and named and self.reply_address(named) == each.lower():
                yield named

    def _tag(self, conversation_id: ConversationId) -> str:
        return self._tags.tag(KIND, conversation_id.encode())


def list_ids(*headers: str) -> list[str]:
    """The message ids in `References` and `In-Reply-To`, in order, each once."""
    return list(dict.fromkeys(found for header in headers for found in _ANY_ID.findall(header)))
