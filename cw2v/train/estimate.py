"""What a run of the full softmax will cost, measured before it begins."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

import numpy as np

from cw2v import _core
from cw2v.corpus import EncodedCorpus

if TYPE_CHECKING:
    from cw2v.train.run import Run

__all__ = ["announce_cost", "softmax_seconds"]

logger = logging.getLogger("cw2v.train")

LONG_SECONDS = 600.0
SAMPLE_ROWS = 20_000  # a step's time is proportional to the rows; more would only take memory


def predictions(run: Run) -> float:
    """Expected predictions of an epoch: (centre, context) pairs, or windows with CBOW."""
    if not isinstance(run.corpus, EncodedCorpus):
        return float(run.corpus.n_words)
    kept = float(np.sum((run.keep.astype(np.float64) + 1) / 2.0**32 * np.bincount(run.ids, minlength=len(run.keep))))
    if not run.settings.sg:
        return kept
    others = kept / max(len(run.offsets) - 1, 1) - 1  # a window is cut at its sentence's ends
    return kept * min(run.settings.mean_contexts, max(others, 0.0))


def softmax_seconds(run: Run) -> float:
    """Expected seconds of an epoch on this machine: a few steps on a matrix of the same width are timed."""
    n_words, dim = run.output.shape
    rows, contexts = min(n_words, SAMPLE_ROWS), _core.MAX_CONTEXTS
    output, input = _core.aligned_zeros((rows, dim)), _core.aligned_zeros((contexts, dim))
    target, times = np.zeros(contexts, np.int32), []
    for _ in range(3):
        begun = time.perf_counter()
        _core.softmax_step(input, output, target, 0.0)
        times.append(time.perf_counter() - begun)
    return float(min(times) / contexts * (n_words / rows) * predictions(run) / run.threads)


def announce_cost(run: Run, epochs: int) -> None:
    """Log what the epochs to come will take: a warning if that is long."""
    seconds = softmax_seconds(run) * epochs
    long = seconds > LONG_SECONDS
    logger.log(
        logging.WARNING if long else logging.INFO,
        "objective='softmax' computes all %i words for each prediction: %i epochs of some %.3g predictions will take "
        "about %s with %i threads%s",
        len(run.output), epochs, predictions(run), _duration(seconds), run.threads,
        "; negative sampling computes negative + 1 words for each" if long else "",
    )  # fmt: skip


def _duration(seconds: float) -> str:
    for unit, length in (("days", 86_400.0), ("hours", 3600.0), ("minutes", 60.0)):
        if seconds >= 2 * length:
            return f"{seconds / length:.1f} {unit}"
    return f"{seconds:.0f} seconds"
