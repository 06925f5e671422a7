"""Cosine similarity, and the angle between vectors (documents 002 and 004)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from cw2v.errors import ParameterError
from cw2v.mathematics.arrays import F64

__all__ = ["angle", "cosine"]


def _unit(p: ArrayLike, q: ArrayLike) -> tuple[F64, F64]:
    """Both of length 1; zeros stay zeros. Divided by their largest number first, so that no square overflows."""
    units = []
    for name, value in (("p", p), ("q", q)):
        x = np.asarray(value, dtype=np.float64)
        if x.ndim == 0:
            raise ParameterError(f"{name} must be a vector (D,) or rows of them, got the number {value!r}")
        for scale in (np.abs(x).max(axis=-1, keepdims=True, initial=0.0), None):
            by = np.linalg.norm(x, axis=-1, keepdims=True) if scale is None else scale
            x = x / np.where(by == 0, 1.0, by)
        units.append(x)
    if units[0].shape[-1] != units[1].shape[-1]:
        raise ParameterError(f"p and q must have the same length, got {units[0].shape[-1]} and {units[1].shape[-1]}")
    return units[0], units[1]


def cosine(p: ArrayLike, q: ArrayLike) -> F64:
    """cos theta = p . q / (|p| |q|), kept within -1 and 1, which rounding may overstep.

    Parameters
    ----------
    p, q : array_like (..., D)
        Vectors, or rows of vectors that broadcast against each other.

    Returns
    -------
    ndarray of float64 (...)
        0 where a vector is zero: it has no direction.

    Raises
    ------
    ParameterError
        The vectors are of different lengths.

    Examples
    --------
    >>> float(cosine([3.0, 4.0], [4.0, 3.0]).round(12))
    0.96
    >>> cosine([1.0, 0.0], [[2.0, 0.0], [0.0, 5.0], [-3.0, 0.0], [0.0, 0.0]]).tolist()
    [1.0, 0.0, -1.0, 0.0]
    """
    a, b = _unit(p, q)
    return np.asarray(np.clip((a * b).sum(axis=-1), -1.0, 1.0))


def angle(p: ArrayLike, q: ArrayLike) -> F64:
    """theta = arccos(p . q / (|p| |q|)), from 0 to pi (document 004).

    Computed as 2 arctan(|a - b| / |a + b|) of the unit vectors a and b, which is the same but exact to the last digits
    also for small angles, where the cosine is 1 to all of them (Kahan 2006: How futile are mindless assessments of
    roundoff in floating-point computation?, section 12).

    Parameters and errors are those of :func:`cosine`.

    Returns
    -------
    ndarray of float64 (...)
        pi / 2 where a vector is zero, as its cosine is 0.

    Examples
    --------
    >>> bool(angle([0.1, 0.7], [0.1, 0.7]) == 0), bool(angle([0.1, 0.7], [-0.1, -0.7]) == np.pi)
    (True, True)
    """
    a, b = _unit(p, q)
    apart, together = np.linalg.norm(a - b, axis=-1), np.linalg.norm(a + b, axis=-1)
    return np.asarray(np.where((apart == 0) & (together == 0), np.pi / 2, 2.0 * np.arctan2(apart, together)))
