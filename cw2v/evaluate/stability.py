"""How far neighbours depend on the seed."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from cw2v.errors import ParameterError, UnknownKeyError

__all__ = ["Stability", "stability"]


class Stability(NamedTuple):
    """Mean share of equal neighbours, and that of each word."""

    overlap: float
    by_word: dict[Any, float]


def stability(models: Sequence[Any], words: Iterable[Any] | None = None, topn: int = 10) -> Stability:
    """Share of a word's nearest neighbours that two models have in common (Wendlandt et al. 2018).

    Train the same corpus with several seeds: words of low stability should not carry a conclusion.

    Parameters
    ----------
    models : sequence of Word2Vec or KeyedVectors
        Two or more; each pair is compared.
    words : iterable of keys, optional
        Default: all keys that the models share. Neighbours are looked for among those alone.
    topn : int, default 10

    Returns
    -------
    Stability
        Shares from 0 to 1; the overall one is the mean over words. Models that are alike have 1, unrelated ones about
        `topn` over the number of shared keys.

    Raises
    ------
    ParameterError
        Fewer than two models, no shared keys besides the word itself, or `topn` below 1.
    UnknownKeyError
        One of `words` is not in all models.

    Examples
    --------
    >>> from cw2v import KeyedVectors
    >>> one = KeyedVectors(2)
    >>> one.add_vectors(["cat", "dog", "sun"], [[1, 0], [1, 0.1], [0, 1]])
    >>> stability([one, one], topn=1).overlap
    1.0
    """
    vectors = [getattr(model, "wv", model) for model in models]
    if len(vectors) < 2 or topn < 1:
        raise ParameterError("stability needs two models or more and a topn of at least 1, "
                             f"got {len(vectors)} and {topn}")
    shared = [key for key in vectors[0].index_to_key[: len(vectors[0])]
              if all(key in kv.key_to_index for kv in vectors[1:])]  # fmt: skip
    if len(shared) < 2:
        raise ParameterError(f"the models must share two keys or more, got {len(shared)}")
    asked = shared if words is None else list(words)
    unknown = sorted({repr(word) for word in asked} - set(map(repr, shared)))
    if unknown:
        raise UnknownKeyError(f"not in all models: {', '.join(unknown)}")
    if not asked:
        raise ParameterError("words must not be empty")
    numbers = {key: number for number, key in enumerate(shared)}
    neighbors = [_neighbors(kv, asked, shared, numbers, topn) for kv in vectors]
    most = min(topn, len(shared) - 1)
    shares = np.mean([
        [len(one & two) / most for one, two in zip(a, b, strict=True)] for a, b in itertools.combinations(neighbors, 2)
    ], axis=0)
    return Stability(float(shares.mean()), dict(zip(asked, shares.tolist(), strict=True)))


def _neighbors(kv: Any, asked: list[Any], shared: list[Any], numbers: dict[Any, int], topn: int) -> list[set[int]]:
    """The nearest of the shared keys, by their numbers."""
    found = kv.most_similar_batch([[word] for word in asked], topn, among=shared, output="arrays")
    number_of = np.full(len(kv), -1)
    number_of[[kv.key_to_index[key] for key in shared]] = [numbers[key] for key in shared]
    return [set(number_of[rows[:n]].tolist()) for rows, n in zip(found.rows, found.counts, strict=True)]
