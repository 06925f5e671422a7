"""A whole epoch of training: tokens, windows, learning rate, steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cw2v.reference.draws import HALF, LOW_32, below, noise_words, random_uint64, stream_key
from cw2v.reference.objective import group_contexts, group_targets, step

__all__ = ["Epoch", "Sample", "alpha_at", "sample_tokens", "train_epoch", "window_bounds"]

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]

ALPHA_POSITIONS = 1024  # the learning rate is constant over this many positions


def window_bounds(reach: I64) -> tuple[I64, I64]:
    """First and last index of each token's window in a sentence, given how far each reaches to either side."""
    here = np.arange(len(reach))
    return np.maximum(here - reach, 0), np.minimum(here + reach, len(reach) - 1)


def alpha_at(position: int, start: float, end: float, begin: float, per_position: float) -> float:
    """Learning rate at a token: linear from `start` to `end` over the progress begin + position * per_position.

    Taken at the last multiple of 1024 positions, never beyond `end`, and rounded to float32, as the core has it.
    """
    progress = begin + position // ALPHA_POSITIONS * ALPHA_POSITIONS * per_position
    alpha = start + (end - start) * progress
    return float(np.float32(max(alpha, end) if end <= start else min(alpha, end)))


@dataclass(frozen=True)
class Epoch:
    """An epoch, under the names of ``cw2v._core.Epoch``.

    `ids` (T,), `offsets` (S + 1,), `keep` (V,) thresholds and `noise` (V, 2), an alias table, are arrays.
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

    def alpha(self, position: int) -> float:
        """Learning rate at a token."""
        return alpha_at(position, self.start_alpha, self.end_alpha, self.progress_begin, self.progress_step)


class Sample(NamedTuple):
    """The tokens of an epoch that sub-sampling kept, and the first and last index (into these) of their windows."""

    kept: I64
    position: I64
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
    n = 0
    for begin, end in zip(epoch.offsets[:-1], epoch.offsets[1:], strict=True):
        position = begin + np.flatnonzero(keeps[begin:end])
        left, right = window_bounds(reach[position])
        parts.append((epoch.ids[position].astype(np.int64), position, left + n, right + n))
        n += len(position)
    return Sample(*(np.concatenate([p[i] for p in parts] or [np.zeros(0, np.int64)]) for i in range(4)))


def train_epoch(input: F64, output: F64, epoch: Epoch) -> tuple[int, int]:
    """Train `input` and `output`, float64 (V, D), in place; returns how many tokens were (trained, sub-sampled).

    Skip-gram with negative sampling as the core trains it with one worker: with `shared_negatives` all contexts of a
    centre are stepped against one noise set (its number: the position of the centre), else each against its own
    (position * (2 window + 1) + the context's distance + window), as [4] does.
    """
    sample = sample_tokens(epoch)
    key = stream_key(epoch.seed, epoch.epoch, "noise")

    def update(context: ArrayLike, centre: int, noise_set: int, alpha: float) -> None:
        targets, times = group_targets(centre, noise_words(epoch.noise, key, noise_set, epoch.negative))
        for contexts, weight in group_contexts(context):
            input[contexts], output[targets] = step(
                input[contexts], output[targets], np.sign(times), alpha * times, weight
            )

    for t, (centre, position, left, right) in enumerate(zip(*(a.tolist() for a in sample), strict=True)):
        around: list[Any] = [j for j in range(left, right + 1) if j != t]
        alpha = epoch.alpha(position)
        if epoch.shared_negatives:
            update(sample.kept[around], centre, position, alpha)
        else:
            for j in around:
                noise_set = position * (2 * epoch.window + 1) + j - t + epoch.window
                update(sample.kept[[j]], centre, noise_set, alpha)
    return len(sample.kept), len(epoch.ids) - len(sample.kept)
