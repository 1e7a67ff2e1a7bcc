"""A company's Python files, importable under a name of their own wherever its folder lies."""

import hashlib
import importlib
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import cast

from app.company.profile import CompanyProfile
from domain.company import CompanyFolder
from domain.errors import Misconfigured
from mcp_servers.sandbox.tenant_seed import TenantSeed


def open_folder(folder: Path, profile: CompanyProfile) -> CompanyFolder:
    """The folder as the program see it, its Python files importable from now on."""
    return CompanyFolder(
        folder, _register(folder), profile.business, frozenset(profile.assistant.without), profile.locales
    )


def read_seed(company: CompanyFolder) -> Sequence[TenantSeed]:
    """The invented customers of a company, by tenant; none where it has no `seed`.

    Raises:
        Misconfigured: its `seed` cannot be imported or offers no `TENANTS`.
    """
    if not (company.path / "seed" / "__init__.py").is_file():
        return ()
    try:
        found = getattr(importlib.import_module(f"{company.package}.seed"), "TENANTS", None)
    except Exception as error:
        raise Misconfigured(f"{company.path / 'seed' / '__init__.py'} cannot be imported: {error}") from error
    if not isinstance(found, tuple):
        raise Misconfigured(f"{company.path / 'seed' / '__init__.py'} must offer `TENANTS`, a tuple of TenantSeed")
    return cast("tuple[TenantSeed, ...]", found)


def _register(folder: Path) -> str:
    """Make the folder a package; two of the same name in different places are told apart."""
    place = folder.resolve()
    name = f"switchboard_company_{hashlib.sha256(str(place).encode()).hexdigest()[:12]}"
    if name not in sys.modules:
        package = ModuleType(name)
        package.__path__ = [str(place)]
        sys.modules[name] = package
    return name
