"""A vault for tests: always the same encryption key, so that a house that is opened again reads what it wrote."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text

from app.settings import load_settings
from app.vault import open_vault
from domain.ids import ConversationId
from domain.vault import place_of
from policy.vault import EnvelopeVault, MasterKeys, is_sealed

KEY = sha256(b"an encryption key for tests").digest()


def open_test_vault() -> EnvelopeVault:
    """A vault as a process that just started has it."""
    return EnvelopeVault(MasterKeys(lambda: [KEY]))


def read_payloads(folder: Path, where: str, **values: Any) -> list[dict[str, Any]]:
    """The journal's entries of a data folder, as rows with their payload unsealed; by who holds the key."""
    vault = open_vault(load_settings(data=folder, database_url=""))
    engine = create_engine(f"sqlite:///{folder / 'switchboard.db'}", connect_args={"timeout": 20})
    query = text(f"SELECT * FROM journal_entries WHERE {where} ORDER BY conversation_id, sequence")
    with engine.connect() as connection:
        rows = [dict(row) for row in connection.execute(query, values).mappings()]
        for row in rows:
            box = vault.box(connection, ConversationId(row["conversation_id"]))
            place = place_of("journal_entries.payload", row["conversation_id"], row["sequence"])
            sealed = is_sealed(row["payload"])
            row["payload"] = box.unseal_json(place, row["payload"]) if sealed else json.loads(row["payload"])
    engine.dispose()
    return rows
