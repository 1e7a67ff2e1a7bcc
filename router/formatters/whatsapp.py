"""WhatsApp: as in a chat, in messages of the length that it carries."""

from collections.abc import Sequence

from router.formatters.chat import Chat
from router.formatters.formatter import Addressee, ChannelFormatter

LONGEST = 1500
"""Signs of one message; 1600 are carried."""


class WhatsApp(Chat):
    """The manners of WhatsApp."""

    def speak(self, texts: Sequence[str], to: Addressee) -> tuple[str, ...]:
        """Each reply as a message; a long one as several, cut between lines or words."""
        return tuple(part for text in super().speak(texts, to) for part in _parts(text))


def _parts(text: str) -> list[str]:
    parts: list[str] = []
    while len(text) > LONGEST:
        at = max(text.rfind("\n", 0, LONGEST), text.rfind(" ", 0, LONGEST))
        at = at if at > 0 else LONGEST
        parts.append(text[:at].rstrip())
        text = text[at:].lstrip()
    return [*parts, text]


FORMATTER: ChannelFormatter = WhatsApp()
