"""A Tryton database over its own JSON-RPC, as its clients use it (`trytond/protocols`, series 8.0)."""

import asyncio
import base64
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, cast

import httpx

from mcp_servers.refusal import Refused

Record = dict[str, Any]

PATIENCE_S = 8.0
SIGNED_OUT = 401
WARNINGS = 5
"""What one button may warn of."""
FORBIDDEN = (401, 403, 404, 405)
AT_MOST = 1_000
"""Records of a list that are read: more of one customer's have nothing to say here."""


class TrytonFault(Exception):
    """Tryton did not do it, for a reason that is not the caller's: a broken call, a lost race, a warning."""


class TrytonWarning(TrytonFault):
    """Tryton asks whether to go on; nothing happened. `name` is what it calls the warning."""

    def __init__(self, name: str) -> None:
        super().__init__(f"Tryton asks whether to go on: {name}")
        self.name = name


class TrytonDatabase:
    """One database of a Tryton server. Signs in when first needed, and again when the session has ended.

    Every call is one transaction at Tryton: it happens whole or not at all.
    """

    def __init__(self, url: str, name: str, user: str, password: str, patience_s: float = PATIENCE_S) -> None:
        self._http = httpx.AsyncClient(timeout=patience_s)
        self._address = f"{url.rstrip('/')}/{name}/rpc/"
        self._user = user
        self._password = password
        self._session = ""
        self._number = 0
        self._signing_in = asyncio.Lock()
        self.context: Record = {}
        """What Tryton is told with every call, such as the company."""

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def read(
        self, model: str, domain: Sequence[Any], fields: Iterable[str], order: Sequence[tuple[str, str]] = ()
    ) -> list[Record]:
        """The records of a model that a domain finds, with these fields; `a.b` reads through a reference."""
        wanted = ["id", *fields]
        found = await self.call(f"model.{model}.search_read", list(domain), 0, AT_MOST, list(order) or None, wanted)
        return cast("list[Record]", found)

    async def create(self, model: str, values: Record) -> int:
        """Make one record; its number at Tryton."""
        (made,) = await self.call(f"model.{model}.create", [values])
        return cast("int", made)

    async def write(self, model: str, ids: Sequence[int], values: Record) -> None:
        """Change records."""
        await self.call(f"model.{model}.write", list(ids), values)

    async def press(self, model: str, button: str, ids: Sequence[int]) -> None:
        """What a button of Tryton's client does, such as `post` for invoices.

        What Tryton warns of is taken note of, as by a person who goes on: it was decided before.
        """
        for _ in range(WARNINGS):
            try:
                await self.call(f"model.{model}.{button}", list(ids))
            except TrytonWarning as warning:
                noted = {"user": self._number, "name": warning.name}
                await self.call("model.res.user.warning.create", [noted])
            else:
                return
        raise TrytonFault(f"{model}.{button} warns without end")

    async def run_wizard(self, name: str, *steps: tuple[str, Record, str], **context: Any) -> None:
        """Answer a wizard's forms one after another: which form, with what, and which button then."""
        session, *_ = await self.call(f"wizard.{name}.create")
        filled: Record = {}
        for form, values, button in steps:
            filled[form] = values
            await self.call(f"wizard.{name}.execute", session, filled, button, **context)
        await self.call(f"wizard.{name}.delete", session)

    async def call(self, method: str, *params: Any, **context: Any) -> Any:
        """One call.

        Raises:
            Refused: Tryton says that it cannot be done, and why; nothing happened.
            TrytonFault: it was not done.
            httpx.HTTPError: there was no answer, or a broken one; a change may have happened.
        """
        told = self.context | context
        if not self._session:
            await self._sign_in(self._session)
        used = self._session
        response = await self._post(method, [*params, told], used)
        if response.status_code == SIGNED_OUT:
            await self._sign_in(used)
            response = await self._post(method, [*params, told], self._session)
        return _result(method, response)

    async def _sign_in(self, ended: str) -> None:
        """Open a session in place of the one that ended, unless another call has done so."""
        async with self._signing_in:
            if self._session != ended:
                return
            params = [self._user, {"password": self._password}, "en"]
            response = await self._post("common.db.login", params, "")
            if response.status_code == SIGNED_OUT:
                raise TrytonFault("Tryton refuses this user or password")
            self._number, token, *_ = _result("common.db.login", response)
            spelled = f"{self._user}:{self._number}:{token}".encode()
            session = base64.b64encode(spelled).decode()
            preferences = "model.res.user.get_preferences"
            known = _result(preferences, await self._post(preferences, [True, {}], session))
            self.context |= {name: known[name] for name in ("company",) if known.get(name)}
            self._session = session

    async def _post(self, method: str, params: list[Any], session: str) -> httpx.Response:
        headers = {"Authorization": f"Session {session}"} if session else {}
        body = {"id": 0, "method": method, "params": spell(params)}
        return await self._http.post(self._address, json=body, headers=headers)


def _result(method: str, response: httpx.Response) -> Any:
    if response.status_code in FORBIDDEN:
        raise TrytonFault(f"{method}: Tryton says {response.status_code}")
    response.raise_for_status()
    answer = cast("Record", understand(response.json()))
    error: Any = answer.get("error")
    if not error:
        return answer.get("result")
    kind, *said = error
    if kind == "UserError" and said:
        raise Refused(" ".join(str(part) for part in said[0][:2] if part))
    if kind == "UserWarning" and said:
        raise TrytonWarning(str(said[0][0]))
    raise TrytonFault(f"{method}: {kind}")


def spell(value: Any) -> Any:
    """A value as Tryton's JSON has it."""
    match value:
        case dict():
            return {name: spell(each) for name, each in cast("Record", value).items()}
        case list() | tuple():
            return [spell(each) for each in cast("Sequence[Any]", value)]
        case Decimal():
            return {"__class__": "Decimal", "decimal": str(value)}
        case datetime():
            raise TypeError("moments are read, never written")
        case date():
            return {"__class__": "date", "year": value.year, "month": value.month, "day": value.day}
        case _:
            return value


def understand(value: Any) -> Any:
    """The value that Tryton's JSON spells; its moments are UTC."""
    if isinstance(value, list):
        return [understand(each) for each in cast("list[Any]", value)]
    if not isinstance(value, dict):
        return value
    found = {name: understand(each) for name, each in cast("Record", value).items()}
    read = READ.get(str(found.pop("__class__", "")))
    return read(found) if read else found


READ: dict[str, Callable[[Record], Any]] = {
    "Decimal": lambda found: Decimal(found["decimal"]),
    "date": lambda found: date(**found),
    "datetime": lambda found: datetime(**found, tzinfo=UTC),
    "timedelta": lambda found: timedelta(seconds=found["seconds"]),
}
