"""Tells labels apart by the meaning of a sentence: weights over its vector, learnt ahead and shipped."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from domain.errors import Misconfigured
from understanding.semantics.sentences import Floats, Vectorise, open_sentence_model

_SHIPPED = Path(__file__).parent / "heads"


@dataclass(frozen=True, slots=True)
class LabelHead:
    """What was learnt of some labels: the pull of a sentence's vector towards each. `digest` names the examples."""

    labels: tuple[str, ...]
    pull: Floats
    bias: Floats
    digest: str = ""

    def shares(self, vector: Floats) -> dict[str, float]:
        """The probability of each label for a sentence with this vector; they add up to one."""
        scores = (self.bias + vector @ self.pull).astype(np.float64)
        shares = np.exp(scores - scores.max())
        return dict(zip(self.labels, map(float, shares / shares.sum()), strict=True))

    def save(self, name: str) -> None:
        """Write the head where it ships."""
        _SHIPPED.mkdir(exist_ok=True)
        about = {"labels": self.labels, "digest": self.digest}
        encoded = np.frombuffer(json.dumps(about).encode(), dtype=np.uint8)
        pull, bias = self.pull.astype(np.float16), self.bias.astype(np.float32)
        np.savez_compressed(_SHIPPED / f"{name}.npz", about=encoded, pull=pull, bias=bias)


@cache
def load_head(name: str) -> LabelHead:
    """The head that ships under this name.

    Raises:
        Misconfigured: its file is missing or damaged.
    """
    file = _SHIPPED / f"{name}.npz"
    try:
        with np.load(file, allow_pickle=False) as stored:
            about = json.loads(stored["about"].tobytes())
            pull, bias = stored["pull"].astype(np.float32), stored["bias"]
    except (OSError, ValueError, KeyError) as error:
        raise Misconfigured(f"{file}: not the weights of a sentence head ({error}); run `make meaning`") from error
    return LabelHead(tuple(about["labels"]), pull, bias, about["digest"])


@dataclass(frozen=True, slots=True)
class Meaning:
    """An opinion by what a sentence means, beside that of a classifier of words.

    `weight` is its part of the whole. Two opinions that agree are surer together than their mean: `sharpness` says how
    much, 1 for not at all.
    """

    head: LabelHead
    vectorise: Vectorise
    weight: float
    sharpness: float = 1.0

    def mixed(self, words: Mapping[str, float], text: str) -> dict[str, float]:
        """The shares that `words` alone give to a text, and those of its meaning, as one opinion."""
        if not text.strip():
            return dict(words)
        return mix(words, self.head.shares(self.vectorise(text)), self.weight, self.sharpness)


def load_meaning(name: str, weight: float, sharpness: float = 1.0) -> Meaning | None:
    """The shipped opinion of this name; None where the sentence model is not installed.

    Raises:
        Misconfigured: its file is missing or damaged.
    """
    vectorise = open_sentence_model()
    return None if vectorise is None else Meaning(load_head(name), vectorise, weight, sharpness)


def mix(
    words: Mapping[str, float], meaning: Mapping[str, float], weight: float, sharpness: float = 1.0
) -> dict[str, float]:
    """Two opinions as one: the means of their logarithms, `weight` the part of the second.

    A label that only the first knows keeps its share: what was added after the head was learnt is not lost.
    """
    known = sum(share for label, share in words.items() if label in meaning)
    whole = sum(meaning[label] for label in words if label in meaning)
    if known <= 0 or whole <= 0:
        return dict(words)
    mixed = {
        label: max(share / known, _LEAST) ** (sharpness * (1 - weight))
        * max(meaning[label] / whole, _LEAST) ** (sharpness * weight)
        for label, share in words.items()
        if label in meaning
    }
    scale = known / sum(mixed.values())
    return {label: mixed[label] * scale if label in mixed else share for label, share in words.items()}


_LEAST = 1e-6
