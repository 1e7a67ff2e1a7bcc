"""A crowd: so many conversations under way at every moment, for so many seconds; each sends again what got 503."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import aiohttp

from benchmarks.load.journeys import CrowdCustomer

Json = dict[str, Any]
TURN_S = 60
LONGEST_PAUSE_S = 5.0
_serial = count(1)


@dataclass(slots=True)
class Taken:
    """What was seen. `answered` are the milliseconds of answers that were turns, `waited` those until a message got its
    turn, with what had to be sent again; `answers` counts all by kind; `wrong` is what nobody should get.
    """

    answered: list[float] = field(default_factory=list[float])
    waited: list[float] = field(default_factory=list[float])
    answers: Counter[str] = field(default_factory=Counter[str])
    wrong: list[str] = field(default_factory=list[str])
    seconds: float = 0.0

    @property
    def turns(self) -> int:
        """Turns that were answered."""
        return len(self.answered)


class Crowd:
    """Talks to one or several replicas with the channel's token; a conversation may go to any of them at any time."""

    def __init__(
        self, urls: Sequence[str], token: str, customers: Iterator[CrowdCustomer], think_s: float = 0.0
    ) -> None:
        self._urls, self._customers, self._think_s = urls, customers, think_s
        self._headers = {"Authorization": f"Bearer {token}"}
        self._turn = count()
        self.taken = Taken()

    async def come(self, conversations: int, seconds: float) -> Taken:
        """Keep so many conversations under way until the time is over; each ends with its last answer."""
        started = time.perf_counter()
        timeout = aiohttp.ClientTimeout(total=TURN_S)
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(connector=connector, timeout=timeout, headers=self._headers) as http:
            await asyncio.gather(*(self._talk_on(http, started + seconds) for _ in range(conversations)))
        self.taken.seconds = time.perf_counter() - started
        return self.taken

    async def _talk_on(self, http: aiohttp.ClientSession, until: float) -> None:
        while time.perf_counter() < until:
            customer = next(self._customers)
            who = {"id": customer.customer_id, "auth_level": "authenticated"}
            opened = await self._post(http, "/v1/conversations", {"channel": "chat", "customer": who, "locale": "en"})
            for text in customer.says if opened else ():
                await self._say(http, opened["id"], text)
                await asyncio.sleep(self._think_s)
                if time.perf_counter() >= until:
                    break

    async def _say(self, http: aiohttp.ClientSession, conversation_id: str, text: str) -> None:
        body = {"client_message_id": f"m-{next(_serial)}", "text": text}
        started = time.perf_counter()
        if await self._post(http, f"/v1/conversations/{conversation_id}/messages", body, timed=True):
            self.taken.waited.append((time.perf_counter() - started) * 1000)

    async def _post(self, http: aiohttp.ClientSession, path: str, body: Json, *, timed: bool = False) -> Json:
        """Send until served; what is refused otherwise than with 503 and `Retry-After` is noted and given up."""
        while True:
            started = time.perf_counter()
            url = self._urls[next(self._turn) % len(self._urls)]
            try:
                async with http.post(url + path, json=body) as answer:
                    shown = await answer.json(content_type=None)
                    status, pause = answer.status, answer.headers.get("Retry-After", "")
            except (aiohttp.ClientError, TimeoutError, ValueError) as error:
                self.taken.answers[type(error).__name__] += 1
                self.taken.wrong.append(f"{path}: {error!r}")
                return {}
            self.taken.answers[str(status)] += 1
            if status < 300:
                if timed:
                    self.taken.answered.append((time.perf_counter() - started) * 1000)
                return shown
            if status != 503 or not pause:
                self.taken.wrong.append(f"{path}: {status} {shown}")
                return {}
            await asyncio.sleep(min(float(pause), LONGEST_PAUSE_S))
