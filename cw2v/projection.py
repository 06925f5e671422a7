"""Vectors in two dimensions: rank-2 singular value decomposition, or a method that the caller brings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from cw2v.errors import ParameterError

__all__ = ["explained", "project"]

_ROWS_AT_ONCE = 65_536
_TIE = 1 - 1e-9


def project(vectors: npt.NDArray[Any], method: Any = "svd", names: Sequence[Any] | None = None) -> npt.NDArray[Any]:
    """Coordinates of each vector in the plane.

    "svd": the centred matrix X = vectors - mean is U S V^T, and the coordinates are the first two columns of U S,
    which is the plane nearest to the vectors by squared distance (Eckart and Young 1936; principal components).
    They are computed as X V, with V from the R of a QR decomposition taken block by block, so that no second matrix
    of V rows is made. The sign of a column is such that its entry of greatest magnitude is positive.

    Parameters
    ----------
    vectors : ndarray of float (n, D)
        n >= 1, D >= 1, finite.
    method : "svd" or object
        An object (not a class) whose ``fit_transform`` takes an ndarray of float64 (n, D) and returns (n, 2), as
        those of scikit-learn do.
    names : sequence of length n, optional
        What the rows are, for the messages.

    Returns
    -------
    ndarray of float64 (n, 2)
        A column of zeros where the vectors span less than two dimensions.

    Raises
    ------
    ParameterError
        No vectors, one that is not finite, or another `method`; one that returns another shape.
    """
    if vectors.ndim != 2 or 0 in vectors.shape:
        raise ParameterError(f"vectors must have shape (n, D) with n and D at least 1, got {vectors.shape}")
    finite = np.isfinite(vectors).all(axis=1)
    if not finite.all():
        row = int(np.argmin(finite))
        raise ParameterError(f"vectors must be finite; that of {row if names is None else names[row]!r} is not")
    if isinstance(method, str) and method == "svd":
        return _svd(vectors)
    if isinstance(method, type) or not callable(getattr(method, "fit_transform", None)):
        raise ParameterError(f"method must be 'svd' or an object with fit_transform, got {method!r}")
    plane = np.asarray(method.fit_transform(vectors.astype(np.float64)), np.float64)
    if plane.shape != (len(vectors), 2) or not np.isfinite(plane).all():
        expected = f"finite coordinates of shape {(len(vectors), 2)}"
        raise ParameterError(f"method.fit_transform must return {expected}, got shape {plane.shape}: {method!r}")
    return plane


def explained(vectors: npt.NDArray[Any], plane: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Share (2,) of the vectors' variance that each axis of their rank-2 projection has; zeros if there is none."""
    total = sum(float(np.square(block).sum()) for block in _centred_blocks(vectors))
    shares: npt.NDArray[Any] = np.square(plane).sum(axis=0) / (total or 1.0)
    return shares


def _centred_blocks(vectors: npt.NDArray[Any]) -> Any:
    mean = vectors.mean(axis=0, dtype=np.float64)
    return (vectors[start : start + _ROWS_AT_ONCE] - mean for start in range(0, len(vectors), _ROWS_AT_ONCE))


def _svd(vectors: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    triangle: npt.NDArray[Any] = np.empty((0, vectors.shape[1]))
    for block in _centred_blocks(vectors):
        triangle = np.linalg.qr(np.concatenate([triangle, block]), mode="r")  # type: ignore[assignment]
    # X = Q R, and Q only turns: R has the singular values and the right vectors of X.
    axes = np.linalg.svd(triangle, full_matrices=False)[2][:2]
    plane = np.zeros((len(vectors), 2))
    plane[:, : len(axes)] = np.concatenate([block @ axes.T for block in _centred_blocks(vectors)])
    size = np.abs(plane)
    # The first of the entries that are greatest but for rounding: which of two equal ones is must not be chance.
    first = (size >= size.max(axis=0) * _TIE).argmax(axis=0)
    plane *= np.where(plane[first, [0, 1]] < 0, -1.0, 1.0)
    return plane
