"""Which words of a corpus could make a phrase, found in arrays of word ids.

A candidate is two words that are no connector words, in one sentence, with nothing or only connector words between
them. What begins a candidate, its first word with the connector words after it, is a *head*: an even number 2 w is
the word w by itself, an odd one 2 h + 1 is entry h of a tree, whose entries are a shorter head and one more word.
So every candidate is one 64-bit key, ``head << 32 | last word``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from cw2v._phrases import HeadReader, HeadTable, PairTable, TooManyHeads
from cw2v.errors import CorpusError
from cw2v.threads import run_threads

__all__ = ["Heads", "count_candidates", "key_of", "pieces", "sorted_items", "tables_of"]

Ints = NDArray[np.int64]
Ids = NDArray[np.int32]

_LOW = (1 << 32) - 1
_FEW = 1 << 16  # places for which no second thread is worth its start
SLICE_WORDS = 1 << 22
"""Words that are looked at together: bounds the memory, changes no result."""


class Heads(HeadTable):
    """The heads that have connector words, as a tree: each is a shorter head and one word.

    Parameters
    ----------
    packed : ndarray of int64, (H,), optional
        ``parent << 32 | word`` of each; a parent stands before its children.
    """

    def key(self, words: Sequence[int]) -> int:
        """The key of a candidate, or -1 where its head is not there."""
        head = 2 * words[0]
        for word in words[1:-1]:
            head = self.find(head, word)
            if head < 0:
                return -1
        return key_of(head, words[-1])

    def first_words(self) -> Ints:
        """The word that each head begins with, int64 (H,)."""
        packed = self.packed()
        above = packed >> 32
        rows = np.flatnonzero(above & 1)
        while len(rows):
            above[rows] = packed[above[rows] >> 1] >> 32
            rows = rows[above[rows] & 1 == 1]
        return above >> 1

    def any_of(self, is_marked: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Which heads have a marked word in them, bool (H,); `is_marked` bool (V,)."""
        word_is: list[bool] = is_marked.tolist()
        found: list[bool] = []
        for key in self.packed().tolist():
            parent = key >> 32
            above = found[parent >> 1] if parent & 1 else word_is[parent >> 1]
            found.append(above or word_is[key & _LOW])
        return np.array(found, bool)

    def reader(self) -> Callable[[int], tuple[int, ...]]:
        """A function from a head, plain ones too, to its words, the first one first."""
        packed = self.packed()

        def words(head: int) -> tuple[int, ...]:
            found = []
            while head & 1:
                key = int(packed[head >> 1])
                head = key >> 32
                found.append(key & _LOW)
            return (head >> 1, *reversed(found))

        return words


def key_of(head: int, word: int) -> int:
    """``head << 32 | word``."""
    return head << 32 | word


def pieces(
    ids: Ids, offsets: Ints, is_connector: NDArray[np.bool_], heads: Heads, n_slice: int = SLICE_WORDS
) -> Iterator[tuple[Ids, Ids]]:
    """The corpus in pieces of `n_slice` words, with the candidates that end in them.

    Parameters
    ----------
    ids : ndarray of int32, (N,)
    offsets : ndarray of int64, (S + 1,)
        Sentence s is ``ids[offsets[s]:offsets[s + 1]]``.
    is_connector : ndarray of bool, (V,)
    heads : Heads
        Gets the heads that are new.
    n_slice : int

    Yields
    ------
    heads, ids : ndarray of int32, (n,)
        Head of the candidate that ends at each place, below 0 where none does; and the words.

    Raises
    ------
    CorpusError
        There are more than 2**30 different heads.
    """
    reader = HeadReader(ids, offsets, is_connector, heads)
    try:
        for low in range(0, len(ids), n_slice):
            yield reader.read(n_slice), ids[low : low + n_slice]
    except TooManyHeads:
        raise CorpusError(f"phrases of more than {len(heads)} different beginnings with connector words cannot be "
                          "counted; take some words out of connector_words") from None  # fmt: skip


def count_candidates(tables: list[PairTable], heads: Ids, ids: Ids) -> None:
    """Count the candidates of a piece; each table has its part of them, and gets a thread where that is worth it."""
    if len(tables) > 1 and len(ids) > _FEW:
        run_threads(lambda i: tables[i].count(heads, ids), len(tables), lambda: None, lambda: None)
    else:
        for table in tables:
            table.count(heads, ids)


def tables_of(keys: Ints, values: Ints, n_parts: int = 1) -> list[PairTable]:
    """Tables that have each key in one of them, with its value."""
    tables = [PairTable(part, n_parts) for part in range(n_parts)]
    for table in tables:
        table.add(keys, values)
    return tables


def sorted_items(tables: list[PairTable]) -> tuple[Ints, Ints]:
    """Keys, rising, and values of all tables."""
    keys, values = (np.concatenate(parts) for parts in zip(*(table.items() for table in tables), strict=True))
    heads, last = keys >> 32, keys & _LOW
    n_head, n_last, n_value = (int(array.max(initial=0)).bit_length() for array in (heads, last, values))
    if n_head + n_last + n_value > 63:
        order = np.argsort(keys)
        return keys[order], values[order]
    # Numbers alone are sorted in a fifth of the time, and all three have room in one.
    packed = np.sort((heads << n_last | last) << n_value | values)
    heads, last = packed >> (n_last + n_value), packed >> n_value & (1 << n_last) - 1
    return heads << 32 | last, packed & (1 << n_value) - 1
