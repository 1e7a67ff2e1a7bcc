"""A vault for tests: always the same encryption key, so that a house that is opened again reads what it wrote."""

import base64
import json
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import MetaData, create_engine, text

from app.settings import load_settings
from app.vault import open_vault
from domain.ids import ConversationId
from domain.vault import place_of
from storage.key_store import APART
from storage.vault import PREFIX, EnvelopeVault, MasterKeys, is_sealed

KEY = sha256(b"an encryption key for tests").digest()


def open_test_vault() -> EnvelopeVault:
    """A vault as a process that just started has it."""
    return EnvelopeVault(MasterKeys(lambda: [KEY]))


def spill_unsealed(folder: Path) -> str:
    """Every value of a data folder's database in plain words, as whoever holds database and key could read it."""
    vault = open_vault(load_settings(data=folder, database_url=""))
    engine, known = create_engine(f"sqlite:///{folder / 'switchboard.db'}", connect_args={"timeout": 20}), MetaData()
    found: list[str] = []
    with engine.connect() as connection:
        known.reflect(connection)
        ciphers = _ciphers(connection, vault)
        for table in known.sorted_tables:
            for row in connection.execute(table.select()).mappings():
                cipher = ciphers.get(row.get("conversation_id") or row.get("id") or "")
                keys = [str(value) for value in row.values() if isinstance(value, str | int)]
                found += [_unseal(cipher, f"{table.name}.{name}", keys, value) for name, value in row.items()]
    engine.dispose()
    return "\n".join(found)


def _ciphers(connection: Any, vault: EnvelopeVault) -> dict[str, AESGCM]:
    rows = connection.execute(text("SELECT conversation_id, wrapped FROM data_keys WHERE wrapped IS NOT NULL"))
    assert vault.store is not None
    keys = {row[0]: vault.store.find(row[0]) if row[1] == APART else row[1] for row in rows}
    return {name: AESGCM(vault.master.unwrap(ConversationId(name), key)) for name, key in keys.items() if key}


def _unseal(cipher: AESGCM | None, column: str, keys: list[str], value: Any) -> str:
    """The value in plain words; its place is one of the row's keys, or two of them."""
    if not is_sealed(value) or cipher is None:
        return str(value)
    raw = base64.b64decode(value[len(PREFIX) :])
    for row in (*((key,) for key in keys), *((one, two) for one in keys[:4] for two in keys[:6])):
        with suppress(InvalidTag):
            return cipher.decrypt(raw[:12], raw[12:], place_of(column, *row).encode()).decode("utf-8", "replace")
    raise AssertionError(f"{column} is sealed for another place")


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
