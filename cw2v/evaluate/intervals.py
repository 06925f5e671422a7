"""Confidence intervals of the scores."""

from __future__ import annotations

import math

from cw2v.errors import ParameterError

__all__ = ["fisher", "wilson"]


def _quantile(confidence: float) -> float:
    if not 0 < confidence < 1:
        raise ParameterError(f"confidence must be between 0 and 1, got {confidence}")
    from statistics import NormalDist  # here, since it loads much that nothing else needs

    return NormalDist().inv_cdf((1 + confidence) / 2)


def wilson(right: int, n: int, confidence: float = 0.95) -> tuple[float, float]:
    """Interval of a share, from `right` of `n` answers (Wilson 1927).

    It takes answers for independent; questions that share words are less than that, so it is rather too narrow.
    NaN without answers.
    """
    z = _quantile(confidence)
    if n < 1:
        return math.nan, math.nan
    share, square = right / n, z * z / n
    middle = (share + square / 2) / (1 + square)
    half = z / (1 + square) * math.sqrt(share * (1 - share) / n + square / (4 * n))
    return max(0.0, middle - half), min(1.0, middle + half)


def fisher(r: float, n: int, confidence: float = 0.95, rank: bool = True) -> tuple[float, float]:
    """Interval of a correlation of n pairs: normal in atanh r (Fisher 1921), with variance 1 / (n - 3).

    With `rank` Spearman's, whose variance is (1 + r^2 / 2) / (n - 3) (Bonett & Wright 2000). NaN below four pairs.
    """
    z = _quantile(confidence)
    if n < 4 or math.isnan(r):
        return math.nan, math.nan
    if abs(r) >= 1:
        return r, r
    half = z * math.sqrt((1 + r * r / 2 if rank else 1) / (n - 3))
    return math.tanh(math.atanh(r) - half), math.tanh(math.atanh(r) + half)
