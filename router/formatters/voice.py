"""Voice: short sentences for the ear, without links or markup; read as a transcript of what somebody said."""

from collections.abc import Sequence

from router.formatters.chat import Chat
from router.formatters.formatter import Addressee, ChannelFormatter
from router.formatters.incoming.transcript import written
from router.formatters.outgoing.ear import spell_out


class VoiceCall(Chat):
    """The manners of a telephone call."""

    def hear(self, text: str) -> str:
        """What was said, as somebody would have typed it; a sound that is all that was said stays."""
        return written(text) or text.strip()

    def speak(self, texts: Sequence[str], to: Addressee) -> tuple[str, ...]:
        """Each reply as one utterance or, where it holds a long list, as several."""
        return tuple(utterance for text in texts for utterance in spell_out(text, to))


FORMATTER: ChannelFormatter = VoiceCall()
