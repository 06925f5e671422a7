"""Questions about vectors and scores: pure functions over arrays, which know no keys and no files.

A row of zeros has no direction; its similarity to anything is 0 here, never NaN. Among equal similarities the
lower row comes first.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from cw2v.errors import ParameterError

__all__ = [
    "COSMUL_EPSILON", "EmptyListError", "centrality", "cosine_similarities", "cosmul_scores", "mean_vector",
    "normalized", "norms", "ranked", "top_rows",
]

Floats = npt.NDArray[np.floating[Any]]

COSMUL_EPSILON = 1e-6
_TRUSTED = (1e-16, 1e16), (1e-150, 1e150)  # lengths whose squares are well within float32, and within float64


class EmptyListError(ParameterError, ZeroDivisionError):
    """A list of keys is empty where an average is asked for."""


def norms(vectors: Floats) -> Floats:
    """Euclidean length (V,) of each row of (V, D), in float32 at least."""
    rows = vectors if vectors.dtype.itemsize >= 4 else vectors.astype(np.float32)
    with np.errstate(over="ignore", under="ignore"):
        lengths: Floats = np.sqrt(np.einsum("ij,ij->i", rows, rows))
    low, high = _TRUSTED[lengths.dtype.itemsize > 4]
    extreme = ~((lengths > low) & (lengths < high))
    if extreme.any():  # their squares left the type's range, or nearly
        most, scaled = _scaled(rows[extreme])
        with np.errstate(over="ignore", under="ignore"):
            lengths[extreme] = most * np.sqrt(np.einsum("ij,ij->i", scaled, scaled))
    return lengths


def _scaled(rows: Floats) -> tuple[Floats, Floats]:
    """Size of each row's largest element, and the rows over it, in float64."""
    wide = rows.astype(np.float64)
    most: Floats = np.abs(wide).max(axis=1, initial=0)
    return most, wide / np.where((most > 0) & np.isfinite(most), most, 1)[:, None]


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
    unit = (rows / np.where(lengths == 0, lengths.dtype.type(1), lengths)[:, None]).astype(rows.dtype, copy=False)
    endless = np.isinf(lengths)
    if endless.any():  # the length is beyond the type, or the row is not finite
        scaled = _scaled(rows[endless])[1]
        unit[endless] = scaled / np.sqrt(np.einsum("ij,ij->i", scaled, scaled))[:, None]
    return unit if np.ndim(vectors) == 2 else unit.reshape(np.shape(vectors))


def cosine_similarities(vector_1: Floats, vectors_all: Floats) -> Floats:
    """Cosine of the angle between one vector and each row of a matrix.

    Parameters
    ----------
    vector_1 : ndarray of float (D,)
    vectors_all : ndarray of float (V, D)

    Returns
    -------
    ndarray of float (V,)
        0 where either vector is zero.

    Raises
    ------
    ParameterError
        The dimensions differ.
    """
    if np.ndim(vector_1) != 1 or np.ndim(vectors_all) != 2 or len(vector_1) != vectors_all.shape[1]:
        raise ParameterError(
            f"a vector of shape ({np.shape(vectors_all)[-1]},) is expected, got {np.shape(vector_1)}"
        )
    lengths = norms(vectors_all)
    scores: Floats = vectors_all @ normalized(vector_1)
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
