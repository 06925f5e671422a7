"""Which words are kept, in which order, and how often each was seen."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Sequence
from typing import Any, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cw2v.errors import ParameterError, VocabularyError

__all__ = ["Keys", "Vocabulary"]


class Keys(Sequence[Hashable]):
    """The distinct words of a corpus in the order of their first appearance.

    A subclass may make them only when asked, so that words which are dropped cost nothing.

    Parameters
    ----------
    keys : sequence of hashable
    source : str
        Where they come from, for messages.
    """

    def __init__(self, keys: Sequence[Hashable], source: str = "the corpus") -> None:
        self._keys = keys
        self.source = source
        # Says which vocabulary was built from these very keys. Compared by identity only, so that a copy
        # (pickle, deepcopy) is never mistaken for the original.
        self.origin = object()

    def __len__(self) -> int:
        return len(self._keys)

    @overload
    def __getitem__(self, index: int) -> Hashable: ...
    @overload
    def __getitem__(self, index: slice) -> list[Hashable]: ...
    def __getitem__(self, index: int | slice) -> Hashable | list[Hashable]:
        rows = range(len(self))[index]
        if isinstance(rows, int):
            return self.take(np.array([rows]))[0]
        return self.take(np.array(rows, np.int64))

    def __iter__(self) -> Iterator[Hashable]:
        return iter(self.take(np.arange(len(self))))

    def take(self, rows: NDArray[np.int64]) -> list[Hashable]:
        """The keys at the given places, int64 (k,)."""
        keys = self._keys
        return [keys[row] for row in rows.tolist()]


class Vocabulary:
    """The words that are trained. Not changed once it is made.

    Attributes
    ----------
    index_to_key : list of hashable
        Word of each word id.
    key_to_index : dict
        Word id of each word.
    counts : ndarray of int64, (V,)
        Occurrences of each word in the corpus.
    raw_words : int
        Words of the corpus, those that are left out included.
    source_ids : ndarray of int64, (V,), or None
        Place of each word among the keys it was built from.
    origin : object or None
        The ``origin`` of those keys: what was read together with them can be translated through `source_ids`.
    """

    def __init__(self, index_to_key: list[Any], counts: ArrayLike, raw_words: int | None = None) -> None:
        """Take words in the order of their ids.

        Parameters
        ----------
        index_to_key : list of hashable
        counts : array_like of int, (V,)
        raw_words : int, optional
            Default: the sum of the counts.

        Raises
        ------
        VocabularyError
            A word stands twice, or there are more or fewer counts than words.
        """
        self.index_to_key = index_to_key
        self.key_to_index: dict[Any, int] = dict(zip(index_to_key, range(len(index_to_key)), strict=True))
        self.counts: NDArray[np.int64] = np.ascontiguousarray(counts, np.int64)
        self.raw_words = int(self.counts.sum()) if raw_words is None else raw_words
        self.source_ids: NDArray[np.int64] | None = None
        self.origin: object | None = None
        if self.counts.shape != (len(index_to_key),):
            raise VocabularyError(
                f"counts must be one number for each of {len(index_to_key)} words, got {self.counts.shape}"
            )
        if len(self.key_to_index) != len(index_to_key):
            twice = next(k for i, k in enumerate(index_to_key) if self.key_to_index[k] != i)
            raise VocabularyError(f"every word must be there once, but {twice!r} is there more than once")

    def __len__(self) -> int:
        return len(self.index_to_key)

    @classmethod
    def build(
        cls, keys: Sequence[Hashable], counts: ArrayLike, *, min_count: int, sorted_vocab: bool = True
    ) -> Vocabulary:
        """Keep the words seen at least `min_count` times.

        Parameters
        ----------
        keys : sequence of hashable
            Distinct words in the order of their first appearance.
        counts : array_like of int, (len(keys),)
            How often each was seen.
        min_count : int
            Words seen less often are left out.
        sorted_vocab : bool, default True
            True: by falling count, among equal counts the word seen first comes last (gensim's order).
            False: by first appearance.

        Raises
        ------
        VocabularyError
            No word is left.
        """
        if not isinstance(keys, Keys):
            keys = Keys(keys)
        number = np.ascontiguousarray(counts, np.int64)
        if number.shape != (len(keys),):
            raise VocabularyError(
                f"counts must be one number for each of {len(keys)} words, got shape {number.shape}"
            )
        kept = np.flatnonzero(number >= min_count)
        if kept.size == 0:
            raise VocabularyError(_nothing_left(keys, number, min_count))
        if sorted_vocab:
            kept = kept[np.lexsort((-kept, -number[kept]))]
        vocabulary = cls(keys.take(kept), number[kept], int(number.sum()))
        vocabulary.source_ids, vocabulary.origin = kept, keys.origin
        return vocabulary

    def keep_probability(self, sample: float) -> NDArray[np.float64]:
        """Probability that an occurrence of each word is trained (sub-sampling of frequent words).

        As word2vec's code has it: with f = sample * total / count, the probability is min(1, sqrt(f) + f),
        where total is the sum of the counts of the words kept.

        Parameters
        ----------
        sample : float
            At least 0. Below 1: the share of the corpus in that formula. From 1 on: the count above which words are
            sub-sampled, which is f = sample / count * (3 + sqrt(5)) / 2, as then sqrt(f) + f >= 1 for all others
            (gensim's rule). 0: every occurrence is trained.

        Returns
        -------
        ndarray of float64, (V,)

        Raises
        ------
        ParameterError
            `sample` is negative or not finite.
        """
        if not (math.isfinite(sample) and sample >= 0):
            raise ParameterError(f"sample must be a finite number of at least 0, got {sample!r}")
        if sample == 0:
            return np.ones(len(self))
        # A word that was never seen (counts given by hand) has nothing to lose.
        threshold = sample * float(self.counts.sum()) if sample < 1 else sample * (3 + math.sqrt(5)) / 2
        share = threshold / np.maximum(self.counts, 1)
        return np.asarray(np.minimum(1.0, np.sqrt(share) + share))


def _nothing_left(keys: Keys, counts: NDArray[np.int64], min_count: int) -> str:
    if len(keys) == 0:
        return f"{keys.source} contains no words: there is nothing to train on; pass a corpus that has some"
    top = int(np.argmax(counts))
    return (
        f"no word of {keys.source} is seen at least min_count={min_count} times: it has {counts.sum()} words "
        f"of {len(keys)} different ones, the most frequent is {keys[top]!r}, seen {counts[top]} times; "
        f"use min_count={counts[top]} or lower"
    )
