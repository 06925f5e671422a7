"""What a person sees while training runs: a log line a second, a bar, or a call of theirs."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cw2v.errors import MissingExtraError, ParameterError

__all__ = ["ProgressState", "Reporter", "check_progress", "reading_log"]

logger = logging.getLogger("cw2v.train")


@dataclass(frozen=True)
class ProgressState:
    """How far training has come.

    Attributes
    ----------
    epoch, epochs : int
        The running epoch, from 0, and how many there are.
    words, total_words : int
        Words of the corpus gone through, and to go through, over all epochs.
    words_per_second : float
        Since training began.
    alpha : float
        Learning rate now.
    finished : bool
        True in the last call.
    """

    epoch: int
    epochs: int
    words: int
    total_words: int
    words_per_second: float
    alpha: float
    finished: bool


def _tqdm() -> Any:
    try:
        from tqdm.auto import tqdm
    except ImportError as error:
        raise MissingExtraError("progress=True draws its bar with tqdm: pip install cw2v[progress]") from error
    return tqdm


def check_progress(progress: object) -> None:
    """Raise now what is wrong with a `progress` argument, before a corpus is read for it."""
    if progress is True:
        _tqdm()
    elif progress is not False and progress is not None and not callable(progress):
        raise ParameterError(f"progress must be True, False or a callable, got {progress!r}")


def reading_log(delay: float = 1.0) -> Callable[[int, int | None], None]:
    """A callback for :func:`cw2v.corpus.scan` that logs how far the reading is, once a `delay` seconds."""
    last = time.perf_counter()

    def report(done: int, total: int | None) -> None:
        nonlocal last
        now = time.perf_counter()
        if now - last >= delay:
            last = now
            if total:
                logger.info("PROGRESS: read %.1f%% of the corpus", 100.0 * done / total)
            else:
                logger.info("PROGRESS: at sentence #%i", done)

    return report


def _bar(total: int) -> Callable[[ProgressState], None]:
    bar: Any = _tqdm()(total=total, unit="word", unit_scale=True, desc="training")

    def show(state: ProgressState) -> None:
        bar.set_postfix(epoch=f"{state.epoch + 1}/{state.epochs}", alpha=f"{state.alpha:.4f}", refresh=False)
        bar.update(state.words - bar.n)
        if state.finished:
            bar.close()

    return show


class Reporter:
    """Passes on the progress of a run: to the log about once a `delay`, and to the caller's `progress`.

    Parameters
    ----------
    progress : bool or callable
        True draws a bar; a callable is given each :class:`ProgressState`.
    epochs : int
    raw_words : int
        Words of the corpus, for one epoch.
    alpha_at : callable
        Learning rate at a share of the run from 0 to 1.
    delay : float
        Seconds between two reports.
    done : float
        Epochs that were over before, in part perhaps: they do not count for the rate.
    """

    def __init__(
        self,
        progress: bool | Callable[[ProgressState], object],
        epochs: int,
        raw_words: int,
        alpha_at: Callable[[float], float],
        delay: float = 1.0,
        done: float = 0.0,
    ) -> None:
        self.before = done * raw_words
        self.epochs, self.raw_words, self.alpha_at, self.delay = epochs, raw_words, alpha_at, max(delay, 0.0)
        self.total = epochs * raw_words
        check_progress(progress)
        self.show: Callable[[ProgressState], object] | None
        if callable(progress):
            self.show = progress
        else:
            self.show = _bar(self.total) if progress else None
        self.begun = self.last = time.perf_counter()

    def update(self, epoch: int, share: float) -> None:
        """Report that `share` (0 to 1) of `epoch` is done, unless the last report is too recent."""
        now = time.perf_counter()
        if now - self.last >= self.delay:
            self.last = now
            self._report(epoch, share, False)

    def finish(self) -> None:
        """Report the end."""
        self._report(self.epochs - 1, 1.0, True)

    def _report(self, epoch: int, share: float, finished: bool) -> None:
        words = round((epoch + share) * self.raw_words)
        rate = (words - self.before) / max(time.perf_counter() - self.begun, 1e-9)
        if not finished:
            logger.info("EPOCH %i - PROGRESS: at %.2f%% examples, %.0f words/s", epoch, 100.0 * share, rate)
        if self.show is not None:
            alpha = self.alpha_at(words / self.total if self.total else 1.0)
            self.show(ProgressState(epoch, self.epochs, words, self.total, rate, alpha, finished))
