"""Learns the classifier's weights from labelled sentences. Deterministic; seconds for some thousand sentences."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np

from domain.errors import Misconfigured
from understanding.intents.classifier import Floats, Weights, vectorise
from understanding.intents.features import BLOCKS, Featuriser, plain_words
from understanding.language.lexicon import shipped_lexicon
from understanding.language.spelling import Spelling

BLOCK_WEIGHTS = (1.0, 1.0, 0.7)
STRENGTH = 12.0
SMOOTHING = 0.05
SHARPNESS = 1.0
_FEWEST = {"w": 1, "c": 1, "g": 2}


def fit(texts: Sequence[str], intents: Sequence[str]) -> Weights:
    """Learn weights that tell the intents of these texts apart. Takes the memory of scikit-learn: see `fit_apart`."""
    known = frozenset(word for text in texts for word in plain_words(text))
    featuriser = Featuriser(shipped_lexicon(), Spelling(known | shipped_lexicon().known_words, by_sound=True))
    documents = [featuriser.features(text) for text in texts]
    untrained = _space(documents, tuple(sorted(set(intents))), known)
    pull, bias = _solve(_matrix(documents, untrained), intents, untrained)
    return Weights(
        untrained.intents,
        untrained.features,
        untrained.known_words,
        untrained.rarity,
        pull,
        bias,
        SHARPNESS,
        BLOCK_WEIGHTS,
    )


def fit_apart(texts: Sequence[str], intents: Sequence[str], file: Path) -> None:
    """Learn in a process of its own and write the artefact, so that the caller never loads scikit-learn.

    Raises:
        Misconfigured: learning failed.
    """
    request = json.dumps({"path": sys.path, "texts": list(texts), "intents": list(intents), "file": str(file)})
    start = (
        "import json, sys; request = json.load(sys.stdin); sys.path[:] = request['path'];"
        "from understanding.intents.fitting import fit_request; fit_request(request)"
    )
    done = subprocess.run([sys.executable, "-c", start], input=request, text=True, capture_output=True, check=False)  # noqa: S603
    if done.returncode:
        raise Misconfigured(f"the classifier could not be learnt: {done.stderr[-500:]}")


def fit_request(request: dict[str, Any]) -> None:
    """Do in this process what `fit_apart` asked for."""
    fit(request["texts"], request["intents"]).save(Path(request["file"]))


def _space(documents: list[dict[str, set[str]]], intents: tuple[str, ...], known: frozenset[str]) -> Weights:
    counts = {block: Counter[str]() for block in BLOCKS}
    for document in documents:
        for block in BLOCKS:
            counts[block].update(document[block])
    kept = sorted((f, n) for block in BLOCKS for f, n in counts[block].items() if n >= _FEWEST[block])
    rarity = np.asarray([1.0 + np.log((1 + len(documents)) / (1 + n)) for _, n in kept], dtype=np.float32)
    empty = np.zeros((0, 0), dtype=np.float32)
    names = tuple(feature for feature, _ in kept)
    return Weights(intents, names, tuple(sorted(known)), rarity, empty, empty, SHARPNESS, BLOCK_WEIGHTS)


def _matrix(documents: list[dict[str, set[str]]], weights: Weights) -> Any:
    from scipy.sparse import csr_matrix

    position = {feature: at for at, feature in enumerate(weights.features)}
    rows = [vectorise(document, position, weights) for document in documents]
    ends = np.cumsum([0, *(len(columns) for columns, _ in rows)])
    columns, values = np.concatenate([row[0] for row in rows]), np.concatenate([row[1] for row in rows])
    return csr_matrix((values, columns, ends), shape=(len(rows), len(weights.features)))


def _solve(matrix: Any, intents: Sequence[str], weights: Weights) -> tuple[Floats, Floats]:
    """Average two linear views: what tells intents apart (regression), and what each intent is made of (Bayes)."""
    targets = np.searchsorted(np.asarray(weights.intents), np.asarray(intents))
    apart, lean = _regression(matrix, targets)
    made_of = _composition(matrix, targets, len(weights.intents))
    pull = (apart + made_of - made_of.mean(axis=1, keepdims=True)) / 2
    return np.ascontiguousarray(pull, dtype=np.float32), np.asarray(lean / 2, dtype=np.float32)


def _regression(matrix: Any, targets: Any) -> tuple[Any, Any]:
    from sklearn.linear_model import LogisticRegression

    model = cast(
        "Any", LogisticRegression(C=STRENGTH, solver="newton-cg", max_iter=50, tol=1e-3, class_weight="balanced")
    )
    model.fit(matrix, targets)
    return model.coef_.T, model.intercept_


def _composition(matrix: Any, targets: Any, intents: int) -> Any:
    members = np.zeros((matrix.shape[0], intents), dtype=np.float64)
    members[np.arange(matrix.shape[0]), targets] = 1.0
    seen = matrix.T @ members + SMOOTHING
    return np.log(seen / seen.sum(axis=0, keepdims=True))
