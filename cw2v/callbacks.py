"""Objects that :meth:`cw2v.Word2Vec.train` calls while it trains.

Anything with gensim's four hooks will do; :class:`CallbackAny2Vec` has them all, doing nothing.
"""

from __future__ import annotations

import logging
import math
import numbers
from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cw2v.errors import ParameterError, StopTraining

if TYPE_CHECKING:
    from cw2v.word2vec import Word2Vec

__all__ = ["CallbackAny2Vec", "EarlyStopping"]

logger = logging.getLogger("cw2v.train")


class CallbackAny2Vec:
    """The four hooks, to be overridden; each is given the model, whose vectors are up to date and may be changed."""

    def on_train_begin(self, model: Word2Vec) -> None:
        """Before the first epoch."""

    def on_epoch_begin(self, model: Word2Vec) -> None:
        """Before each epoch."""

    def on_epoch_end(self, model: Word2Vec) -> None:
        """After each epoch. Raise ``cw2v.StopTraining`` to end training here."""

    def on_train_end(self, model: Word2Vec) -> None:
        """After the last epoch."""


class EarlyStopping(CallbackAny2Vec):
    """Stop when a figure has not become better for some epochs.

    Parameters
    ----------
    monitor : {"loss"}, callable, or sentences; default "loss"
        "loss" is the mean training loss of the epoch and needs ``compute_loss=True``. A callable is given ``model.wv``
        after each epoch and returns a number. Anything else is a held-out corpus, a list of sentences, whose mean loss
        (:meth:`cw2v.Word2Vec.mean_loss`) is taken.
    patience : int, default 2
        Epochs without a better figure before training stops, at least 1.
    restore_best : bool, default True
        Give the model the weights of its best epoch at the end, whether training was stopped or not.
    min_delta : float, default 0
        A figure is better only if it is by more than this.
    mode : {"min", "max"}, optional
        Whether small or large figures are better. A loss is "min"; for a callable it must be given.

    It keeps nothing in a checkpoint: a resumed run is watched from its resuming on. Give it after other callbacks,
    which do not see the end of an epoch that it has stopped.

    Attributes
    ----------
    history : list of float
        The figure after each epoch.
    best : float or None
        The best of them.
    best_epoch : int or None
        Its epoch, from 0.
    stopped : bool
        Whether patience ran out, be it at the last epoch.

    Examples
    --------
    >>> from cw2v import EarlyStopping, Word2Vec
    >>> sentences = [["the", "king", "rules"], ["the", "queen", "rules"]] * 20
    >>> stopping = EarlyStopping(monitor=lambda wv: wv.similarity("king", "queen"), mode="max", patience=1)
    >>> model = Word2Vec(sentences, vector_size=8, min_count=1, epochs=3, workers=1, callbacks=[stopping])
    >>> len(stopping.history) <= 3
    True
    """

    def __init__(
        self,
        monitor: str | Callable[[Any], float] | Iterable[Iterable[Hashable]] = "loss",
        patience: int = 2,
        restore_best: bool = True,
        min_delta: float = 0.0,
        mode: str | None = None,
    ) -> None:
        if isinstance(monitor, str) and monitor != "loss":
            raise ParameterError(f"monitor must be 'loss', a callable or held-out sentences, got {monitor!r}")
        if not isinstance(monitor, str) and not callable(monitor) and isinstance(monitor, Iterator):
            raise ParameterError("monitor is an iterator, which can be read only once: pass a list of sentences")
        if mode not in ("min", "max", None):
            raise ParameterError(f"mode must be 'min' or 'max', got {mode!r}")
        if callable(monitor) and mode is None:
            raise ParameterError("mode must be 'min' or 'max' with a callable: say whether small or large is better")
        if not callable(monitor) and mode == "max":
            raise ParameterError("mode must be 'min' for a loss: small is better")
        if not isinstance(monitor, str | Iterable) and not callable(monitor):
            raise ParameterError(f"monitor must be 'loss', a callable or held-out sentences, got {monitor!r}")
        if not _is_number(patience) or not 1 <= patience < math.inf or int(patience) != patience:
            raise ParameterError(f"patience must be an integer of at least 1, got {patience!r}")
        if not _is_number(min_delta) or not (math.isfinite(min_delta) and min_delta >= 0):
            raise ParameterError(f"min_delta must be a finite number of at least 0, got {min_delta!r}")
        self.monitor, self.patience, self.restore_best = monitor, int(patience), restore_best
        self.min_delta, self.sign = min_delta, -1.0 if mode == "max" else 1.0
        self._begin()

    def _begin(self) -> None:
        self.history: list[float] = []
        self.best: float | None = None
        self.best_epoch: int | None = None
        self.stopped = False
        self._weights: dict[str, NDArray[np.float32]] = {}

    def on_train_begin(self, model: Word2Vec) -> None:
        """Forget an earlier run."""
        if isinstance(self.monitor, str) and not model.compute_loss:
            raise ParameterError("EarlyStopping(monitor='loss') needs compute_loss=True")
        self._begin()

    def on_epoch_end(self, model: Word2Vec) -> None:
        """Look at the figure; stop if it is time."""
        figure = self._figure(model)
        self.history.append(figure)
        # A figure that is not a number is never better.
        first = self.best is None and not math.isnan(figure)
        if first or (self.best is not None and self.sign * figure < self.sign * self.best - self.min_delta):
            self.best, self.best_epoch = figure, len(self.history) - 1
            if self.restore_best:
                self._weights = {name: weights.copy() for name, weights in _weights_of(model).items()}
        elif len(self.history) - 1 - (-1 if self.best_epoch is None else self.best_epoch) >= self.patience:
            if self.best_epoch is None:
                logger.warning("stopped after epoch %i: %s was never a number", len(self.history), self._name())
            else:
                logger.info("stopped after epoch %i: %s was best after epoch %i with %g", len(self.history),
                            self._name(), self.best_epoch + 1, self.best)
            self.stopped = True
            raise StopTraining

    def on_train_end(self, model: Word2Vec) -> None:
        """Restore the best epoch's weights."""
        for name, weights in _weights_of(model).items() if self._weights else ():
            weights[:] = self._weights[name]
        self._weights = {}

    def _figure(self, model: Word2Vec) -> float:
        if callable(self.monitor):
            return float(self.monitor(model.wv))
        if not isinstance(self.monitor, str):
            return model.mean_loss(self.monitor)
        return model.loss_history[-1] if model.loss_history else math.nan

    def _name(self) -> str:
        if callable(self.monitor):
            return getattr(self.monitor, "__name__", "the figure")
        return "the training loss" if isinstance(self.monitor, str) else "the held-out loss"


def _is_number(value: object) -> bool:
    return isinstance(value, numbers.Real) and not isinstance(value, bool)


def _weights_of(model: Word2Vec) -> dict[str, NDArray[np.float32]]:
    outputs = {name: getattr(model, name) for name in ("syn1neg", "syn1") if hasattr(model, name)}
    return {"vectors": model.wv.vectors, **outputs}
