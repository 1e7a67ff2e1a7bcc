"""The words of a bundle's rules: title, description, what each looks at and which limits it applies."""

import json
from collections.abc import Mapping
from typing import Any, cast

from policy.engines.bundle import Bundle
from policy.engines.embedded import MANIFEST_FILE


def read_words(bundle: Bundle) -> Mapping[str, Any]:
    """By rule (`money_back/fraud`); empty where the bundle was compiled without them. Words decide nothing."""
    try:
        words: Any = json.loads(bundle.files[MANIFEST_FILE])["compiled"]["rules"]
    except (KeyError, ValueError, TypeError):
        return {}
    return cast(Mapping[str, Any], words) if isinstance(words, dict) else {}
