"""A running house follows its bundle: at once, whole, verified, and without dropping a turn."""

import asyncio
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.settings import load_settings
from domain.errors import Misconfigured
from domain.metrics import Unmeasured
from policy.engines.bundle import BUNDLE
from policy.engines.files import fingerprint
from policy.engines.release import release_bundle
from policy.engines.signing import generate_key_pair
from tests.conftest import OpenHouse
from tests.house_guest import Guest, Talk

DUPLICATE = "I was charged twice, please refund the duplicate charge"
Change = Callable[[dict[str, Any]], Any]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A bundle to change."""
    return Path(shutil.copytree(BUNDLE, tmp_path / "bundle"))


def change(folder: Path, name: str, how: Change) -> None:
    """Change a data file, and the data that a sidecar would serve."""
    from policy.engines.bundle import load_bundle
    from policy.engines.compilation import write_data

    path = folder / "data" / f"{name}.json"
    data = json.loads(path.read_text("utf-8"))
    how(data[name])
    path.write_text(json.dumps(data), "utf-8")
    write_data(load_bundle(folder))


def automatic(folder: Path, minor: int) -> None:
    change(folder, "limits", lambda limits: limits["default"]["money_back"].update(automatic_minor=minor))


async def take_in(guest: Guest) -> str:
    """Let the house look at its bundle; returns the revision that decides then."""
    await guest.house.policy.look(at_once=True)
    return guest.house.policy.revision


async def asked_for_refund(guest: Guest, customer: str = "C-1001", level: str = "strong") -> Talk:
    talk = await guest.customer(customer, auth_level=level)
    await talk.says(DUPLICATE)
    assert talk.pending == ("confirm", "payments.refund_payment")
    return talk


async def test_a_changed_limit_holds_for_the_next_decision(open_house: OpenHouse, folder: Path) -> None:
    guest = await open_house(policy={"bundle": folder})
    before = guest.house.policy.revision
    automatic(folder, 3000)
    assert await take_in(guest) != before
    talk = await asked_for_refund(guest)
    turn = await talk.says("yes")
    assert turn["status"] == "waiting_approval"
    assert {entry["rules"][0] for entry in await talk.journal() if entry["effect"] == "approve"} == {
        "money_back/automatic_limit"
    }


async def test_the_house_notices_a_changed_bundle_by_itself(open_house: OpenHouse, folder: Path) -> None:
    guest = await open_house(policy={"bundle": folder})
    before = guest.house.policy.revision
    automatic(folder, 3000)
    async with asyncio.timeout(20):
        while guest.house.policy.revision == before:  # noqa: ASYNC110 - the house is to notice, not to be told
            await asyncio.sleep(0.05)


async def test_what_was_confirmed_under_other_rules_is_asked_again_and_said_so(
    open_house: OpenHouse, folder: Path
) -> None:
    guest = await open_house(policy={"bundle": folder})
    talk = await asked_for_refund(guest)
    automatic(folder, 4000)
    await take_in(guest)
    await talk.says("yes")
    assert "Something has changed since I asked" in talk.text
    assert talk.pending == ("confirm", "payments.refund_payment")
    await talk.says("yes")
    assert "Something has changed since I asked" not in talk.text
    assert await talk.done() == [("payments.refund_payment", "succeeded")]


async def test_an_approval_under_other_rules_claims_no_success(open_house: OpenHouse, folder: Path) -> None:
    guest = await open_house(policy={"bundle": folder})
    talk = await asked_for_refund(guest, "C-1003")
    assert (await talk.says("yes"))["status"] == "waiting_approval"
    automatic(folder, 4000)
    await take_in(guest)
    conversation = await talk.decides()
    said = " ".join(message["text"] for message in conversation["messages"][-3:])
    assert "Something has changed since I asked" in said
    assert "it was approved" not in said
    assert conversation["pending"]["kind"] == "confirm"
    assert await talk.done() == []
    assert (await talk.says("yes"))["status"] == "waiting_approval"
    conversation = await talk.decides()
    assert "it was approved" in " ".join(message["text"] for message in conversation["messages"][-3:])
    assert await talk.done() == [("payments.refund_payment", "succeeded")]


async def test_no_turn_is_dropped_while_bundles_change(open_house: OpenHouse, folder: Path) -> None:
    guest = await open_house(policy={"bundle": folder})
    revisions = {guest.house.policy.revision}
    finished = asyncio.Event()

    async def reload() -> int:
        rounds = 0
        while not finished.is_set():
            automatic(folder, 4500 + rounds % 2)
            revisions.add(await take_in(guest))
            rounds += 1
        return rounds

    async def serve(number: int) -> Talk:
        talk = await guest.customer(f"C-{10001 + number}")
        for text in ("what is my balance?", "explain my last bill", "what plans are there?"):
            await talk.says(text)
        return talk

    async def serve_all() -> list[Talk]:
        try:
            return await asyncio.gather(*(serve(number) for number in range(12)))
        finally:
            finished.set()

    talks, rounds = await asyncio.gather(serve_all(), reload())
    assert rounds > 1
    for talk in talks:
        entries = await talk.journal()
        assert entries
        assert not [entry for entry in entries if entry["effect"] == "deny"], entries
        assert not [rule for entry in entries for rule in entry["rules"] if rule.startswith("gate/")]
    verified = await guest.fetch("auditor", "/v1/journal/verify")
    assert verified["ok"]
    assert len(revisions) > 2


async def test_pins_follow_the_bundle(open_house: OpenHouse, folder: Path) -> None:
    guest = await open_house(policy={"bundle": folder})
    name = "erp.list_plans"

    def status() -> str:
        return next(tool.status.value for tool in guest.house.servers.tools() if tool.name == name)

    def pin(digest: str) -> None:
        change(folder, "tools", lambda tools: tools[name].update(digest=digest))

    listed = next(tool.digest for tool in guest.house.servers.tools() if tool.name == name)
    pin("sha256:" + "0" * 64)
    await take_in(guest)
    assert status() == "quarantined"
    pin(listed)
    await take_in(guest)
    assert status() == "ready"


async def test_a_malformed_bundle_leaves_the_running_one_deciding(open_house: OpenHouse, folder: Path) -> None:
    guest = await open_house(policy={"bundle": folder})
    before = guest.house.policy.revision
    (folder / "data/limits.json").write_text("{")
    assert await take_in(guest) == before
    ready = await guest.fetch("admin", "/readyz")
    assert ready["status"] == "ready"
    assert "refused" in ready["notes"]["policy"]
    assert str(folder) not in json.dumps(ready)
    metrics = (await guest.http.get("/metrics")).text
    assert "switchboard_policy_bundle_refused 1.0" in metrics
    await asked_for_refund(guest)
    shutil.copy(BUNDLE / "data/limits.json", folder / "data/limits.json")
    await take_in(guest)
    assert "notes" not in await guest.fetch("admin", "/readyz")


class Release:
    """A signed archive that is released again and again."""

    def __init__(self, folder: Path, place: Path) -> None:
        self.folder = folder
        self.archive = place / "policy.tar.gz"
        self.private, public = generate_key_pair()
        self.public = place / "release.pub.pem"
        self.public.write_bytes(public)

    def publish(self, version: int, key: bytes = b"") -> str:
        return release_bundle(self.folder, self.archive, key or self.private, version).revision

    @property
    def settings(self) -> dict[str, Path]:
        return {"bundle": self.archive, "verification_key": self.public}


@pytest.fixture
def release(folder: Path, tmp_path: Path) -> Release:
    return Release(folder, tmp_path)


async def refused(guest: Guest) -> bool:
    """Whether the bundle on disk is refused while the first one decides on."""
    before = guest.house.policy.revision
    return await take_in(guest) == before and guest.house.policy.refusal != ""


async def test_only_a_newer_signed_bundle_takes_over(open_house: OpenHouse, release: Release) -> None:
    first = release.publish(5)
    guest = await open_house(policy=release.settings)
    assert guest.house.policy.revision == first
    automatic(release.folder, 3000)
    release.publish(4)
    assert await refused(guest)
    assert "version 4, and version 5 was accepted" in guest.house.policy.refusal
    release.publish(5)
    assert await refused(guest)
    release.publish(6, generate_key_pair()[0])
    assert await refused(guest)
    second = release.publish(6)
    assert await take_in(guest) == second
    assert guest.house.bundle.version == 6


async def test_an_older_bundle_is_refused_at_the_next_start_too(
    open_house: OpenHouse, release: Release, tmp_path: Path
) -> None:
    release.publish(2)
    await open_house(name="same", policy=release.settings)
    automatic(release.folder, 3000)
    release.publish(1)
    with pytest.raises(Misconfigured, match="version 2 was accepted"):
        await open_house(name="same", policy=release.settings)


async def test_old_rules_come_back_under_a_higher_version(open_house: OpenHouse, release: Release) -> None:
    first = release.publish(1)
    guest = await open_house(policy=release.settings)
    automatic(release.folder, 3000)
    release.publish(2)
    await take_in(guest)
    automatic(release.folder, 5000)
    release.publish(3)
    assert await take_in(guest) == first
    assert guest.house.policy.refusal == ""


@pytest.mark.parametrize("environment", ["development", "production"])
async def test_with_a_key_nothing_unsigned_decides(
    tmp_path: Path, folder: Path, release: Release, environment: str
) -> None:
    for bundle in (folder, None):
        settings = {"bundle": bundle, "verification_key": release.public}
        with pytest.raises(Misconfigured, match="it is not signed"):
            await opened(tmp_path / "data", policy=settings, environment=environment)


async def test_production_takes_nothing_unsigned_from_outside(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(Misconfigured, match="VERIFICATION_KEY"):
        await opened(tmp_path / "data", policy={"bundle": folder}, environment="production")


KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="


async def opened(data: Path, **settings: Any) -> None:
    from app.clock import tell_time
    from app.policy_bundle import open_policy
    from app.vault import open_vault
    from storage.database import open_database, upgrade_database
    from storage.transactions import Transactions
    from tests.vaults import open_test_vault

    data.mkdir(exist_ok=True)  # noqa: ASYNC240
    read = load_settings(data=data, encryption={"key": KEY}, **settings)
    database = open_database("", data)
    try:
        await upgrade_database(database, open_vault(read))
        async with open_policy(read, Transactions(database, open_test_vault()), tell_time, Unmeasured()):
            pass
    finally:
        await database.dispose()


def test_a_fingerprint_tells_any_change_of_a_bundle(folder: Path) -> None:
    marks = {fingerprint(folder)}
    (folder / "data/limits.json").write_text("{}")
    marks.add(fingerprint(folder))
    (folder / "contact_centre/rules/money_back/fraud/rule.rego").unlink()
    marks.add(fingerprint(folder))
    (folder / "README.md").write_text("nobody's business")
    marks.add(fingerprint(folder))
    assert len(marks) == 3


async def test_a_version_that_changed_nothing_is_taken_for_good(open_house: OpenHouse, release: Release) -> None:
    first = release.publish(5)
    guest = await open_house(policy=release.settings)
    release.publish(6)
    assert await take_in(guest) == first
    assert guest.house.bundle.version == 6
    automatic(release.folder, 3000)
    release.publish(6)
    assert await refused(guest)
    assert "another bundle was accepted as version 6" in guest.house.policy.refusal
