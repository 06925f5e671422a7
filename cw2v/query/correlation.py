"""Pearson's and Spearman's correlation with their p-values, without SciPy."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

__all__ = ["CorrelationResult", "pearson", "spearman"]

Floats = npt.NDArray[np.floating[Any]]


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
