"""Writing a new company's folder: one that runs at once, to be filled."""

import re
from pathlib import Path

from domain.errors import BadRequest, Misconfigured

TEMPLATE = Path(__file__).parent / "new_company"
NAME = re.compile(r"[a-z][a-z0-9_]{1,40}")


def write_company(name: str, parent: Path) -> Path:
    """Write the folder of a company `name` below `parent`; what is there is never overwritten.

    Raises:
        BadRequest: the name cannot be a folder's and a tenant's.
        Misconfigured: the folder is there already.
    """
    if not NAME.fullmatch(name):
        raise BadRequest(f"{name!r} is no name for a company's folder: small letters, digits and _, like 'acme_energy'")
    folder = parent / name
    if folder.exists():
        raise Misconfigured(f"{folder} is there already; nothing was written")
    words = {"{name}": name, "{tenant}": name.replace("_", "-"), "{title}": name.replace("_", " ").title()}
    for file in sorted(path for path in TEMPLATE.rglob("*") if path.is_file() and "__pycache__" not in path.parts):
        text = file.read_text("utf-8")
        for mark, word in words.items():
            text = text.replace(mark, word)
        target = folder / file.relative_to(TEMPLATE).with_name(file.name.removesuffix(".template"))
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
    return folder
