"""k-means over directions."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from cw2v.errors import ParameterError
from cw2v.query.formulas import normalized
from cw2v.query.search import cosines, nearest

__all__ = ["Clusters", "kmeans"]

Floats = npt.NDArray[np.floating[Any]]

_SEEDED_FROM = 40  # rows a cluster that the first centres are chosen among
_ROWS_AT_ONCE = 1 << 14


class Clusters(NamedTuple):
    """The cluster of each row, the clusters' directions, and how near the rows are to them."""

    labels: npt.NDArray[np.int64]  # (V,)
    centers: npt.NDArray[np.float32]  # (k, D), of length 1
    score: float  # mean cosine of a row with its centre


def kmeans(vectors: Floats, k: int, seed: int = 1, iterations: int = 50, restarts: int = 1) -> Clusters:
    """Group rows by direction (spherical k-means, Dhillon & Modha 2001), first centres as in k-means++.

    Parameters
    ----------
    vectors : ndarray of float (V, D)
        Finite. Rows of zeros are near nothing and go to the first cluster.
    k : int
        1 to V.
    seed : int, default 1
        The same seed gives the same clusters, whatever the number of threads.
    iterations : int, default 50
        At most so many; it ends when no row changes its cluster.
    restarts : int, default 1
        The best of so many runs, by `score`.

    Returns
    -------
    Clusters

    Raises
    ------
    ParameterError
        An argument out of its range, or vectors that are not finite.
    """
    if not 1 <= k <= len(vectors):
        raise ParameterError(f"k must be from 1 to the number of vectors, {len(vectors)}, got {k}")
    if iterations < 1 or restarts < 1:
        raise ParameterError(f"iterations and restarts must be at least 1, got {iterations} and {restarts}")
    unit = normalized(np.asarray(vectors, np.float32))
    if not np.isfinite(unit).all():
        raise ParameterError("vectors must be finite, got NaN or infinity")
    runs = (_run(unit, k, np.random.default_rng([seed, run]), iterations) for run in range(restarts))
    return max(runs, key=lambda clusters: clusters.score)


def _run(unit: npt.NDArray[np.float32], k: int, rng: np.random.Generator, iterations: int) -> Clusters:
    centers = _first_centers(unit, k, rng)
    labels = np.full(len(unit), -1, np.int64)
    for _ in range(iterations):
        new, near = _assign(unit, centers)
        changed, labels = bool((new != labels).any()), new
        if not changed:
            break
        centers = _means(unit, labels, near, k)
    labels, near = _assign(unit, centers)
    return Clusters(labels, centers, float(near.mean()))


def _first_centers(unit: npt.NDArray[np.float32], k: int, rng: np.random.Generator) -> npt.NDArray[np.float32]:
    """Rows, each chosen with a chance that grows with its distance from those before (Arthur & Vassilvitskii 2007)."""
    some = unit[np.sort(rng.permutation(len(unit))[: _SEEDED_FROM * k + 1000])]
    chosen = [int(rng.integers(len(some)))]
    far = np.full(len(some), np.inf)
    for _ in range(k - 1):
        far = np.minimum(far, np.maximum(1 - cosines(some, some[chosen[-1:]])[0].astype(np.float64), 0))
        far[chosen] = 0
        total = far.sum()
        if total:
            at = int(np.searchsorted(np.cumsum(far), rng.random() * total, "right"))
        else:  # all that is left are copies of centres: any row will do
            at = int(rng.integers(len(some)))
        chosen.append(min(at, len(some) - 1))
    return some[chosen]


def _assign(
    unit: npt.NDArray[np.float32], centers: npt.NDArray[np.float32]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
    """Nearest centre of each row, and its cosine."""
    parts = [nearest(centers, unit[at : at + _ROWS_AT_ONCE], 1) for at in range(0, len(unit), _ROWS_AT_ONCE)]
    labels, near = (np.concatenate([part[i][:, 0] for part in parts]) for i in (0, 1))
    return labels, near


def _means(
    unit: npt.NDArray[np.float32], labels: npt.NDArray[np.int64], near: npt.NDArray[np.float32], k: int
) -> npt.NDArray[np.float32]:
    """Directions of the clusters' sums; a cluster that lost all its rows begins again with one that is far off."""
    order = np.argsort(labels, kind="stable")
    found, begin = np.unique(labels[order], return_index=True)
    centers = np.zeros((k, unit.shape[1]))
    centers[found] = np.add.reduceat(unit[order], begin, axis=0, dtype=np.float64)
    empty = np.setdiff1d(np.arange(k), found)
    centers[empty] = unit[np.argsort(near, kind="stable")[: len(empty)]]
    return normalized(centers).astype(np.float32)
