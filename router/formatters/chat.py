"""Chat: what is said is shown as it is."""

from collections.abc import Sequence

from router.formatters.formatter import Addressee, ChannelFormatter


class Chat:
    """The manners of a chat: none to speak of."""

    def hear(self, text: str) -> str:
        """All of it."""
        return text

    def speak(self, texts: Sequence[str], to: Addressee) -> tuple[str, ...]:
        """Each reply as a message of its own."""
        del to
        return tuple(texts)

    def entitle(self, subject: str, locale: str) -> str:
        """Nothing: messages in a chat have no subject."""
        del subject, locale
        return ""


FORMATTER: ChannelFormatter = Chat()
