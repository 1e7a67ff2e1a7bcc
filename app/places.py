"""Where an installation lies, and how it is said that none lies there."""

from pathlib import Path

from domain.errors import UnknownName
from domain.names import suggest

DATABASE = "switchboard.db"
"""The file in a data folder that makes it an installation, where the database is a file."""
TOKENS = "tokens.json"
"""The file that development's tokens are in, from the first start on."""

RULES = "contact_centre"
"""The folder of rules that makes a folder a policy bundle."""


def existing_file(text: str) -> Path:
    """A file that is to be read.

    Raises:
        UnknownName: it is not there; the message gives the nearest beside it.
    """
    place = Path(text)
    if not place.is_file():
        raise _not_there("file", place)
    return place


def existing_place(text: str) -> Path:
    """A file or folder that is to be read.

    Raises:
        UnknownName: it is not there; the message gives the nearest beside it.
    """
    place = Path(text)
    if not place.exists():
        raise _not_there("file or folder", place)
    return place


def existing_bundle(text: str) -> Path:
    """A policy bundle that is to be read: a folder, or an archive.

    Raises:
        UnknownName: it is not there, or the folder is none; the message gives the nearest beside it.
    """
    place = existing_place(text)
    if place.is_dir() and not (place / RULES).is_dir():
        raise UnknownName(f"{place} is no policy bundle: that is a folder with {RULES}/ and data/, or a .tar.gz of it")
    return place


def nearest_place(place: Path) -> str:
    """What beside a missing file or folder may have been meant, as the end of a sentence."""
    beside = place.parent.iterdir() if place.parent.is_dir() else ()
    return suggest(place.name, sorted(each.name for each in beside), few=0)


def _not_there(kind: str, place: Path) -> UnknownName:
    return UnknownName(f"there is no {kind} {place}{nearest_place(place)}")


def no_installation(folder: Path) -> UnknownName:
    """What to raise where a data folder is named that holds no Switchboard; gives the nearest that do."""
    place = folder.absolute()
    homes = [str(found.parent) for near in (place, place.parent) for found in near.glob(f"*/{DATABASE}")]
    near = suggest(str(place), sorted({*homes} - {str(place)}))
    return UnknownName(
        f"there is no Switchboard in {place}: name its data folder with --data or SWITCHBOARD_DATA{near}"
    )
