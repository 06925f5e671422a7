"""What a call of training is told."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cw2v.parameters import window_sides

__all__ = ["Settings"]


@dataclass(frozen=True)
class Settings:
    """What the core needs to know of a call of training.

    Attributes
    ----------
    window, shrink_windows, sg, hs, cbow_mean, cbow_update, compute_loss, negative, objective, shared_negatives,
    ns_exponent, sample, seed, workers, deterministic, shuffle : see ``cw2v.parameters``
    start_alpha, end_alpha : float
        Learning rate at progress 0 and 1.
    epochs : int
    first_epoch : int
        How many epochs the model has seen before: it numbers the random streams.
    total : float or None
        The corpus' length in tokens that progress is measured by, if it is not the corpus' own.
    lock : ndarray of float32 (V,) or None
        Share of its updates that each word's input vector gets; None: all of them.
    fused : bool
        False trains with the generic step, for tests.
    """

    window: int | tuple[int, int]
    shrink_windows: bool
    sg: int
    hs: int
    cbow_mean: int
    cbow_update: str
    compute_loss: bool
    negative: int
    objective: str | None
    shared_negatives: bool
    ns_exponent: float
    sample: float
    seed: int
    workers: int
    deterministic: bool
    shuffle: bool
    start_alpha: float
    end_alpha: float
    epochs: int
    first_epoch: int = 0
    total: float | None = None
    lock: NDArray[np.float32] | None = None
    fused: bool = True

    @property
    def mean_contexts(self) -> float:
        """Mean number of a centre's contexts where no sentence ends: on each side the mean of 1 .. w, or w itself."""
        return sum((w + 1) / 2 if self.shrink_windows and w else w for w in window_sides(self.window))

    @property
    def softmax(self) -> bool:
        """The full softmax is trained, and nothing else."""
        return self.objective == "softmax"

    def alpha_at(self, progress: float) -> float:
        """Learning rate at a share of the run from 0 to 1."""
        return self.start_alpha + (self.end_alpha - self.start_alpha) * min(max(progress, 0.0), 1.0)
