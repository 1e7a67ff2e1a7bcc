"""What the classifiers learnt from examples, kept between starts."""

import hashlib
from collections.abc import Callable
from pathlib import Path

from domain.errors import Misconfigured
from understanding.intents.classifier import Weights
from understanding.intents.examples import Example, digest_examples
from understanding.intents.fitting import fit_apart

_LEARNER = (
    *("language/concepts.yaml", "intents/features.py", "intents/fitting.py", "intents/classifier.py"),
    *("language/text.py", "language/spelling.py", "language/lexicon.py"),
)
"""What the artefact depends on besides the examples."""


def learn_or_load(
    examples: tuple[Example, ...], name: str, cache_folder: Path, progress: Callable[[str], None]
) -> Weights:
    """The weights that these examples teach, from the cache where they were learnt before.

    Raises:
        Misconfigured: learning failed.
    """
    file = cache_folder / f"{name}-{_artefact_digest(examples)}.npz"
    weights = _load_or_none(file)
    if weights is None:
        progress(f"learning to understand customers from {len(examples)} example sentences")
        fit_apart([example.text for example in examples], [example.intent for example in examples], file)
        weights = Weights.load(file)
    return weights


def _artefact_digest(examples: tuple[Example, ...]) -> str:
    learner = b"".join((Path(__file__).parents[1] / name).read_bytes() for name in _LEARNER)
    return hashlib.sha256(learner + digest_examples(examples).encode()).hexdigest()[:16]


def _load_or_none(file: Path) -> Weights | None:
    try:
        return Weights.load(file)
    except Misconfigured:
        return None
