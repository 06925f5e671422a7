"""Which words are kept, in which order, and how often each was seen."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import Any, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cw2v.errors import ParameterError, VocabularyError

__all__ = ["Keys", "Paths", "Vocabulary", "by_falling_count", "nothing_left"]

Paths = tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.uint8]]


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


def by_falling_count(counts: NDArray[np.int64], seen: NDArray[np.int64]) -> NDArray[np.intp]:
    """gensim's order: by falling count, and among equal counts the word `seen` first comes last."""
    return np.lexsort((-seen, -counts))


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
    unk : hashable or None
        The word that stands for all others in the corpus.
    stop_words : tuple of hashable
        Words that not even `unk` stands for.
    paths : (begin, node, code) or None
        Huffman tree to which words were added, as ``cw2v.train.tables`` has it; None: the tree of the counts.
    source_ids : ndarray of int64, (V,), or None
        Place of each word among the keys it was built from, -1 where they do not have it.
    source_stops : ndarray of int64
        Places of the stop words among them.
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
        self.unk: Hashable | None = None
        self.stop_words: tuple[Hashable, ...] = ()
        self.paths: Paths | None = None
        self.source_ids: NDArray[np.int64] | None = None
        self.source_stops: NDArray[np.int64] = np.zeros(0, np.int64)
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
            raise VocabularyError(nothing_left(keys, number, min_count))
        if sorted_vocab:
            kept = kept[by_falling_count(number[kept], kept)]
        vocabulary = cls(keys.take(kept), number[kept], int(number.sum()))
        vocabulary.source_ids, vocabulary.origin = kept, keys.origin
        return vocabulary

    def word_ids(self, keys: Iterable[Hashable]) -> NDArray[np.int32]:
        """Word id of each key, that of `unk` for other words; -1 for words that are left out.

        Keys that the vocabulary was built from are not looked at.
        """
        other = -1 if self.unk is None else self.key_to_index[self.unk]
        if isinstance(keys, Keys) and keys.origin is self.origin and self.source_ids is not None:
            ids = np.full(len(keys), other, np.int32)
            ids[self.source_stops] = -1
            placed = np.flatnonzero(self.source_ids >= 0)
            ids[self.source_ids[placed]] = placed
            return ids
        table = self.key_to_index if self.unk is None else {**dict.fromkeys(self.stop_words, -1), **self.key_to_index}
        return np.fromiter((table.get(key, other) for key in keys), np.int32)

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


def nothing_left(keys: Keys, counts: NDArray[np.int64], min_count: int, others: str = "") -> str:
    """The message that no word is left; `others` names what left words out besides `min_count`."""
    if len(keys) == 0:
        return f"{keys.source} contains no words: there is nothing to train on; pass a corpus that has some"
    top = int(np.argmax(counts))
    if counts[top] >= min_count:
        return (f"no word of {keys.source} is left by {others} and min_count={min_count}: it has {counts.sum()} words "
                f"of {len(keys)} different ones, the most frequent is {keys[top]!r}, seen {counts[top]} times")
    return (
        f"no word of {keys.source} is seen at least min_count={min_count} times: it has {counts.sum()} words "
        f"of {len(keys)} different ones, the most frequent is {keys[top]!r}, seen {counts[top]} times; "
        f"use min_count={counts[top]} or lower"
    )
