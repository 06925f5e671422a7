"""What an epoch is made of: tokens, windows, learning rate, locks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cw2v.mathematics import Paths
from cw2v.reference.draws import HALF, LOW_32, below, random_order, random_uint64, stream_key

__all__ = ["Account", "Epoch", "Sample", "alpha_at", "sample_tokens", "window_bounds"]

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]

ALPHA_TOKENS = 1024  # the learning rate is constant over this many tokens


def window_bounds(reach: I64) -> tuple[I64, I64]:
    """First and last index of each token's window in a sentence, given how far each reaches to either side."""
    here = np.arange(len(reach))
    return np.maximum(here - reach, 0), np.minimum(here + reach, len(reach) - 1)


def alpha_at(before: int, start: float, end: float, begin: float, per_token: float) -> float:
    """Learning rate after `before` tokens of an epoch: linear from `start` to `end` over begin + before * per_token.

    Taken at the last multiple of 1024 tokens, never beyond `end`, and rounded to float32, as the core has it.
    """
    progress = begin + before // ALPHA_TOKENS * ALPHA_TOKENS * per_token
    alpha = start + (end - start) * progress
    return float(np.float32(max(alpha, end) if end <= start else min(alpha, end)))


@dataclass(frozen=True)
class Epoch:
    """An epoch, under the names of ``cw2v._core.Epoch``.

    `ids` (T,), `offsets` (S + 1,), `keep` (V,) thresholds, `noise` (V, 2), an alias table, and `lock` (V,) are arrays.
    With `paths` the hierarchical softmax is trained, with `negative` > 0 negative sampling, with `softmax` the full
    softmax and neither of them. Block b is the sentences ``blocks[b] .. blocks[b + 1]``; with `shuffle` the blocks are
    trained in a random order.
    """

    ids: NDArray[np.int32]
    offsets: I64
    keep: NDArray[np.uint32]
    noise: NDArray[np.uint32]
    window: int
    shrink_windows: bool
    negative: int
    shared_negatives: bool
    seed: int
    epoch: int
    start_alpha: float
    end_alpha: float
    progress_begin: float
    progress_step: float
    sg: bool = True
    cbow_mean: bool = True
    cbow_exact: bool = False
    paths: Paths | None = None
    softmax: bool = False
    lock: NDArray[np.float32] | None = None
    blocks: I64 | None = None
    shuffle: bool = False

    def order(self) -> I64:
        """The sentences in the order in which they are trained."""
        n = len(self.offsets) - 1
        if not self.shuffle or self.blocks is None:
            return np.arange(n)
        order = random_order(stream_key(self.seed, self.epoch, "order"), len(self.blocks) - 1)
        return np.concatenate([np.arange(self.blocks[b], self.blocks[b + 1]) for b in order] or [np.arange(0)])

    @property
    def width(self) -> int:
        """The most words that a window has beside its centre."""
        left, right = self.window if isinstance(self.window, tuple) else (self.window, self.window)
        return left + right

    def alpha(self, before: int) -> float:
        """Learning rate after `before` tokens."""
        return alpha_at(before, self.start_alpha, self.end_alpha, self.progress_begin, self.progress_step)

    def lock_of(self, words: ArrayLike) -> F64:
        """The share of its updates that each word's input row gets: row_new = row + lock (stepped row - row)."""
        places = np.asarray(words, dtype=np.int64)
        return np.ones(places.shape) if self.lock is None else np.asarray(self.lock, dtype=np.float64)[places]

    def cbow_shares(self, n: int) -> tuple[float, float]:
        """Factors of n contexts' sum, to make the hidden layer, and of its gradient, to make each context's update."""
        mean = 1.0 / n if self.cbow_mean else 1.0
        return mean, mean if self.cbow_exact else 1.0


class Account(NamedTuple):
    """What was done: tokens trained and sub-sampled, predictions, and the losses before each step.

    `loss` is of negative sampling, hierarchical softmax and full softmax.
    """

    trained: int
    subsampled: int
    pairs: int
    loss: tuple[float, float, float]


class Sample(NamedTuple):
    """The tokens of an epoch that sub-sampling kept, as they are trained.

    `position` of each in the corpus, how many tokens `before` it in the epoch, and the first and last index (into these
    arrays) of its window.
    """

    kept: I64
    position: I64
    before: I64
    left: I64
    right: I64


def sample_tokens(epoch: Epoch) -> Sample:
    """Sub-sample and choose windows.

    The high half of a token's random bits decides whether it stays, the low half how far its window reaches.
    """
    bits = random_uint64(stream_key(epoch.seed, epoch.epoch, "token"), np.arange(len(epoch.ids)))
    keeps = (bits >> HALF) <= epoch.keep[epoch.ids]
    shrunk = 1 + below(bits & LOW_32, epoch.window)
    reach = shrunk if epoch.shrink_windows else np.full(len(bits), epoch.window)
    parts: list[tuple[I64, ...]] = []
    n = before = 0
    for sentence in epoch.order():
        begin, end = epoch.offsets[sentence : sentence + 2]
        position = begin + np.flatnonzero(keeps[begin:end])
        left, right = window_bounds(reach[position])
        parts.append((epoch.ids[position].astype(np.int64), position, position - begin + before, left + n, right + n))
        n += len(position)
        before += end - begin
    return Sample(*(np.concatenate([p[i] for p in parts] or [np.zeros(0, np.int64)]) for i in range(5)))
