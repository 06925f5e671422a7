"""A corpus as word ids: as it comes from the source, and as training reads it."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cw2v._text import Remapper
from cw2v.errors import CorpusError
from cw2v.vocabulary import Keys, Vocabulary

__all__ = ["MAX_SENTENCE_WORDS", "EncodedCorpus", "ScannedCorpus"]

MAX_SENTENCE_WORDS = 10_000
"""Longer lines and lists are cut into sentences of this many words."""


@dataclass(frozen=True, eq=False)
class EncodedCorpus:
    """Word ids with sentence offsets: all that training reads of a corpus.

    Attributes
    ----------
    ids : ndarray of int32, (N,)
        Word ids of the words in the vocabulary. Sentence s is ``ids[offsets[s]:offsets[s + 1]]``.
    offsets : ndarray of int64, (S + 1,)
        Rising, from 0 to N. A sentence may be empty.
    raw_words : int
        Words of the source, those outside the vocabulary included.
    """

    ids: NDArray[np.int32]
    offsets: NDArray[np.int64]
    raw_words: int

    @property
    def n_words(self) -> int:
        """N, the words that are in the vocabulary."""
        return len(self.ids)

    @property
    def n_sentences(self) -> int:
        """S, the sentences, empty ones included."""
        return len(self.offsets) - 1

    @property
    def out_of_vocabulary(self) -> int:
        """Words of the source that are not in the vocabulary."""
        return self.raw_words - self.n_words

    def fingerprint(self) -> str:
        """A digest of everything that training reads of it."""
        digest = hashlib.blake2b(f"corpus {self.raw_words}".encode(), digest_size=16)
        for array in (self.offsets, self.ids):
            digest.update(np.ascontiguousarray(array).view(np.uint8).data)
        return digest.hexdigest()


class ScannedCorpus:
    """A corpus read once: its distinct words, their counts, and ids that become final in `encode`.

    Parameters
    ----------
    keys : Keys
        Distinct words in the order of their first appearance.
    counts : ndarray of int64, (len(keys),)
    offsets : ndarray of int64, (S + 1,)
        Sentence offsets among all words of the source.
    blocks : iterable of (ids, id_map)
        Consecutive pieces of the corpus. ids: int32 (n,), provisional; id_map: int32 (m,), row in `keys` of
        each provisional id, or None where that is the id itself.

    Attributes
    ----------
    counts : ndarray of int64, (len(keys),)
        Occurrences, in the order of `keys()`.
    raw_words : int
        Words of the source.
    n_sentences : int
    """

    def __init__(
        self,
        keys: Keys,
        counts: NDArray[np.int64],
        offsets: NDArray[np.int64],
        blocks: Iterable[tuple[NDArray[np.int32], NDArray[np.int32] | None]],
    ) -> None:
        self.counts = counts
        self.raw_words = int(offsets[-1])
        self.n_sentences = len(offsets) - 1
        self._keys = keys
        self._offsets = offsets
        self._blocks: deque[tuple[NDArray[np.int32], NDArray[np.int32] | None]] | None = deque(blocks)

    def keys(self) -> Keys:
        """The distinct words in the order of first appearance; those of a file are decoded when asked for."""
        return self._keys

    def encode(self, vocabulary: Vocabulary) -> EncodedCorpus:
        """Translate to the word ids of `vocabulary`, leaving out the words it has not got.

        The provisional ids are given free on the way, so this works once.

        Raises
        ------
        CorpusError
            It was called before.
        """
        if self._blocks is None:
            raise CorpusError("this corpus was encoded before and gave its words free; scan the source again")
        blocks, offsets, self._blocks = self._blocks, self._offsets, None
        self._offsets = offsets[:0]
        final = vocabulary.word_ids(self._keys)
        remapper = Remapper(int(self.counts[final >= 0].sum()), offsets)
        composed: dict[int, NDArray[np.int32]] = {}  # one for each worker's map, not for each block
        while blocks:
            ids, id_map = blocks.popleft()
            if id_map is None:
                remapper.add(ids, final)
                continue
            if id(id_map) not in composed:
                composed[id(id_map)] = final[id_map]
            remapper.add(ids, composed[id(id_map)])
        return EncodedCorpus(remapper.finish(), offsets, self.raw_words)
