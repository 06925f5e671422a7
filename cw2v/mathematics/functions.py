"""The functions between scores and probabilities: logistic, softmax, cross-entropy."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from cw2v.errors import ParameterError
from cw2v.mathematics.arrays import F64

__all__ = ["cross_entropy", "log_sigmoid", "log_softmax", "log_sum_exp", "sigmoid", "softmax"]


def sigmoid(x: ArrayLike) -> F64:
    """1 / (1 + exp(-x)) of every element, without overflow: only exp(-abs(x)) is taken."""
    x = np.asarray(x, dtype=np.float64)
    small = np.exp(-np.abs(x))
    return np.asarray(np.where(x >= 0, 1.0, small) / (1.0 + small))


def log_sigmoid(x: ArrayLike) -> F64:
    """log sigmoid(x) = min(x, 0) - log(1 + exp(-abs(x))) of every element, without overflow or cancellation."""
    x = np.asarray(x, dtype=np.float64)
    return np.asarray(np.minimum(x, 0.0) - np.log1p(np.exp(-np.abs(x))))


def _scores(x: ArrayLike) -> F64:
    scores = np.asarray(x, dtype=np.float64)
    if scores.ndim == 0 or scores.shape[-1] == 0:
        raise ParameterError(f"x must have at least one score in its last axis, got shape {scores.shape}")
    return scores


def log_sum_exp(x: ArrayLike) -> F64:
    """log sum_i exp(x_i) over the last axis, as max x + log sum_i exp(x_i - max x), so that nothing overflows.

    >>> round(float(log_sum_exp([10_000.0, 10_000.0])) - 10_000, 6)
    0.693147
    """
    scores = _scores(x)
    largest = scores.max(axis=-1, keepdims=True)
    return np.asarray(largest[..., 0] + np.log(np.exp(scores - largest).sum(axis=-1)))


def log_softmax(x: ArrayLike) -> F64:
    """x_o - log sum_i exp(x_i) over the last axis: the logarithm of :func:`softmax`, exact where that rounds to 0."""
    scores = _scores(x)
    shifted = scores - scores.max(axis=-1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True)))


def softmax(x: ArrayLike) -> F64:
    """Probabilities exp(x_o) / sum_i exp(x_i) over the last axis (document 001, eq. 1).

    A constant added to all scores changes nothing, so the largest is taken out first: no score is too large.

    Parameters
    ----------
    x : array_like (..., V)
        V >= 1 scores.

    Returns
    -------
    ndarray of float64 (..., V)
        From 0 to 1; the last axis sums to 1.

    Raises
    ------
    ParameterError
        There are no scores.

    Examples
    --------
    >>> softmax([0.0, np.log(3.0)]).round(4).tolist()
    [0.25, 0.75]
    >>> softmax([10_000.0, -10_000.0]).tolist()
    [1.0, 0.0]
    """
    return np.exp(log_softmax(x))


def cross_entropy(true: ArrayLike, predicted: ArrayLike) -> float:
    """-sum_w y_w log y^_w of the true distribution y and the predicted one, y^ (document 001, eq. 3).

    With a one-hot `true` this is -log of the one predicted probability that counts. 0 log 0 is 0.

    Parameters
    ----------
    true, predicted : array_like (V,)
        Probabilities; each at least 0.

    Returns
    -------
    float
        Natural logarithms; infinite where something is predicted with probability 0 and happens.

    Raises
    ------
    ParameterError
        The shapes differ, or a probability is negative.

    Examples
    --------
    >>> round(cross_entropy([0, 1, 0], [0.2, 0.5, 0.3]), 4) == round(-float(np.log(0.5)), 4)
    True
    """
    y, p = np.asarray(true, dtype=np.float64), np.asarray(predicted, dtype=np.float64)
    if y.ndim != 1 or y.shape != p.shape:
        raise ParameterError(f"true and predicted must be two distributions (V,), got shapes {y.shape} and {p.shape}")
    if (y < 0).any() or (p < 0).any():
        raise ParameterError("true and predicted must be probabilities of at least 0, got a negative one")
    happens = y > 0
    with np.errstate(divide="ignore"):  # the infinity is the answer
        return float(-np.sum(y[happens] * np.log(p[happens]))) + 0.0
