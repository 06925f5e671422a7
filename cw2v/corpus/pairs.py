"""Explicit (centre, context) pairs in place of a corpus."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cw2v.errors import CorpusError, CorpusTypeError
from cw2v.vocabulary import Vocabulary

__all__ = ["PairCorpus", "encode_pairs", "read_pairs"]


@dataclass(frozen=True, eq=False)
class PairCorpus:
    """Pairs as word ids: the word vector of `centre` is trained to predict `context`.

    Attributes
    ----------
    centre, context : ndarray of int32 (N,)
    weight : ndarray of float32 (N,) or None
        How often each counts; None: once.
    raw_words : int
        Pairs of the source, those with a word outside the vocabulary included.
    shuffle : bool
        Train them in another order each epoch.
    """

    centre: NDArray[np.int32]
    context: NDArray[np.int32]
    weight: NDArray[np.float32] | None
    raw_words: int
    shuffle: bool

    @property
    def n_words(self) -> int:
        """N, the pairs whose words are both in the vocabulary."""
        return len(self.centre)

    @property
    def n_sentences(self) -> int:
        """N likewise: each pair stands for itself."""
        return len(self.centre)

    @property
    def out_of_vocabulary(self) -> int:
        """Pairs that are left out."""
        return self.raw_words - len(self.centre)

    def order(self, seed: int, epoch: int) -> NDArray[np.int64] | None:
        """The order of an epoch; None: as they are."""
        return np.random.default_rng([seed, epoch]).permutation(self.n_words) if self.shuffle else None

    def relax(self) -> None:
        """As of a corpus: nothing, since pairs are in memory."""

    def fingerprint(self) -> str:
        """A digest of everything that training reads."""
        digest = hashlib.blake2b(f"pairs {self.raw_words} {self.shuffle}".encode(), digest_size=16)
        for array in (self.centre, self.context, self.weight):
            digest.update(b"" if array is None else np.ascontiguousarray(array).view(np.uint8).data)
        return digest.hexdigest()


def read_pairs(pairs: Any) -> list[tuple[Any, Any]]:
    """The pairs as a list, each of two keys.

    Raises
    ------
    CorpusTypeError
        `pairs` cannot be iterated, or one is not two keys; the message names it.
    """
    if isinstance(pairs, str | bytes) or not isinstance(pairs, Iterable):
        raise CorpusTypeError(f"pairs must be an iterable of (centre, context), got {type(pairs).__name__}")
    if isinstance(pairs, np.ndarray) and pairs.ndim == 0:
        raise CorpusTypeError("pairs must be an array (N, 2), got one without dimensions")
    found = pairs.tolist() if isinstance(pairs, np.ndarray) else list(pairs)
    for i, pair in enumerate(found):
        if isinstance(pair, str | bytes) or not isinstance(pair, tuple | list) or len(pair) != 2:
            raise CorpusTypeError(f"pair {i} must be (centre, context), got {pair!r}")
    return found


def encode_pairs(
    vocabulary: Vocabulary, pairs: list[tuple[Any, Any]], weights: ArrayLike | None = None, shuffle: bool = True
) -> PairCorpus:
    """Pairs of keys as word ids; those with a key that the vocabulary has not got are left out and counted.

    Parameters
    ----------
    vocabulary : Vocabulary
    pairs : list of pairs of keys
        N of them.
    weights : array_like of float (N,), optional
        At least 0 and finite.
    shuffle : bool

    Raises
    ------
    CorpusError
        Weights of another number, negative or not finite.
    CorpusTypeError
        A key cannot be one.
    """
    weight = None
    if weights is not None:
        try:
            weight = np.asarray(weights, np.float32)
        except (TypeError, ValueError) as error:
            raise CorpusError(f"weights must be numbers: {error}") from None
        if weight.shape != (len(pairs),):
            raise CorpusError(f"weights must be one number for each of {len(pairs)} pairs, got shape {weight.shape}")
        bad = np.flatnonzero(~(np.isfinite(weight) & (weight >= 0)))
        if bad.size:
            raise CorpusError(f"weights must be finite and at least 0, but weight {bad[0]} is {weight[bad[0]]}")
    try:
        ids = vocabulary.word_ids(key for pair in pairs for key in pair).reshape(-1, 2)
    except TypeError as error:
        raise CorpusTypeError(f"the keys of pairs must be hashable: {error}") from None
    known = (ids >= 0).all(axis=1)
    kept = np.ascontiguousarray(ids[known].T)
    return PairCorpus(kept[0], kept[1], None if weight is None else weight[known], len(pairs), shuffle)
