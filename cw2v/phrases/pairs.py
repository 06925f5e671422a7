"""Which words of a corpus could make a phrase, found in arrays of word ids.

A candidate is two words that are no connector words, in one sentence, with nothing or only connector words between
them. What begins a candidate, its first word with the connector words after it, is a *head*: an even number 2 w is
the word w by itself, an odd one 2 h + 1 is entry h of a tree, whose entries are a shorter head and one more word.
So every candidate is one 64-bit key, ``head << 32 | last word``, and counting is sorting.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

__all__ = ["Heads", "candidates", "greedy", "key_of", "unique_counts"]

Ints = NDArray[np.int64]

_LOW = (1 << 32) - 1
_FEW = 16  # rows for which a loop is sooner done than arrays
SLICE_WORDS = 1 << 22
"""Words that are looked at together: bounds the memory, changes no result."""


class Heads:
    """The heads that have connector words, as a tree: each is a shorter head and one word.

    Parameters
    ----------
    packed : ndarray of int64, (H,), optional
        ``parent << 32 | word`` of each; a parent stands before its children.
    """

    def __init__(self, packed: Ints | None = None) -> None:
        entries = [] if packed is None else packed.tolist()
        self._ids: dict[int, int] = dict(zip(entries, range(len(entries)), strict=True))

    def __len__(self) -> int:
        return len(self._ids)

    def packed(self) -> Ints:
        """``parent << 32 | word`` of each head, int64 (H,)."""
        return np.fromiter(self._ids, np.int64, len(self._ids))

    def extend(self, heads: Ints, words: NDArray[np.int32]) -> Ints:
        """The heads that are `heads` and one more of `words` each; new ones are added."""
        ids, keys = self._ids, key_of(heads, words)
        if len(heads) < _FEW:
            return np.array([2 * ids.setdefault(key, len(ids)) + 1 for key in keys.tolist()], np.int64)
        unique, places = np.unique(keys, return_inverse=True)
        found = np.fromiter((ids.setdefault(key, len(ids)) for key in unique.tolist()), np.int64, len(unique))
        return np.asarray(2 * found[places.reshape(-1)] + 1)

    def find(self, head: int, word: int) -> int:
        """The head that is `head` and one more word, or -1."""
        found = self._ids.get(head << 32 | word, -1)
        return -1 if found < 0 else 2 * found + 1

    def first_words(self) -> Ints:
        """The word that each head begins with, int64 (H,)."""
        first: list[int] = []
        for key in self._ids:
            parent = key >> 32
            first.append(first[parent >> 1] if parent & 1 else parent >> 1)
        return np.array(first, np.int64)

    def any_of(self, is_marked: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Which heads have a marked word in them, bool (H,); `is_marked` bool (V,)."""
        word_is: list[bool] = is_marked.tolist()
        found: list[bool] = []
        for key in self._ids:
            parent = key >> 32
            above = found[parent >> 1] if parent & 1 else word_is[parent >> 1]
            found.append(above or word_is[key & _LOW])
        return np.array(found, bool)

    def reader(self) -> Callable[[int], tuple[int, ...]]:
        """A function from a head, plain ones too, to its words, the first one first."""
        packed = list(self._ids)

        def words(head: int) -> tuple[int, ...]:
            found = []
            while head & 1:
                head, word = packed[head >> 1] >> 32, packed[head >> 1] & _LOW
                found.append(word)
            return (head >> 1, *reversed(found))

        return words


def key_of(heads: Ints, words: NDArray[np.int32] | Ints) -> Ints:
    """``heads << 32 | words``."""
    return (heads.astype(np.int64) << 32) | words.astype(np.int64)


def unique_counts(keys: Ints) -> tuple[Ints, Ints]:
    """The different keys, rising, and how often each is there."""
    ordered = np.sort(keys)
    begins = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]])[: len(ordered)])
    return ordered[begins], np.diff(begins, append=len(ordered))


def candidates(
    ids: NDArray[np.int32], offsets: Ints, is_connector: NDArray[np.bool_], heads: Heads, n_slice: int = SLICE_WORDS
) -> Iterator[tuple[Ints, Ints, Ints]]:
    """Every candidate of a corpus once, in its order.

    Parameters
    ----------
    ids : ndarray of int32, (N,)
    offsets : ndarray of int64, (S + 1,)
        Sentence s is ``ids[offsets[s]:offsets[s + 1]]``.
    is_connector : ndarray of bool, (V,)
    heads : Heads
        Gets the heads that are new.
    n_slice : int
        Words looked at together.

    Yields
    ------
    (first, last, keys) : ndarray of int64, (n,)
        Places of the first and the last word in `ids`, and the candidate.
    """
    begin = 0  # the last word before this slice that a candidate may begin with
    connectors = bool(is_connector.any())
    for low in range(0, len(ids), n_slice):
        high = min(low + n_slice, len(ids))
        part = ids[begin:high]
        places = np.flatnonzero(~is_connector[part]) if connectors else np.arange(len(part))
        # Number of the sentence: two words belong together only where it is the same.
        starts = np.zeros(len(part), np.int32)
        inside = offsets[np.searchsorted(offsets, begin) : np.searchsorted(offsets, high)]
        starts[inside - begin] = 1
        sentence = np.cumsum(starts, dtype=np.int32)[places]
        joined = np.flatnonzero(sentence[1:] == sentence[:-1])
        first, last = places[joined], places[joined + 1]
        yield first + begin, last + begin, _keys(part, first, last, heads)
        begin = begin + int(places[-1]) if len(places) else high
        if len(inside):  # a sentence that began later leaves it behind
            begin = max(begin, int(inside[-1]))


def _keys(ids: NDArray[np.int32], first: Ints, last: Ints, heads: Heads) -> Ints:
    head = 2 * ids[first].astype(np.int64)
    rows, step = np.flatnonzero(last - first > 1), 1
    while len(rows):
        head[rows] = heads.extend(head[rows], ids[first[rows] + step])
        step += 1
        rows = rows[last[rows] - first[rows] > step]
    return key_of(head, ids[last])


def greedy(first: Ints, last: Ints) -> NDArray[np.bool_]:
    """Which phrases are taken when a sentence is read from its beginning and no word is in two of them.

    Parameters
    ----------
    first, last : ndarray of int64, (n,)
        Places of the first and the last words, rising. Phrases overlap in one word at most.

    Returns
    -------
    ndarray of bool, (n,)
        Of every row of phrases that overlap, the first, the third, and so on.
    """
    order = np.arange(len(first))
    begins_row = np.ones(len(first), bool)
    begins_row[1:] = first[1:] != last[:-1]
    row = np.maximum.accumulate(np.where(begins_row, order, 0))
    return np.asarray((order - row) % 2 == 0)
