"""The policy by settings: which bundle decides, what is trusted, and how a running process follows its changes."""

import asyncio
import signal
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path

import structlog
from prometheus_client import CollectorRegistry, Gauge

from app.settings import Settings
from app.telemetry.engine import WatchedEngine
from domain.errors import Misconfigured
from domain.metrics import Metrics
from policy.control.accepted_bundles import AcceptedBundles
from policy.engines.bundle import BUNDLE, Bundle, load_bundle, read_signed
from policy.engines.company_policy import compose_bundle, own_policy
from policy.engines.embedded import EmbeddedEngine
from policy.engines.engine import PolicyEngine
from policy.engines.files import fingerprint
from policy.engines.live import BundleSource, LivePolicy, open_live_policy
from policy.engines.opa import OpaEngine
from policy.review.rule_words import read_words
from policy.review.shadow import COUNTS, Shadow
from storage.transactions import Transactions

log = structlog.get_logger()
Clock = Callable[[], datetime]


def read_bundle(settings: Settings, path: Path | None = None) -> Bundle:
    """The bundle of the settings, or the one at a path, if it may decide here.

    Where none is named it is the program's own with what the company's folder adds, which is trusted as the code in it
    is. With a verification key nothing unsigned may decide. Without one, production trusts no bundle from elsewhere,
    and development trusts whatever it is pointed at.

    Raises:
        Misconfigured: it may not, or it is malformed; the message says why.
    """
    policy = settings.policy
    path = path or policy.bundle
    if path is None and policy.verification_key is None:
        return compose_bundle(settings.company_folder, settings.currencies)
    path = path or BUNDLE
    if policy.verification_key is not None:
        return read_signed(path, read_key(policy.verification_key))
    if settings.environment == "production" and path.resolve() != BUNDLE.resolve():
        raise Misconfigured(
            f"the policy bundle {path} is refused: production takes a bundle from outside only signed; "
            "set SWITCHBOARD_POLICY__VERIFICATION_KEY"
        )
    return load_bundle(path)


def read_key(path: Path) -> bytes:
    """A key's PEM.

    Raises:
        Misconfigured: the file cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise Misconfigured(f"the key {path} cannot be read: {error.strerror}") from error


def open_engine(settings: Settings, bundle: Bundle) -> PolicyEngine:
    """The engine that the settings name, for one bundle."""
    if settings.policy.engine == "opa":
        return OpaEngine(settings.policy.opa_url, bundle.revision, timeout_s=settings.policy.timeout_ms / 1000)
    return EmbeddedEngine(bundle)


@asynccontextmanager
async def open_policy(
    settings: Settings, transactions: Transactions, clock: Clock, metrics: Metrics
) -> AsyncGenerator[LivePolicy]:
    """The policy that decides, until closed. On SIGHUP it looks for a changed bundle at once; a job looks now and then.

    Raises:
        Misconfigured: the bundle is refused; the message says why.
    """
    accepted = AcceptedBundles(transactions)

    async def accept(bundle: Bundle) -> None:
        await accepted.accept(bundle, read_words(bundle), clock())

    def watched(bundle: Bundle) -> PolicyEngine:
        return WatchedEngine(open_engine(settings, bundle), metrics)

    own = () if settings.policy.bundle else tuple(own_policy(settings.company_folder))
    path = settings.policy.bundle or BUNDLE
    source = BundleSource(path, partial(read_bundle, settings), accept, watched, own)
    policy = await open_live_policy(source)
    try:
        with _on_hangup(policy):
            yield policy
    finally:
        await policy.close()


def measure_policy(policy: LivePolicy, registry: CollectorRegistry) -> None:
    """Publish how the policy fares: numbers only, no customer's."""
    numbers: dict[str, tuple[str, Callable[[], float]]] = {
        "version": ("Version of the signed bundle that decides, 0 where it is not signed", _version(policy)),
        "reloads": ("Changed bundles that took over since the start", lambda: policy.reloads),
        "refusals": ("Changed bundles that were refused since the start", lambda: policy.refusals),
        "refused": ("1 while the bundle on disk is refused and another decides", lambda: bool(policy.refusal)),
    }
    for name, (meaning, read) in numbers.items():
        Gauge(f"switchboard_policy_bundle_{name}", meaning, registry=registry).set_function(read)


def tell_refusal(policy: LivePolicy) -> str:
    """What readiness says beside "ok" while a refused bundle lies on disk; the log alone says which file, and why."""
    return f"a changed bundle was refused; {policy.revision} decides" if policy.refusal else ""


def open_shadow_engine(settings: Settings) -> EmbeddedEngine | None:
    """The engine of the shadow bundle, if the settings name one; it decides nothing, so it needs no signature.

    Raises:
        Misconfigured: the bundle is malformed or was not compiled.
    """
    path = settings.policy.shadow_bundle
    return None if path is None else EmbeddedEngine(load_bundle(path))


class ShadowBundle:
    """The shadow bundle's file: a changed one is asked from then on; one that cannot be used leaves it as it is."""

    def __init__(self, settings: Settings, path: Path, shadow: Shadow) -> None:
        self._settings = settings
        self._path = path
        self._shadow = shadow
        self._taken = self._seen = fingerprint(path)

    async def look(self) -> None:
        """Take a changed bundle once it looked the same twice: nobody's half-copied bundle is loaded.

        Raises:
            Misconfigured: it cannot be used; it is not looked at again until it changes.
        """
        before, self._seen = self._seen, await asyncio.to_thread(fingerprint, self._path)
        if self._seen == self._taken or self._seen != before:
            return
        self._taken = self._seen
        engine = await asyncio.to_thread(open_shadow_engine, self._settings)
        if engine is not None:
            self._shadow.renew(engine)


def measure_shadow(shadow: Shadow | None, registry: CollectorRegistry) -> None:
    """Publish how the shadow bundle compares."""
    if shadow is None:
        return
    for name in COUNTS:
        gauge = Gauge(f"switchboard_policy_shadow_{name}", f"Decisions {name} by the shadow bundle", registry=registry)
        gauge.set_function(partial(shadow.totals.__getitem__, name))


def _version(policy: LivePolicy) -> Callable[[], float]:
    return lambda: policy.edition.bundle.version


@contextmanager
def _on_hangup(policy: LivePolicy) -> Generator[None]:
    """Look for a changed bundle at once when the process is told to; only a main thread can be told."""
    loop, looks = asyncio.get_running_loop(), set[asyncio.Task[None]]()

    def look() -> None:
        task = loop.create_task(policy.look(at_once=True))
        looks.add(task)
        task.add_done_callback(looks.discard)

    try:
        loop.add_signal_handler(signal.SIGHUP, look)
    except (NotImplementedError, RuntimeError, ValueError):
        yield
        return
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGHUP)
