"""Walks over a graph, or any other sentences of integers, as arrays."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cw2v.corpus.coded import ArrayEncoder
from cw2v.errors import CorpusError, CorpusTypeError

__all__ = ["Walks", "encode_walks", "walks_of"]

_BLOCK_TOKENS = 1 << 18
_SMALL_TABLE = 1 << 16

Block = tuple[NDArray[Any], NDArray[np.int64]]


class _IdsAndOffsets(NamedTuple):
    ids: NDArray[Any]
    offsets: NDArray[np.int64]


class Walks(_IdsAndOffsets):
    """Sentences of integers, one behind the other: what ``sentences`` of a model may be.

    Sentence s is ``ids[offsets[s]:offsets[s + 1]]``, as the rows of a sparse matrix in CSR form are. Each integer is a
    word; it is a Python int in ``index_to_key``, and none of them, -1 included, has another meaning.

    Parameters
    ----------
    ids : array_like of int, (N,)
        Any integers.
    offsets : array_like of int, (S + 1,)
        From 0 to N, never falling. A sentence may be empty.

    Raises
    ------
    CorpusTypeError
        They are not integers, or not one-dimensional.
    CorpusError
        The offsets do not begin with 0, do not end with N, or fall.

    Examples
    --------
    >>> walks = Walks([5, 7, 5, 9], [0, 2, 4])
    >>> walks.ids.tolist(), len(walks.offsets) - 1
    ([5, 7, 5, 9], 2)
    """

    __slots__ = ()

    def __new__(cls, ids: ArrayLike, offsets: ArrayLike) -> Walks:
        return super().__new__(cls, _integers("ids", ids), _rising(_integers("offsets", offsets), len(np.asarray(ids))))


def _integers(name: str, values: ArrayLike) -> NDArray[Any]:
    array = np.asarray(values)
    if array.size == 0 and array.ndim == 1 and not isinstance(values, np.ndarray):
        array = array.astype(np.int64)  # an empty list has no type
    if array.ndim != 1 or array.dtype.kind not in "iu":
        raise CorpusTypeError(f"{name} must be integers (n,), got {array.dtype} of shape {array.shape}")
    return array


def _rising(offsets: NDArray[Any], n_ids: int) -> NDArray[np.int64]:
    offsets = offsets.astype(np.int64, copy=False)
    if len(offsets) == 0 or offsets[0] != 0 or offsets[-1] != n_ids:
        ends = f"from {offsets[0]} to {offsets[-1]}" if len(offsets) else "none"
        raise CorpusError(f"offsets must go from 0 to the number of ids, {n_ids}, got {ends}")
    falls = np.flatnonzero(offsets[1:] < offsets[:-1])
    if len(falls):
        at = int(falls[0])
        raise CorpusError(f"offsets must never fall, but offsets[{at + 1}] is {offsets[at + 1]} after {offsets[at]}")
    return offsets


def walks_of(corpus: object) -> Walks | NDArray[Any] | None:
    """A corpus as :class:`Walks` or as an integer array of two dimensions; None if it is neither.

    Raises
    ------
    CorpusTypeError, CorpusError
        A named tuple (ids, offsets) that cannot be Walks, or an array that cannot be sentences.
    """
    if isinstance(corpus, Walks):
        return corpus
    if isinstance(corpus, tuple) and getattr(corpus, "_fields", None) == ("ids", "offsets"):
        return Walks(*corpus)
    if not isinstance(corpus, np.ndarray) or isinstance(corpus, np.ma.MaskedArray):
        return None
    if corpus.ndim not in (1, 2) or (corpus.ndim == 1 and corpus.dtype.kind in "iufb"):
        raise CorpusTypeError(f"corpus_iterable is an array of {corpus.dtype} of shape {corpus.shape}; pass two "
                              "dimensions, whose rows are sentences, or Walks(ids, offsets)")  # fmt: skip
    return np.asarray(corpus) if corpus.ndim == 2 and corpus.dtype.kind in "iu" else None


def encode_walks(walks: Walks | NDArray[Any], max_words: int) -> tuple[ArrayEncoder, Iterator[None]]:
    """An encoder for these integers, and the steps that feed it."""
    integers = walks.ids if isinstance(walks, Walks) else walks
    bounds = range(int(integers.min()), int(integers.max()) + 1) if integers.size else range(0)
    fits = bounds.stop - bounds.start <= max(_SMALL_TABLE, 4 * integers.size)
    encoder = ArrayEncoder(max_words, bounds if fits else None)

    def feed() -> Iterator[None]:
        for block, lengths in _blocks_of_walks(walks) if isinstance(walks, Walks) else _blocks_of_rows(walks):
            encoder.add_integers(block.astype(block.dtype.newbyteorder("="), copy=False), lengths)
            yield

    return encoder, feed()


def _blocks_of_rows(rows: NDArray[Any]) -> Iterator[Block]:
    n_rows, width = rows.shape
    step = max(1, _BLOCK_TOKENS // max(1, width))
    for begin in range(0, n_rows, step):
        block = rows[begin : begin + step]
        yield block.reshape(-1), np.full(len(block), width, np.int64)


def _blocks_of_walks(walks: Walks) -> Iterator[Block]:
    begin, n_sentences = 0, len(walks.offsets) - 1
    while begin < n_sentences:
        end = int(np.searchsorted(walks.offsets, walks.offsets[begin] + _BLOCK_TOKENS))
        end = min(max(end, begin + 1), n_sentences)
        yield walks.ids[walks.offsets[begin] : walks.offsets[end]], np.diff(walks.offsets[begin : end + 1])
        begin = end
