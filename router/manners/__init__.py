"""How each kind of channel is written to and read: `<channel>.py` here, found by its name."""

from router.manners.manner import Addressee, Manner, manner_of

__all__ = ["Addressee", "Manner", "manner_of"]
