"""What the core is given besides the corpus: distributions, blocks, padded matrices, and how many threads."""

from __future__ import annotations

import os
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cw2v import _core
from cw2v.threads import run_threads
from cw2v.vocabulary import Paths, Vocabulary

__all__ = [
    "available_processors",
    "copy_rows",
    "counted_at_once",
    "cut_blocks",
    "huffman_paths",
    "keep_thresholds",
    "noise_weights",
    "padded",
    "paths_of",
    "private_rows",
]

# Tokens that a thread takes at a time, under 1 ms of work, and that stay together when the order changes: some lines,
# two pages of ids in a corpus on disk (docs/performance.md, "The order of the text").
BLOCK_TOKENS = 2048
# Private rows (docs/performance.md). A copy misses at most STALE_UPDATES updates that other threads hold back, or what
# a merge after every MIN_LIMIT updates leaves, up to MOST_STALE. That is little for a word that occurs PRIVATE_COUNT
# times; with more threads copies are merged more often and gain less, so words need as many times more. And a thread
# keeps its copies in its second-level cache: so many rows, of so many bytes in a matrix.
STALE_UPDATES = 24
MIN_LIMIT = 2
MOST_STALE = 64
PRIVATE_COUNT = 5000
MOST_PRIVATE = 1024
PRIVATE_BYTES = 1 << 19
COPIED_BY_ONE = 1 << 22  # bytes of matrices: fewer are copied sooner than threads begin


def available_processors() -> int:
    """Processors this process may run on: more training threads than that only take turns, and memory.

    CW2V_OVERSUBSCRIBE=1 in the environment lifts the limit, for measuring what many threads do to the vectors.
    """
    if os.environ.get("CW2V_OVERSUBSCRIBE") == "1":
        return 2**31 - 1
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on every system
        return os.cpu_count() or 1


def keep_thresholds(probability: NDArray[np.float64]) -> NDArray[np.uint32]:
    """The 32-bit thresholds that keep a token with the given probability: it stays if its bits are <= the threshold."""
    scaled = np.ceil(probability * 2.0**32) - 1
    thresholds: NDArray[np.uint32] = np.clip(scaled, 0, 2**32 - 1).astype(np.uint32)
    return thresholds


def noise_weights(counts: NDArray[np.int64], exponent: float) -> NDArray[np.float64]:
    """Noise distribution count ** exponent, scaled so that no exponent overflows; a count of 0 weighs 0."""
    weights = np.zeros(len(counts))
    seen = counts > 0
    logs = exponent * np.log(counts[seen])
    weights[seen] = np.exp(logs - logs.max()) if logs.size else logs
    return weights


def cut_blocks(offsets: NDArray[np.int64], block_tokens: int) -> NDArray[np.int64]:
    """Sentences at which blocks of about `block_tokens` tokens begin, and the number of sentences at the end."""
    n_sentences = len(offsets) - 1
    first = offsets[0] // block_tokens * block_tokens  # of a chunk, offsets begin anywhere
    starts = np.searchsorted(offsets, np.arange(first, offsets[-1], block_tokens, dtype=np.int64))
    return np.unique(np.concatenate([[0], starts[starts < n_sentences], [n_sentences]])).astype(np.int64)


def copy_rows(pairs: Sequence[tuple[NDArray[np.float32], NDArray[np.float32]]], threads: int = 1) -> None:
    """``to[:] = matrix`` for each (to, matrix); all are copied before an interrupt meanwhile is raised.

    In several threads where it is worth while: memory that was never used takes most of the time.
    """
    if sum(matrix.nbytes for _, matrix in pairs) < COPIED_BY_ONE:
        threads = 1

    def work(i: int) -> None:
        for to, matrix in pairs:
            part = slice(len(matrix) * i // threads, len(matrix) * (i + 1) // threads)
            to[part] = matrix[part]

    run_threads(work, threads, lambda: None, lambda: None)


def padded(matrix: NDArray[np.float32], threads: int = 1) -> NDArray[np.float32]:
    """A copy whose rows begin on cache lines: dimensions are filled up with zeros to a multiple of 16."""
    rows, dimensions = matrix.shape
    copy: NDArray[np.float32] = _core.aligned_zeros((rows, -(-dimensions // _core.ROW_ALIGN) * _core.ROW_ALIGN))
    copy_rows([(copy[:, :dimensions], matrix)], threads)
    return copy


def private_rows(counts: NDArray[np.int64], threads: int, n_tokens: int, columns: int) -> NDArray[np.uint16]:
    """After how many updates a thread merges its copies of the first rows (``csrc/train/hot_rows.h``), of `columns`.

    What counts is how often words occur in the `n_tokens` that are trained: a vocabulary may be of a larger corpus.
    """
    others = threads - 1
    if others == 0 or others * MIN_LIMIT > MOST_STALE:
        return np.empty(0, np.uint16)
    # Rows are private from the first on, so the first rare word ends them, whatever order the vocabulary is in.
    here = counts * min(1.0, n_tokens / max(counts.sum(), 1))
    rare = np.flatnonzero(here < PRIVATE_COUNT * others)
    n_rows = min(int(rare[0]) if rare.size else len(counts), MOST_PRIVATE, PRIVATE_BYTES // (4 * columns))
    return np.full(n_rows, max(STALE_UPDATES // others, MIN_LIMIT), np.uint16)


def counted_at_once(counts: NDArray[np.int64], limits: NDArray[np.uint16], mean_contexts: float) -> int:
    """Centres whose updates of private rows are counted at once: the more, the less each costs.

    But merges wait for the last of them. So they are so few that the most frequent word, which is updated in
    `mean_contexts` windows each time it occurs, is not updated beyond its limit meanwhile: fewer with many threads,
    whose limits are short. Sub-sampling may leave fewer updates, never more.
    """
    if not len(limits):
        return _core.DRAW_BATCH
    updates = counts.max() / counts.sum() * mean_contexts * _core.DRAW_BATCH
    return _core.DRAW_BATCH * min(max(int(limits.min() / updates), 1), _core.MOST_COUNTED // _core.DRAW_BATCH)


def huffman_paths(counts: NDArray[np.int64]) -> Paths:
    """Huffman tree of the words as (begin, node, code); see ``csrc/model/huffman.h``."""
    paths: Paths = _core.huffman_paths(counts)
    return paths


def paths_of(vocabulary: Vocabulary) -> Paths:
    """The tree that a vocabulary is trained with: its own where words were added, else that of its counts."""
    return huffman_paths(vocabulary.counts) if vocabulary.paths is None else vocabulary.paths
