"""Chat: what is said is shown as it is, without the marks of a layout that a chat does not have."""

from collections.abc import Sequence

from router.formatters.formatter import Addressee, ChannelFormatter
from router.formatters.outgoing.plain import unmarked


class Chat:
    """The manners of a chat: none to speak of."""

    def hear(self, text: str) -> str:
        """All of it."""
        return text

    def speak(self, texts: Sequence[str], to: Addressee) -> tuple[str, ...]:
        """Each reply as a message of its own."""
        del to
        return tuple(unmarked(text) for text in texts)

    def entitle(self, subject: str, locale: str) -> str:
        """Nothing: messages in a chat have no subject."""
        del subject, locale
        return ""


FORMATTER: ChannelFormatter = Chat()
