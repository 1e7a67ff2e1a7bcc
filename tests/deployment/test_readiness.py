"""`/readyz` tells the truth: which part fails, since when, and that it is well again."""

import resource
import shutil
from datetime import datetime
from pathlib import Path

import httpx

from app.health import write_probe
from tests.chaos.processes import Running
from tests.conftest import OpenHouse
from tests.deployment.database_server import database_server
from tests.opa_binary import require_opa, serve

Json = dict[str, object]


async def ask(http: httpx.AsyncClient) -> tuple[int, set[str], set[str]]:
    """The status, the parts that fail, and those of which it is said since when."""
    answer = await http.get("/readyz")
    body = answer.json()
    since = {name: datetime.fromisoformat(moment) for name, moment in body.get("failing_since", {}).items()}
    return answer.status_code, {name for name, told in body["checks"].items() if told != "ok"}, set(since)


async def test_a_disk_that_takes_nothing_more_is_named_until_it_does(seeded_folder: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(seeded_folder, tmp_path / "data"))
    async with Running(folder, "serve") as service:
        assert service._process is not None
        async with httpx.AsyncClient(base_url=service.url, trust_env=False) as http:
            before = await ask(http)
            _, hard = resource.prlimit(service._process.pid, resource.RLIMIT_FSIZE, (1024, resource.RLIM_INFINITY))
            full, again = await ask(http), (await http.get("/readyz")).json()["failing_since"]
            same = (await http.get("/readyz")).json()["failing_since"]
            resource.prlimit(service._process.pid, resource.RLIMIT_FSIZE, (hard, hard))
            after = await ask(http)

    assert before == after == (200, set(), set())
    assert full == (503, {"disk"}, {"disk"})
    assert again == same
    assert '"level": "warning"' in (folder / "serve.log").read_text("utf-8")


async def test_a_database_that_is_stopped_is_named_until_it_is_back(open_house: OpenHouse) -> None:
    with database_server() as server:
        house = await open_house(database_url=server.url())
        before = await ask(house.http)
        server.stop()
        gone = await ask(house.http)
        server.start()
        await ask(house.http)  # connections from before the stop are found to be dead
        after = await ask(house.http)
        await house.house.database.dispose()

    assert before == after == (200, set(), set())
    assert gone[0] == 503
    assert {"database"} <= gone[1] == gone[2] <= {"database", "jobs"}


async def test_a_policy_sidecar_that_is_gone_is_named(open_house: OpenHouse) -> None:
    with serve(require_opa()) as url:
        house = await open_house(**{"policy": {"engine": "opa", "opa_url": url, "timeout_ms": 2000}})
        before = await ask(house.http)
    gone = await ask(house.http)

    assert before == (200, set(), set())
    assert gone == (503, {"policy"}, {"policy"})


def test_the_probe_leaves_nothing_behind(tmp_path: Path) -> None:
    write_probe(tmp_path)
    assert not list(tmp_path.iterdir())
