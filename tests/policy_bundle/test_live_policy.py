"""A sidecar and this process change their bundles at different moments: only what both serve decides."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest

from domain.errors import PolicyUnavailable
from policy.engines.bundle import Bundle, load_bundle
from policy.engines.compilation import write_data
from policy.engines.live import BundleSource, LivePolicy, open_live_policy
from policy.engines.opa import OpaEngine
from tests.opa_binary import serve
from tests.policy_bundle.documents import sound


async def accept(_bundle: Bundle) -> None:
    """Every bundle may decide."""


def open_engine(url: str, bundle: Bundle) -> OpaEngine:
    return OpaEngine(url, bundle.revision, timeout_s=10.0)


@asynccontextmanager
async def live(folder: Path, url: str) -> AsyncIterator[LivePolicy]:
    source = BundleSource(folder, partial(load_bundle, folder), accept, partial(open_engine, url))
    policy = await open_live_policy(source)
    try:
        yield policy
    finally:
        await policy.close()


def stricter(folder: Path) -> str:
    limits = json.loads((folder / "data/limits.json").read_text("utf-8"))
    limits["limits"]["default"]["money_back"]["automatic_minor"] = 3000
    (folder / "data/limits.json").write_text(json.dumps(limits), "utf-8")
    bundle = load_bundle(folder)
    write_data(bundle)
    return bundle.revision


async def test_a_bundle_waits_until_the_sidecar_serves_it(
    opa_sidecar: str, opa_binary: Path, bundle: Bundle, bundle_copy: Path
) -> None:
    document = sound("payments.refund_payment", dict(bundle.tools))
    async with live(bundle_copy, opa_sidecar) as policy:
        assert await policy.served() == policy.revision == bundle.revision
        changed = stricter(bundle_copy)
        await policy.look(at_once=True)
        assert policy.revision == bundle.revision
        assert (await policy.decide(document))["policy_revision"] == bundle.revision
        assert changed != bundle.revision


async def test_the_process_follows_a_sidecar_to_a_bundle_that_it_accepts_itself(
    opa_binary: Path, bundle: Bundle, bundle_copy: Path, tmp_path: Path
) -> None:
    own = Path(shutil.copytree(bundle_copy, tmp_path / "own"))
    changed = stricter(bundle_copy)
    document = sound("payments.refund_payment", dict(bundle.tools))
    with serve(opa_binary, bundle_copy) as url:
        async with live(own, url) as policy:
            assert policy.revision == bundle.revision
            with pytest.raises(PolicyUnavailable, match="answered with revision"):
                await policy.decide(document)
            assert stricter(own) == changed
            answers = await asyncio.gather(*(policy.decide(document) for _ in range(20)))
            assert {answer["policy_revision"] for answer in answers} == {changed}
            assert policy.revision == changed
            assert policy.reloads == 1
