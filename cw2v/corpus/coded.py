"""Sentences that come as arrays: numbers or codes in, provisional word ids out, no Python object a token."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cw2v._text import MAX_WORDS
from cw2v.corpus.encoded import ScannedCorpus
from cw2v.corpus.spool import Block, Spool
from cw2v.errors import CorpusError
from cw2v.vocabulary import Keys

__all__ = ["ArrayEncoder"]


class ArrayEncoder:
    """Numbers words in the order of their first appearance, whatever codes they come as.

    Parameters
    ----------
    max_words : int
        Longest sentence; a longer one is cut into several.
    integers : range, optional
        Holds all integers that `add_integers` will be given: they are then looked up in a table of its size, and
        sorted without it.

    Attributes
    ----------
    n_sentences : int
        Sentences as they came, before cutting.
    spool : Spool
        Where the words stay; in memory, unless another is put in its place.
    """

    def __init__(self, max_words: int, integers: range | None = None) -> None:
        self.n_sentences = 0
        self.spool = Spool()
        self._max_words = max_words
        self._ids: dict[Hashable, int] = {}
        self._blocks: list[Block] = []
        self._counts = np.zeros(1 << 10, np.int64)
        self._lengths: list[NDArray[np.int64]] = []
        self._lowest = integers.start if integers else 0
        self._table = np.full(len(integers), -1, np.int32) if integers else None

    def add_integers(self, integers: NDArray[Any], lengths: NDArray[np.int64]) -> None:
        """Take in a block of sentences: their words, any integers (n,), and their lengths (s,)."""
        if self._table is None:
            distinct, codes = np.unique(integers, return_inverse=True)
            self.add_codes(codes, distinct.tolist(), lengths)
            return
        wide = integers.astype(np.uint64 if integers.dtype == np.uint64 else np.int64, copy=False)
        places = (wide - wide.dtype.type(self._lowest)).astype(np.intp, copy=False)
        ids = self._table[places]
        new, first = np.unique(places[ids < 0], return_index=True)
        if len(new):
            new = new[np.argsort(first)]
            self._table[new] = self._number([place + self._lowest for place in new.tolist()])
            ids = self._table[places]
        self._append(ids, lengths)

    def add_codes(self, codes: NDArray[Any], words: Sequence[Hashable], lengths: NDArray[np.int64]) -> None:
        """Take in a block of sentences: their words as rows of `words`, (n,), and their lengths (s,)."""
        first = np.full(len(words), len(codes), np.int64)
        first[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)  # the last value that is assigned stays
        used = np.argsort(first, kind="stable")[: np.count_nonzero(first < len(codes))]
        id_of = np.full(len(words), -1, np.int32)
        id_of[used] = self._number([words[row] for row in used.tolist()])
        self._append(id_of[codes], lengths)

    def _number(self, words: list[Hashable]) -> list[int]:
        numbers = [self._ids.setdefault(word, len(self._ids)) for word in words]
        if len(self._ids) > MAX_WORDS:
            raise CorpusError(f"the corpus has more than {MAX_WORDS} different words, which is the limit")
        return numbers

    def _append(self, ids: NDArray[np.int32], lengths: NDArray[np.int64]) -> None:
        counts = np.bincount(ids, minlength=len(self._ids))
        if len(self._ids) > len(self._counts):
            self._counts = np.concatenate((self._counts, np.zeros(len(self._ids), np.int64)))
        self._counts[: len(counts)] += counts
        self._blocks.append(self.spool.keep(ids))
        self._lengths.append(lengths)
        self.n_sentences += len(lengths)

    def finish(self) -> ScannedCorpus:
        """The corpus of all that was taken in."""
        lengths = np.concatenate([np.zeros(0, np.int64), *self._lengths])
        pieces = np.maximum(1, -(-lengths // self._max_words))
        cut = np.repeat(lengths, pieces)
        number = np.arange(len(cut)) - np.repeat(np.cumsum(pieces) - pieces, pieces)  # of the piece in its sentence
        sizes = np.minimum(self._max_words, cut - number * self._max_words)
        offsets = np.concatenate((np.zeros(1, np.int64), np.cumsum(sizes)))
        blocks, self._blocks = self._blocks, []
        return ScannedCorpus(Keys(list(self._ids)), self._counts[: len(self._ids)].copy(), offsets,
                             ((block, None) for block in blocks))  # fmt: skip
