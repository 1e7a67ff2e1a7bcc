"""The column of tags."""

from typing import Any

from sqlalchemy import Column, String


def tag_column() -> "Column[Any]":
    """Vouches for the whole row; see `storage.tagged_rows`. A row without one was not written by us."""
    return Column("mac", String(48), nullable=False, server_default="")
