"""The policy that decides now: a changed bundle takes its place between two decisions, a refused one never does."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import structlog

from domain.errors import Misconfigured, PolicyUnavailable, SwitchboardError
from policy.engines.answers import OtherRevision
from policy.engines.bundle import Bundle
from policy.engines.engine import Document, PolicyEngine
from policy.engines.files import fingerprint
from policy.tools.tool_data import ToolData, check_reads, parse_tool_data

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class LoadedBundle:
    """One accepted bundle, ready to decide, with its tools' data checked."""

    bundle: Bundle
    engine: PolicyEngine
    tools: Mapping[str, ToolData]


@dataclass(frozen=True, slots=True)
class BundleSource:
    """Where bundles come from: `read` verifies (blocking), `accept` refuses what is older, `open` makes an engine.

    `also` are further files that a bundle is made of.
    """

    path: Path
    read: Callable[[], Bundle]
    accept: Callable[[Bundle], Awaitable[None]]
    open: Callable[[Bundle], PolicyEngine]
    also: tuple[Path, ...] = ()


class LivePolicy:
    """An engine whose bundle can change while turns run; each decision is made by one edition as a whole.

    `refusal` says in a sentence why the bundle on disk does not decide, and is empty where it does.
    """

    def __init__(self, source: BundleSource, edition: LoadedBundle, mark: str) -> None:
        self._source = source
        self._edition = edition
        self._waiting: LoadedBundle | None = None
        self._retired: list[PolicyEngine] = []
        self._mark = self._seen = mark
        self._lock = asyncio.Lock()
        self._followers: list[Callable[[LoadedBundle], None]] = []
        self.refusal = ""
        self.reloads = 0
        self.refusals = 0

    @property
    def edition(self) -> LoadedBundle:
        """What decides now."""
        return self._edition

    @property
    def revision(self) -> str:
        """See `PolicyEngine.revision`."""
        return self._edition.bundle.revision

    @property
    def tools(self) -> "LiveTools":
        """The tools' data of whatever decides now."""
        return LiveTools(self)

    def follow(self, follower: Callable[[LoadedBundle], None]) -> None:
        """Tell somebody of every edition from the next one on, as soon as it decides."""
        self._followers.append(follower)

    async def decide(self, document: Document) -> Document:
        """See `PolicyEngine.decide`; the answer may be of a newer revision than the document's evidence."""
        try:
            return await self._edition.engine.decide(document)
        except OtherRevision as other:
            await self._meet(other)
            return await self._edition.engine.decide(document)

    async def escalate(self, document: Document) -> Document:
        """See `PolicyEngine.escalate`."""
        try:
            return await self._edition.engine.escalate(document)
        except OtherRevision as other:
            await self._meet(other)
            return await self._edition.engine.escalate(document)

    async def served(self) -> str:
        """See `PolicyEngine.served`."""
        return await self._edition.engine.served()

    async def close(self) -> None:
        """See `PolicyEngine.close`."""
        for engine in (self._edition.engine, *([self._waiting.engine] if self._waiting else []), *self._retired):
            await engine.close()

    async def look(self, *, at_once: bool = False) -> None:
        """Take a changed bundle once it looked the same twice, or `at_once`: nobody's half-copied bundle is loaded.

        One that is refused leaves everything as it is.
        """
        mark = await asyncio.to_thread(fingerprint, self._source.path, *self._source.also)
        async with self._lock:
            whole, self._seen = at_once or mark == self._seen, mark
            if mark != self._mark and whole:
                await self._load()
                self._mark = mark
            elif self._waiting is not None:
                await self._promote(self._waiting)

    async def _load(self) -> None:
        try:
            bundle = await asyncio.to_thread(self._source.read)
            if bundle.revision == self.revision:
                await self._source.accept(bundle)  # the same rules under a higher version: from now on none below it
                self._edition = LoadedBundle(bundle, self._edition.engine, self._edition.tools)
                self._discard()
            else:
                await self._prepare(bundle)
            self.refusal = ""
        except SwitchboardError as error:
            self.refusal, self.refusals = str(error), self.refusals + 1
            log.error("policy_bundle_refused", why=self.refusal, still_deciding=self.revision)

    async def _prepare(self, bundle: Bundle) -> None:
        edition = await open_edition(self._source, bundle)
        self._discard()
        self._waiting = edition
        await self._promote(edition)

    async def _promote(self, edition: LoadedBundle) -> None:
        """Let an accepted edition decide as soon as its engine serves it; an embedded one does at once."""
        try:
            served = await edition.engine.served()
        except PolicyUnavailable:
            return
        if served == edition.bundle.revision:
            self._enact(edition)

    def _enact(self, edition: LoadedBundle) -> None:
        before, self._edition, self._waiting = self._edition, edition, None
        self._retired.append(before.engine)
        self.reloads += 1
        for follower in self._followers:
            follower(edition)
        bundle = edition.bundle
        log.info("policy_changed", revision=bundle.revision, version=bundle.version, before=before.bundle.revision)

    def _discard(self) -> None:
        """Forget an edition that was never served."""
        if self._waiting is not None:
            self._retired.append(self._waiting.engine)
            self._waiting = None

    async def _meet(self, other: OtherRevision) -> None:
        """The sidecar is ahead: go along if what it serves is a bundle that is accepted here, else decide nothing."""
        if self._waiting is None:
            await asyncio.shield(asyncio.ensure_future(self.look(at_once=True)))
        async with self._lock:
            if self._waiting is not None and self._waiting.bundle.revision == other.revision:
                self._enact(self._waiting)
        if self.revision != other.revision:
            raise other


class LiveTools(Mapping[str, ToolData]):
    """What the policy that decides now says of each tool."""

    def __init__(self, policy: LivePolicy) -> None:
        self._policy = policy

    def __getitem__(self, name: str) -> ToolData:
        return self._policy.edition.tools[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._policy.edition.tools)

    def __len__(self) -> int:
        return len(self._policy.edition.tools)


async def open_live_policy(source: BundleSource) -> LivePolicy:
    """The policy of a source's present bundle.

    Raises:
        Misconfigured: that bundle is refused; the message says why.
    """
    mark = await asyncio.to_thread(fingerprint, source.path, *source.also)
    bundle = await asyncio.to_thread(source.read)
    edition = await open_edition(source, bundle)
    try:
        served = await edition.engine.served()
        if served != bundle.revision:
            log.error("policy_sidecar_serves_another_bundle", served=served, accepted=bundle.revision)
    except PolicyUnavailable as error:
        log.warning("policy_engine_does_not_answer_yet", why=str(error))
    return LivePolicy(source, edition, mark)


async def open_edition(source: BundleSource, bundle: Bundle) -> LoadedBundle:
    """Make a bundle ready to decide, off the loop, and take it in.

    Raises:
        Misconfigured: it is refused.
    """
    tools = parse_tool_data(bundle.tools)
    check_reads(tools)
    engine = await asyncio.to_thread(source.open, bundle)
    try:
        await source.accept(bundle)
    except Misconfigured:
        await engine.close()
        raise
    return LoadedBundle(bundle, engine, tools)
