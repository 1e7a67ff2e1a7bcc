"""Identities of people in development: a token each, so that the record names who did what."""

import hmac
import json
import re
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from app.keys import write_private
from channels.http.authentication import Authenticator
from domain.caller import NAMED_ROLES, Caller, Role
from domain.errors import BadRequest, Misconfigured, NotAuthenticated
from domain.ids import TenantId
from domain.names import require_known

PEOPLE = "people.json"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._@-]{0,63}")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an identity of their own, and the token that proves it."""

    name: str
    role: str
    tenant: str
    token: str


def read_people(file: Path) -> list[Person]:
    """Everybody to whom a token was issued; nobody where there is no file.

    Raises:
        Misconfigured: the file is not what was written.
    """
    if not file.is_file():
        return []
    try:
        return [Person(**each) for each in json.loads(file.read_text("utf-8"))["people"]]
    except (ValueError, KeyError, TypeError) as error:
        raise Misconfigured(f"{file} does not hold issued tokens ({error}): remove it, and issue them again") from None


def issue(file: Path, name: str, role: Role, tenant: str) -> Person:
    """Give somebody a token of their own; a second one for the same name replaces the first.

    Raises:
        BadRequest: the name cannot be one, or the role is not given by name.
    """
    if not NAME.fullmatch(name):
        raise BadRequest(f"{name!r} is no name: up to 64 letters, digits, spaces and . _ @ -")
    if role not in NAMED_ROLES:
        raise BadRequest("role: a customer's token comes from POST /v1/customer-sessions")
    person = Person(name, role.value, tenant, f"{role.value}-{secrets.token_urlsafe(24)}")
    others = [each for each in read_people(file) if each.name != name]
    _write(file, [*others, person])
    return person


def revoke(file: Path, name: str) -> None:
    """Take somebody's token back; it stops working with the next request.

    Raises:
        UnknownName: nobody of that name has one; the message gives the nearest.
    """
    people = read_people(file)
    require_known("person with a token", name, [each.name for each in people])
    _write(file, [each for each in people if each.name != name])


def _write(file: Path, people: list[Person]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    write_private(file, json.dumps({"people": [asdict(each) for each in people]}, indent=1).encode())


class PeopleAuthenticator:
    """Development: the fixed tokens, and those that were issued to people, also while the service runs."""

    def __init__(self, fixed: Authenticator, file: Path) -> None:
        self._fixed = fixed
        self._file = file
        self._state = (0, 0)
        self._people: list[Person] = []

    async def authenticate(self, token: str) -> Caller:
        """See `Authenticator`."""
        try:
            return await self._fixed.authenticate(token)
        except NotAuthenticated:
            self._look()
            shown = token.encode()
            known = [each for each in self._people if hmac.compare_digest(each.token.encode(), shown)]
            if not known:
                raise
            return Caller(known[0].name, Role(known[0].role), TenantId(known[0].tenant))

    def _look(self) -> None:
        """Read the file again where it changed."""
        found = self._file.stat() if self._file.is_file() else None
        state = (found.st_mtime_ns, found.st_size) if found else (0, 0)
        if state != self._state:
            self._people, self._state = read_people(self._file), state
