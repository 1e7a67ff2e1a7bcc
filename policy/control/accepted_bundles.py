"""The bundles that were accepted: which signed version was the highest, and what each revision's limits were."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, func, insert, select, update

from domain.autonomy import EVERY_TENANT
from domain.errors import Misconfigured
from domain.vault import Tags
from policy.engines.bundle import Bundle
from storage.completeness import see_complete
from storage.tables.control import accepted_bundles
from storage.tagged_rows import BUNDLES, see_vouched
from storage.transactions import Transactions


@dataclass(frozen=True, slots=True)
class AcceptedBundle:
    """A revision as it was accepted first. `version` is 0 where it was not signed."""

    revision: str
    version: int
    signer: str
    origin: str
    data: Mapping[str, Any]
    rules: Mapping[str, Any]
    at: datetime


class AcceptedBundles:
    """Kept in the database, so that every replica, and whatever starts later, refuses what is older."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    async def accept(self, bundle: Bundle, rules: Mapping[str, Any], at: datetime) -> None:
        """Take a bundle in; a signed one must not be older than what was accepted before.

        Raises:
            Misconfigured: a higher version was accepted, or the same version with other content.
            RecordBroken: what was accepted before was changed or removed.
        """
        tags = self._transactions.vault.tags
        await self._transactions.write(lambda connection: _accept(connection, tags, bundle, (rules, at)))

    async def find(self, revision: str) -> AcceptedBundle | None:
        """What was accepted under a revision; `data` and `rules` are those of that day."""
        return await self._find(select(accepted_bundles).where(accepted_bundles.c.revision == revision))

    async def newest(self) -> AcceptedBundle | None:
        """The signed bundle of the highest version, if one was ever accepted."""
        columns = accepted_bundles.c
        query = select(accepted_bundles).where(columns.version > 0).order_by(columns.version.desc()).limit(1)
        return await self._find(query)

    async def _find(self, query: Select[Any]) -> AcceptedBundle | None:
        row = await self._transactions.read(lambda connection: connection.execute(query).mappings().first())
        return None if row is None else _read(self._transactions.vault.tags, row)


def _accept(connection: Connection, tags: Tags, bundle: Bundle, described: tuple[Mapping[str, Any], datetime]) -> None:
    columns = accepted_bundles.c
    see_complete(connection, tags, (BUNDLES, EVERY_TENANT), accepted_bundles, columns.revision.is_not(None))
    for row in connection.execute(select(accepted_bundles)).mappings():
        see_vouched(tags, "accepted_bundles", row)
    if bundle.version:
        _refuse_older(connection, bundle)
    known = select(columns.version).where(columns.revision == bundle.revision)
    before = connection.execute(known).scalar_one_or_none()
    if before is None:
        connection.execute(insert(accepted_bundles).values(_row(bundle, *described)))
    elif bundle.version > before:
        raised = {"version": bundle.version, "signer": bundle.signer}
        connection.execute(update(accepted_bundles).where(columns.revision == bundle.revision).values(raised))


def _refuse_older(connection: Connection, bundle: Bundle) -> None:
    columns = accepted_bundles.c
    highest = connection.execute(select(func.max(columns.version))).scalar_one_or_none() or 0
    if bundle.version < highest:
        raise Misconfigured(
            f"the policy bundle {bundle.folder} is refused: it is version {bundle.version}, and version {highest} was "
            "accepted before; to go back to older rules sign them anew with a higher version"
        )
    of_version = select(columns.revision).where(columns.version == bundle.version)
    if bundle.version == highest and bundle.revision not in connection.execute(of_version).scalars().all():
        raise Misconfigured(
            f"the policy bundle {bundle.folder} is refused: another bundle was accepted as version {highest}; "
            "sign it with a higher version"
        )


def _row(bundle: Bundle, rules: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    return {
        "revision": bundle.revision,
        "version": bundle.version,
        "signer": bundle.signer,
        "origin": bundle.folder.name,
        "data": dict(bundle.data),
        "rules": dict(rules),
        "at": at,
    }


def _read(tags: Tags, row: RowMapping) -> AcceptedBundle:
    see_vouched(tags, "accepted_bundles", row)
    return AcceptedBundle(**{name: value for name, value in row.items() if name != "mac"})
