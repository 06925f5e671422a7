"""Questions about vectors and scores: pure functions over arrays, which know no keys and no files.

A row of zeros has no direction; its similarity to anything is 0 here, never NaN. Among equal similarities the
lower row comes first.
"""

from __future__ import annotations

import math
import numbers
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from cw2v.errors import ParameterError

__all__ = [
    "CorrelationResult", "EmptyListError", "centrality", "cosine_similarities", "cosmul_scores",
    "mean_vector", "normalized", "norms", "parse_weighted", "pearson", "ranked", "spearman", "top_rows",
]

Floats = npt.NDArray[np.floating[Any]]

COSMUL_EPSILON = 1e-6


class EmptyListError(ParameterError, ZeroDivisionError):
    """A list of keys is empty where an average is asked for."""


def norms(vectors: Floats) -> Floats:
    """Euclidean length (V,) of each row of (V, D)."""
    lengths: Floats = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))
    return lengths


def normalized(vectors: Floats) -> Floats:
    """Rows of length 1, in a new array; rows of zeros stay zero.

    Parameters
    ----------
    vectors : ndarray of float (V, D) or (D,)

    Returns
    -------
    ndarray of the same type and shape
    """
    rows = np.atleast_2d(vectors)
    lengths = norms(rows)
    # Dividing by 1 where the length is 0 keeps the zeros without a warning and without NaN.
    unit: Floats = rows / np.where(lengths == 0, lengths.dtype.type(1), lengths)[:, None]
    return unit.reshape(np.shape(vectors))


def cosine_similarities(vector: Floats, vectors: Floats) -> Floats:
    """Cosine of the angle between one vector and each row of a matrix.

    Parameters
    ----------
    vector : ndarray of float (D,)
    vectors : ndarray of float (V, D)

    Returns
    -------
    ndarray of float (V,)
        0 where either vector is zero.

    Raises
    ------
    ParameterError
        The dimensions differ.
    """
    if np.ndim(vector) != 1 or np.ndim(vectors) != 2 or len(vector) != vectors.shape[1]:
        raise ParameterError(
            f"a vector of shape ({np.shape(vectors)[-1]},) is expected, got {np.shape(vector)}"
        )
    lengths = norms(vectors)
    scores: Floats = vectors @ normalized(vector)
    np.divide(scores, lengths, out=scores, where=lengths != 0)
    return scores


def top_rows(scores: Floats, count: int, excluded: Sequence[int] = ()) -> npt.NDArray[np.intp]:
    """Rows of the highest scores, best first; equal scores in the order of their rows.

    Parameters
    ----------
    scores : ndarray of float (V,)
    count : int
        How many; fewer are returned where there are fewer.
    excluded : sequence of int
        Rows that are never returned.

    Returns
    -------
    ndarray of intp
    """
    wanted = min(count + len(set(excluded)), len(scores))
    if count < 1 or wanted == 0:
        return np.empty(0, np.intp)
    low = -scores
    # argpartition alone picks arbitrarily among equal scores at the border: take the border's value, then all
    # of it.
    border = np.partition(low, wanted - 1)[wanted - 1]
    candidates = np.flatnonzero(~(low > border))
    if len(excluded):
        candidates = candidates[~np.isin(candidates, np.asarray(excluded))]
    return candidates[np.argsort(low[candidates], kind="stable")][:count]


def ranked(
    scores: Floats, keys: Sequence[Any], topn: int, excluded: Sequence[int] = (), start: int = 0
) -> list[tuple[Any, float]]:
    """The best keys with their scores.

    Parameters
    ----------
    scores : ndarray of float (n,)
        Scores of the rows from `start` on.
    keys : sequence
        Keys of all rows.
    topn : int
        How many; below 1 none.
    excluded : sequence of int
        Rows, counted from 0 whatever `start` is, that are left out.
    start : int, default 0

    Returns
    -------
    list of (key, float)
    """
    inside = [row - start for row in excluded if 0 <= row - start < len(scores)]
    return [(keys[start + row], float(scores[row])) for row in top_rows(scores, topn, inside).tolist()]


def parse_weighted(items: Any, weight: float, is_key: Callable[[Any], bool]) -> list[tuple[Any, float]]:
    """Bring every form in which keys and vectors may be given into one list.

    Parameters
    ----------
    items : None, key, vector, matrix, or sequence of keys, vectors, (key, weight) and (vector, weight)
    weight : float
        Weight of what comes without one. What comes with one keeps it, sign and all, as in gensim.
    is_key : callable
        Whether an object is in the vocabulary; a tuple may be a key.

    Returns
    -------
    list of (key or ndarray, float)
    """
    if items is None:
        return []
    if isinstance(items, np.ndarray):
        return [(row, weight) for row in np.atleast_2d(items)]
    if _is_weighted(items, is_key):
        return [(items[0], float(items[1]))]
    if isinstance(items, str | bytes | numbers.Integral) or (isinstance(items, tuple) and is_key(items)):
        return [(items, weight)]
    try:
        each = list(items)
    except TypeError:
        return [(items, weight)]
    return [
        (item[0], float(item[1])) if _is_weighted(item, is_key) else (item, weight) for item in each
    ]


def _is_weighted(item: Any, is_key: Callable[[Any], bool]) -> bool:
    return (
        isinstance(item, tuple) and len(item) == 2 and isinstance(item[1], numbers.Real)
        and not isinstance(item[0], list | tuple | set) and not is_key(item)
    )


def mean_vector(vectors: Floats, weights: Floats, normalize: bool) -> Floats:
    """Weighted mean: the weighted sum over the sum of the weights' sizes.

    Parameters
    ----------
    vectors : ndarray of float (n, D)
    weights : ndarray of float (n,)
        May be negative.
    normalize : bool
        Bring the mean to length 1.

    Returns
    -------
    ndarray (D,) of the vectors' type
        Zeros where there is nothing to average.
    """
    total = float(np.abs(weights).sum())
    mean: Floats = (weights.astype(vectors.dtype) @ vectors) / vectors.dtype.type(total or 1.0)
    return normalized(mean) if normalize else mean


def cosmul_scores(vectors: Floats, positive: Floats, negative: Floats) -> Floats:
    """Scores of Levy and Goldberg's multiplicative analogy (3CosMul), each cosine moved to 0..1.

    Parameters
    ----------
    vectors : ndarray of float (V, D)
    positive, negative : ndarray of float (p, D), (n, D)

    Returns
    -------
    ndarray of float (V,)
    """
    def product(rows: Floats) -> Floats:
        shifted = [(1 + cosine_similarities(row, vectors)) / 2 for row in rows]
        one = np.ones(len(vectors), vectors.dtype)
        factor: Floats = np.prod([one, *shifted], axis=0, dtype=vectors.dtype)
        return factor

    scores: Floats = product(positive) / (product(negative) + vectors.dtype.type(COSMUL_EPSILON))
    return scores


def centrality(vectors: Floats, use_norm: bool) -> Floats:
    """Dot product (n,) of each row of (n, D) with the mean of all rows, which is brought to length 1.

    With `use_norm` the rows are brought to length 1 first.
    """
    rows = normalized(vectors) if use_norm else vectors
    scores: Floats = rows @ normalized(rows.mean(axis=0))
    return scores


class CorrelationResult(NamedTuple):
    """A correlation coefficient, and the probability of one as large between unrelated samples."""

    statistic: float
    pvalue: float


def pearson(x: Floats, y: Floats) -> CorrelationResult:
    """Pearson's linear correlation of two samples, with its two-sided p-value (Student's t, n - 2 degrees).

    Parameters
    ----------
    x, y : ndarray of float (n,)
        n at least 2.

    Returns
    -------
    CorrelationResult
        NaN for both if a sample is constant; the p-value of two points is 1.
    """
    dx, dy = x - x.mean(), y - y.mean()
    scale = math.sqrt(float(dx @ dx) * float(dy @ dy))
    # The mean of equal numbers may miss them by a rounding error, so `scale` alone does not tell.
    if scale == 0 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return CorrelationResult(math.nan, math.nan)
    r = min(1.0, max(-1.0, float(dx @ dy) / scale))
    # t^2 = r^2 (n-2) / (1-r^2) turns Student's tail into the incomplete beta function at 1 - r^2.
    return CorrelationResult(r, 1.0 if len(x) == 2 else _beta_tail(len(x) / 2 - 1, (1 - r) * (1 + r)))


def spearman(x: Floats, y: Floats) -> CorrelationResult:
    """Spearman's rank correlation: :func:`pearson` of the ranks, ties at their mean rank."""
    return pearson(_ranks(x), _ranks(y))


def _ranks(x: Floats) -> Floats:
    _, place, count = np.unique(x, return_inverse=True, return_counts=True)
    ranks: Floats = (np.cumsum(count) - (count - 1) / 2)[place.reshape(-1)]
    return ranks


def _beta_tail(a: float, x: float, b: float = 0.5) -> float:
    """Regularized incomplete beta function I_x(a, b), by its continued fraction (Lentz; DLMF 8.17.22)."""
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    if x > (a + 1) / (a + b + 2):  # the fraction converges fast on the other side
        return 1 - _beta_tail(b, 1 - x, a)
    log_beta = math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)
    front = math.exp(a * math.log(x) + b * math.log1p(-x) - log_beta)
    fraction, c, d = 1.0, math.inf, 1.0
    for m in range(1000):
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        even = (m + 1) * (b - m - 1) * x / ((a + 2 * m + 1) * (a + 2 * m + 2))
        for term in (odd, even):
            d = 1 / (1 + term * d)
            c = 1 + term / c
            fraction *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return front * fraction / a
