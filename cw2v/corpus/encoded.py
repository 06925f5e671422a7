"""A corpus as word ids: as it comes from the source, and as training reads it."""

from __future__ import annotations

import hashlib
import mmap
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cw2v._text import Remapper
from cw2v.corpus.spool import Block, load, mapped, release
from cw2v.errors import CorpusError
from cw2v.vocabulary import Keys, Vocabulary

__all__ = ["MAX_SENTENCE_WORDS", "EncodedCorpus", "ScannedCorpus"]

IdBlock = tuple[Block, NDArray[np.int32] | None]

MAX_SENTENCE_WORDS = 10_000
"""Longer lines and lists are cut into sentences of this many words."""

_AT_ONCE = 1 << 24  # bytes of a mapped array that are read or written before their pages may go


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
    maps : sequence of mmap
        The files that the arrays are in, where they are not in memory.
    """

    ids: NDArray[np.int32]
    offsets: NDArray[np.int64]
    raw_words: int
    maps: Sequence[mmap.mmap] = ()

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

    def relax(self) -> None:
        """Give the memory of pages that were read back to the system; called often while it is trained on."""
        release(self.maps)

    def fingerprint(self) -> str:
        """A digest of everything that training reads of it."""
        digest = hashlib.blake2b(f"corpus {self.raw_words}".encode(), digest_size=16)
        for array in (self.offsets, self.ids):
            data = np.ascontiguousarray(array).view(np.uint8).data
            for begin in range(0, len(data), _AT_ONCE):
                digest.update(data[begin : begin + _AT_ONCE])
                self.relax()
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
        Consecutive pieces of the corpus. ids: int32 (n,), provisional, or where they were spilled; id_map: int32
        (m,), row in `keys` of each provisional id, or None where that is the id itself.
    maps : sequence of mmap
        The file that `offsets` is in, where it is not in memory.

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
        blocks: Iterable[IdBlock],
        maps: Sequence[mmap.mmap] = (),
    ) -> None:
        self.counts = counts
        self.raw_words = int(offsets[-1])
        self.n_sentences = len(offsets) - 1
        self._keys = keys
        self._offsets = offsets
        self._maps = list(maps)
        self._blocks: deque[IdBlock] | None = deque(blocks)

    def keys(self) -> Keys:
        """The distinct words in the order of first appearance; those of a file are decoded when asked for."""
        return self._keys

    def encode(self, vocabulary: Vocabulary | None, max_bytes: int | None = None) -> EncodedCorpus:
        """Translate to the word ids of `vocabulary`, leaving out the words it has not got.

        The provisional ids are given free on the way, so this works once.

        Parameters
        ----------
        vocabulary : Vocabulary or None
            None: word ids are places among `keys()`, and no word is left out.
        max_bytes : int or None
            A corpus of more bytes than this is put into a file that goes with it. None: it stays in memory.

        Raises
        ------
        CorpusError
            It was called before.
        OSError
            There is no room for that file.
        """
        if self._blocks is None:
            raise CorpusError("this corpus was encoded before and gave its words free; scan the source again")
        blocks, self._blocks = self._blocks, None
        return self._translate(_drain(blocks), self._final(vocabulary), max_bytes)

    def check_min_count(self, min_count: int) -> None:
        """Raise ParameterError where words seen `min_count` times are not there to be counted."""

    def _final(self, vocabulary: Vocabulary | None) -> NDArray[np.int32]:
        """Word id of each key, -1 where it is left out."""
        return np.arange(len(self._keys), dtype=np.int32) if vocabulary is None else vocabulary.word_ids(self._keys)

    def _translate(
        self, blocks: Iterable[IdBlock], final: NDArray[np.int32], max_bytes: int | None
    ) -> EncodedCorpus:
        offsets, maps = self._offsets, self._maps
        self._offsets, self._maps = offsets[:0], []
        n_kept = int(self.counts[final >= 0].sum())
        out = None
        if max_bytes is not None and 4 * n_kept + offsets.nbytes > max_bytes:
            out, ids_map = mapped(n_kept, np.int32)
            maps = [*maps, ids_map]
            if len(maps) == 1 and offsets.nbytes > max_bytes:
                (spilled, offsets_map), kept = mapped(len(offsets), np.int64), offsets
                spilled[:] = kept
                offsets, maps = spilled, [offsets_map, *maps]
        return EncodedCorpus(_remap(blocks, final, offsets, n_kept, out, maps), offsets, self.raw_words, tuple(maps))


def _drain(blocks: deque[IdBlock]) -> Iterator[IdBlock]:
    while blocks:
        yield blocks.popleft()


def _remap(
    blocks: Iterable[IdBlock],
    final: NDArray[np.int32],
    offsets: NDArray[np.int64],
    n_kept: int,
    out: NDArray[np.int32] | None,
    maps: Sequence[mmap.mmap],
) -> NDArray[np.int32]:
    """The final ids of all blocks; `offsets` is translated in place."""
    remapper = Remapper(n_kept, offsets, out)
    composed: dict[int, NDArray[np.int32]] = {}  # one for each worker's map, not for each block
    for block, id_map in blocks:
        if id_map is not None and id(id_map) not in composed:
            composed[id(id_map)] = final[id_map]
        remapper.add(load(block), final if id_map is None else composed[id(id_map)])
        release(maps)
    return remapper.finish()
