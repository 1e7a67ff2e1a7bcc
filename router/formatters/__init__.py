"""How each kind of channel is written to and read: `<channel>.py` here, found by its name."""

from router.formatters.formatter import Addressee, ChannelFormatter, formatter_of

__all__ = ["Addressee", "ChannelFormatter", "formatter_of"]
