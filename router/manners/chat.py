"""Chat: what is said is shown as it is."""

from collections.abc import Sequence

from router.manners.manner import Addressee, Manner


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


MANNER: Manner = Chat()
