"""One principal asks far more than anybody would, to keep others from being served."""

import asyncio
from collections import Counter
from pathlib import Path

import pytest

from tests.redteam.conftest import besieged
from tests.redteam.tally import TALLY

pytestmark = pytest.mark.asyncio(loop_scope="session")
ALLOWED = 40


async def test_one_principal_floods_the_service(seeded_folder: Path, tmp_path: Path) -> None:
    """Pass: what goes beyond the principal's limit is refused with 429 and a time to come back, nothing is stored for
    it, and another principal's customers are served meanwhile.
    """
    async with besieged(seeded_folder, tmp_path / "data", limits={"requests_per_minute": ALLOWED}) as fortress:
        body = {"channel": "chat", "customer": {"id": "C-2001", "auth_level": "authenticated"}, "locale": "en"}

        async def ask() -> int:
            answer = await fortress.guest.call("other_channel", "POST", "/v1/conversations", body)
            assert answer.status_code == 201 or int(answer.headers["Retry-After"]) > 0
            return answer.status_code

        flood = asyncio.gather(*(ask() for _ in range(200)))
        served = await fortress.serve()
        answers = Counter(await flood)
        stored = fortress.rows(
            "SELECT count(*) FROM conversations WHERE tenant = 'other-co'", database="switchboard.db"
        )[0][0]
    TALLY.attacked(200, answers[201] > ALLOWED or stored > ALLOWED)
    assert set(answers) == {201, 429}
    assert served
