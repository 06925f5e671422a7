"""The largest singular values of a matrix, and their vectors."""

from __future__ import annotations

import secrets
import warnings
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cw2v.cooccurrence.parameters import check
from cw2v.cooccurrence.sparse import SparseMatrix
from cw2v.errors import ParameterError
from cw2v.parameters import Parameter

__all__ = ["truncated_svd"]

Doubles = NDArray[np.float64]
Product = Callable[[Doubles], Doubles]
Svd = tuple[Doubles, Doubles, Doubles]

_DENSE_SIDE = 500  # up to this many rows and columns the exact SVD takes less than a second

_METHOD = Parameter("method", str, "auto", "", choices=("auto", "exact", "randomized"))
_RANK = Parameter("k", int, 1, "", 1)


def truncated_svd(
    matrix: SparseMatrix | NDArray[Any], k: int, *, n_oversamples: int = 10, n_power_iterations: int = 4,
    seed: int | None = 1, workers: int | None = None, method: str = "auto",
) -> Svd:  # fmt: skip
    """The k largest singular values of a matrix with their vectors: A is about U diag(s) V^T.

    Randomised (Halko, Martinsson and Tropp 2011, algorithms 4.4 and 5.1): the range of A is found from its products
    with k + n_oversamples random vectors, sharpened by power iterations with a QR decomposition after each product;
    then the SVD of what A does within that range is exact. Matrices of up to 500 rows and columns are decomposed
    exactly.

    Parameters
    ----------
    matrix : SparseMatrix or array_like of float, (n, m)
    k : int
        From 1 to min(n, m).
    n_oversamples : int, default 10
        More makes the last of the k more exact.
    n_power_iterations : int, default 4
        The same, for matrices whose singular values fall slowly. Two products with A each.
    seed : int or None, default 1
        Of the random vectors; None draws one.
    workers : int or None, default None
        Threads of the sparse products; None is one per processor. Changes no result.
    method : {"auto", "exact", "randomized"}, default "auto"
        "exact" makes a dense copy of the matrix.

    Returns
    -------
    U : ndarray of float64, (n, k)
    s : ndarray of float64, (k,)
        Falling.
    V : ndarray of float64, (m, k)
        Not transposed. The sign of a pair of vectors is such that the largest component of U's column, by absolute
        value, is positive (the first of equals).

    Raises
    ------
    ParameterError
        `k` is larger than min(n, m); the matrix is zero or not finite; an argument is out of its range.

    Warns
    -----
    RuntimeWarning
        The rank of the matrix (singular values above max(n, m) * eps * s[0]) is smaller than k: that many columns are
        returned.
    """
    values = check(n_oversamples=n_oversamples, n_power_iterations=n_power_iterations, seed=seed)
    method, k = _METHOD.check(method), _RANK.check(k)
    a = matrix if isinstance(matrix, SparseMatrix) else np.asarray(matrix, np.float64)
    _check_matrix(a, k)
    if method == "exact" or (method == "auto" and max(a.shape) <= _DENSE_SIDE):
        u, s, vt = np.linalg.svd(a.toarray() if isinstance(a, SparseMatrix) else a, full_matrices=False)
        v = vt.T
    else:
        times, back = _products(a, workers)
        n_vectors = min(k + values["n_oversamples"], *a.shape)
        rng = np.random.default_rng(secrets.randbits(64) if values["seed"] is None else values["seed"])
        start = rng.standard_normal((a.shape[1], n_vectors))
        u, s, v = _randomized(times, back, start, values["n_power_iterations"])
    return _fixed_signs(*_of_rank(u[:, :k], s[:k], v[:, :k], max(a.shape), k))


def _products(a: SparseMatrix | Doubles, workers: int | None) -> tuple[Product, Product]:
    """x -> A x and x -> A^T x."""
    if isinstance(a, SparseMatrix):
        return partial(a.dot, workers=workers), partial(a.transposed_dot, workers=workers)
    return partial(np.matmul, a), partial(np.matmul, a.T)


def _check_matrix(a: SparseMatrix | Doubles, k: int) -> None:
    if isinstance(a, np.ndarray) and a.ndim != 2:
        raise ParameterError(f"matrix must have two dimensions, got {a.ndim}")
    if k > min(a.shape):
        raise ParameterError(f"k must be at most {min(a.shape)}, the smaller side of the matrix {a.shape}, got {k}")
    entries = a.data if isinstance(a, SparseMatrix) else a
    if not np.isfinite(entries).all():
        raise ParameterError("matrix must be finite, it has NaN or infinity")
    if not entries.any():
        raise ParameterError(f"matrix must have an entry that is not zero, got {a.shape} zeros")


def _randomized(times: Product, back: Product, start: Doubles, n_iterations: int) -> Svd:
    """Range finder by subspace iteration (algorithm 4.4), then the SVD within the range (algorithm 5.1)."""
    basis = _qr(times(start))[0]
    for _ in range(n_iterations):
        # Without a QR after each product all columns would turn towards the first singular vector.
        basis = _qr(times(_qr(back(basis))[0]))[0]
    # A is about Q B with B = Q^T A; B^T = A^T Q is tall, so its QR comes first and the SVD is of a small square.
    rows, small = _qr(back(basis))
    left, s, right_t = np.linalg.svd(small)
    return basis @ right_t.T, s, rows @ left


def _qr(x: Doubles) -> tuple[Doubles, Doubles]:
    """Orthonormal Q (n, l) and upper triangular R (l, l) with x = Q R, for n >= l.

    Cholesky QR, twice (Yamamoto et al. 2015), is a few products of matrices and several times as fast as NumPy's QR,
    whose threads meet at every column. It needs columns that are well apart; where they are not, NumPy's QR it is.
    """
    q, r = x, np.eye(x.shape[1])
    try:
        with np.errstate(all="ignore"):
            for _ in range(2):
                factor = np.linalg.cholesky(q.T @ q)
                q, r = q @ np.linalg.inv(factor).T, factor.T @ r
            error = np.abs(q.T @ q - np.eye(x.shape[1])).max()
    except np.linalg.LinAlgError:
        error = np.inf
    if not error < 1e-13 * len(x) ** 0.5:
        q, r = np.linalg.qr(x)
    return q, r


def _of_rank(u: Doubles, s: Doubles, v: Doubles, side: int, k: int) -> Svd:
    """Leave out the columns whose singular values are rounding errors."""
    rank = int((s > side * np.finfo(np.float64).eps * s[0]).sum())
    if rank < k:
        warnings.warn(f"the matrix has rank {rank}: {rank} columns are returned, not k={k}", RuntimeWarning,
                      stacklevel=3)  # fmt: skip
    return u[:, :rank], s[:rank], v[:, :rank]


def _fixed_signs(u: Doubles, s: Doubles, v: Doubles) -> Svd:
    largest = np.abs(u).argmax(axis=0)
    signs = np.where(u[largest, np.arange(len(s))] < 0.0, -1.0, 1.0)
    return u * signs, s, v * signs
