"""E-mail: one mail for each turn with greeting, body and closing; read without quoted history and signature."""

import re
from collections.abc import Sequence

from router.formatters.chat import Chat
from router.formatters.formatter import Addressee, ChannelFormatter, in_language, phrases
from router.formatters.incoming.letter import new_words
from router.formatters.outgoing.plain import unmarked

_LONGEST_SUBJECT = 150
_REPLY_MARK = re.compile(r"^(?:(?:re|aw|antw|wg|fw|fwd|sv|rv|tr|ref|réf)\s*(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE)
_INVISIBLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]+")


class Email(Chat):
    """The manners of letters."""

    def hear(self, text: str) -> str:
        """What the writer added to the thread."""
        return new_words(text)

    def speak(self, texts: Sequence[str], to: Addressee) -> tuple[str, ...]:
        """All replies of a turn as one mail; that a machine wrote it, and how to reach a person, is in each."""
        if not texts:
            return ()
        letter = in_language(phrases("email")["letter"], to.locale)
        greeting = letter["greeting"].format(name=to.name) if to.name else letter["greeting_unknown"]
        body = [_without_hello(unmarked(text), letter["hello"]) for text in texts]
        return ("\n\n".join((greeting, *filter(None, body), letter["closing"])),)

    def entitle(self, subject: str, locale: str) -> str:
        """`Re:` and the customer's own subject, or ours where the mail had none."""
        plain = " ".join(_INVISIBLE.sub(" ", subject).split())
        words = _REPLY_MARK.sub("", plain)[:_LONGEST_SUBJECT].strip()
        return f"Re: {words or in_language(phrases('email')['letter'], locale)['subject']}"


def _without_hello(text: str, hello: str) -> str:
    """A reply without its own hello: the mail has one already."""
    return text.removeprefix(hello).strip()


FORMATTER: ChannelFormatter = Email()
