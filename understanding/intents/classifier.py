"""Tells intents apart: linear weights over a message's features, learnt elsewhere, applied here."""

import json
import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from domain.errors import Misconfigured
from understanding.intents.features import BLOCKS, Featuriser, without_customer_number
from understanding.language.lexicon import shipped_lexicon
from understanding.language.spelling import Spelling
from understanding.semantics.heads import Meaning

Floats = npt.NDArray[np.float32]
FORMAT = 1
"""Version of the artefact's layout; an artefact of another version is learnt afresh."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What was learnt: per feature its rarity and its pull towards each intent, and how sharp to be."""

    intents: tuple[str, ...]
    features: tuple[str, ...]
    known_words: tuple[str, ...]
    rarity: Floats
    pull: Floats
    bias: Floats
    sharpness: float
    block_weights: tuple[float, ...]

    def save(self, file: Path) -> None:
        """Write the artefact as one file, whole or not at all."""
        about = {
            "format": FORMAT,
            "intents": self.intents,
            "features": self.features,
            "known_words": self.known_words,
            "sharpness": self.sharpness,
            "block_weights": self.block_weights,
        }
        partial = file.with_suffix(".partial.npz")
        encoded = np.frombuffer(json.dumps(about).encode(), dtype=np.uint8)
        np.savez(partial, about=encoded, rarity=self.rarity, pull=self.pull, bias=self.bias)
        partial.replace(file)

    @classmethod
    def load(cls, file: Path) -> "Weights":
        """Read an artefact back.

        Raises:
            Misconfigured: the file is no artefact of this version.
        """
        try:
            with np.load(file, allow_pickle=False) as stored:
                about: dict[str, Any] = json.loads(stored["about"].tobytes())
                arrays = stored["rarity"], stored["pull"], stored["bias"]
        except (OSError, ValueError, KeyError) as error:
            raise Misconfigured(f"{file}: not a classifier artefact ({error})") from error
        if about.get("format") != FORMAT:
            raise Misconfigured(f"{file}: artefact of another version")
        intents, features, known = (tuple(about[key]) for key in ("intents", "features", "known_words"))
        return cls(intents, features, known, *arrays, about["sharpness"], tuple(about["block_weights"]))


class Classifier:
    """Gives each intent a probability for a message; the same message always gets the same answer.

    With a `meaning` what a sentence means counts beside its words, whatever words say it.
    """

    def __init__(self, weights: Weights, meaning: Meaning | None = None) -> None:
        self._weights = weights
        self._meaning = meaning
        self._position = {feature: position for position, feature in enumerate(weights.features)}
        known = frozenset({*weights.known_words, *shipped_lexicon().known_words})
        self._featuriser = Featuriser(shipped_lexicon(), _spelling(known))

    @property
    def intents(self) -> tuple[str, ...]:
        """The intents that can be told apart."""
        return self._weights.intents

    def knows(self, text: str) -> bool:
        """Whether any word of a text was among those that were learnt; of keys hit at random none is."""
        return any(f"w:{word}" in self._position for word in self._featuriser.mended_words(text))

    def shares(self, text: str) -> dict[str, float]:
        """The probability of each intent by its name; they add up to one."""
        words = self.shares_by_words(text)
        return words if self._meaning is None else self._meaning.mixed(words, without_customer_number(text))

    def shares_by_words(self, text: str) -> dict[str, float]:
        """The same by the words alone, which costs a fraction."""
        positions, values = vectorise(self._featuriser.features(text), self._position, self._weights)
        scores = self._weights.bias.astype(np.float64) + values @ self._weights.pull[positions]
        scores = (scores - scores.max()) * self._weights.sharpness
        shares = np.exp(scores)
        return dict(zip(self._weights.intents, map(float, shares / shares.sum()), strict=True))


@lru_cache(maxsize=8)
def _spelling(known: frozenset[str]) -> Spelling:
    """The spelling of these words, which takes long to lay out: a process lays out each vocabulary once."""
    return Spelling(known, by_sound=True)


def vectorise(
    blocks: dict[str, set[str]], position: dict[str, int], weights: Weights
) -> tuple[npt.NDArray[np.intp], Floats]:
    """Place features in the learnt space: rare ones count more, each block has its fixed share of the length."""
    positions: list[int] = []
    values: list[float] = []
    for block, weight in zip(BLOCKS, weights.block_weights, strict=True):
        known = sorted(position[feature] for feature in blocks[block] if feature in position)
        rarities = [float(weights.rarity[at]) for at in known]
        length = math.sqrt(sum(rarity * rarity for rarity in rarities)) or 1.0
        positions += known
        values += [weight * rarity / length for rarity in rarities]
    return np.asarray(positions, dtype=np.intp), np.asarray(values, dtype=np.float32)
