import shutil
from pathlib import Path

import pytest

from policy.engines.bundle import Bundle, load_bundle
from policy.engines.embedded import EmbeddedEngine
from tests.opa_binary import opa_binary, opa_sidecar

__all__ = ["bundle", "bundle_copy", "embedded", "opa_binary", "opa_sidecar"]


@pytest.fixture(scope="session")
def bundle() -> Bundle:
    return load_bundle()


@pytest.fixture(scope="session")
def embedded(bundle: Bundle) -> EmbeddedEngine:
    return EmbeddedEngine(bundle)


@pytest.fixture
def bundle_copy(bundle: Bundle, tmp_path: Path) -> Path:
    """A folder with the bundle in it, to change."""
    return Path(shutil.copytree(bundle.folder, tmp_path / "bundle"))
