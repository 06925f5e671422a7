"""A sparse matrix by rows, with what counting and the SVD need of one."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cw2v._cooccur import Csr
from cw2v.cooccurrence.blocks import cut, run_blocks
from cw2v.cooccurrence.parameters import threads
from cw2v.errors import MissingExtraError, ParameterError

__all__ = ["SparseMatrix"]

Doubles = NDArray[np.float64]

_BLOCK = 1 << 20  # multiplications that are worth a thread's turn


class SparseMatrix:
    """A matrix in compressed sparse rows (CSR). Not changed once it is made.

    Parameters
    ----------
    indptr : array_like of int64, (n + 1,)
        Rising from 0: row i has ``indices[indptr[i]:indptr[i + 1]]`` and the same of `data`.
    indices : array_like of int32, (nnz,)
        Columns, rising within each row.
    data : array_like of float64, (nnz,)
    shape : (n, m)
        Rows and columns, each below 2**31.

    Raises
    ------
    ParameterError
        The arrays do not fit together.

    Examples
    --------
    >>> matrix = SparseMatrix([0, 1, 3], [1, 0, 1], [2, 1, 3], (2, 2))
    >>> matrix.toarray().tolist()
    [[0.0, 2.0], [1.0, 3.0]]
    >>> (matrix @ [1, 1]).tolist()
    [2.0, 4.0]
    """

    __array_ufunc__ = None  # so that ndarray @ matrix asks __rmatmul__

    def __init__(self, indptr: ArrayLike, indices: ArrayLike, data: ArrayLike, shape: tuple[int, int]) -> None:
        self.indptr = _read_only(indptr, np.int64)
        self.indices = _read_only(indices, np.int32)
        self.data = _read_only(data, np.float64)
        self.shape = int(shape[0]), int(shape[1])
        if len(self.indptr) != self.shape[0] + 1:
            raise ParameterError(f"indptr must have one element more than {self.shape[0]} rows, got {len(self.indptr)}")
        self._csr()

    def _csr(self) -> Csr:
        # Made for each use: what C reads is then looked at just before.
        try:
            return Csr(self.indptr, self.indices, self.data, self.shape[1])
        except (ValueError, OverflowError) as error:
            raise ParameterError(f"indptr, indices and data do not make a matrix of {self.shape}: {error}") from None

    def __repr__(self) -> str:
        return f"SparseMatrix<{self.shape[0]:,} x {self.shape[1]:,}, {self.nnz:,} entries>"

    @property
    def nnz(self) -> int:
        """Entries that are stored."""
        return len(self.data)

    @property
    def nbytes(self) -> int:
        """Bytes of the three arrays."""
        return self.indptr.nbytes + self.indices.nbytes + self.data.nbytes

    def __getitem__(self, place: tuple[int, int]) -> float:
        """The entry of a row and a column."""
        row, column = (range(size)[i] for size, i in zip(self.shape, place, strict=True))
        begin, end = self.indptr[row : row + 2]
        i = begin + np.searchsorted(self.indices[begin:end], column)
        return float(self.data[i]) if i < end and self.indices[i] == column else 0.0

    def dot(self, x: ArrayLike, workers: int | None = None) -> Doubles:
        """A x, for x of shape (m,) or (m, k), as float64. The number of threads changes no bit of it."""
        columns, shape = self._operand(x, self.shape[1], self.shape[0])
        result, csr = np.zeros((self.shape[0], columns.shape[1])), self._csr()
        blocks = cut(self.indptr, max(_BLOCK // max(columns.shape[1], 1), 1))
        run_blocks(lambda first, last, _: csr.times(first, last, columns, result), blocks, threads(workers))
        return result.reshape(shape)

    def transposed_dot(self, x: ArrayLike, workers: int | None = None) -> Doubles:
        """A^T x, for x of shape (n,) or (n, k), as float64, without a transposed copy. Threads change no bit of it."""
        columns, shape = self._operand(x, self.shape[0], self.shape[1])
        result, csr, n = np.zeros((self.shape[1], columns.shape[1])), self._csr(), columns.shape[1]
        # By columns of x: each thread then adds to columns of its own.
        count = min(threads(workers), max(n // 8, 1)) if self.nnz * n > _BLOCK else 1
        ends = [round(i * n / count) for i in range(count + 1)]
        blocks = list(itertools.pairwise(ends))
        run_blocks(lambda first, last, _: csr.transposed_times(first, last, columns, result), blocks, count)
        return result.reshape(shape)

    def _operand(self, x: ArrayLike, n_expected: int, n_result: int) -> tuple[Doubles, tuple[int, ...]]:
        array = np.ascontiguousarray(x, np.float64)
        if array.ndim not in (1, 2) or len(array) != n_expected:
            raise ParameterError(f"x must have shape ({n_expected},) or ({n_expected}, k), got {array.shape}")
        return array.reshape(n_expected, -1 if array.size else array.shape[-1] if array.ndim == 2 else 1), (
            n_result, *array.shape[1:])

    def __matmul__(self, x: ArrayLike) -> Doubles:
        return self.dot(x)

    def __rmatmul__(self, x: ArrayLike) -> Doubles:
        return np.ascontiguousarray(self.transposed_dot(np.asarray(x).T).T)

    def row_sums(self) -> Doubles:
        """Sum of each row, (n,)."""
        return self.dot(np.ones(self.shape[1]), 1)

    def column_sums(self) -> Doubles:
        """Sum of each column, (m,)."""
        return self.transposed_dot(np.ones(self.shape[0]), 1)

    def transpose(self) -> SparseMatrix:
        """The transposed matrix, in arrays of its own."""
        return SparseMatrix(*self._csr().transpose(), (self.shape[1], self.shape[0]))

    @property
    def T(self) -> SparseMatrix:
        """The transposed matrix; made anew each time."""
        return self.transpose()

    def toarray(self) -> Doubles:
        """All of it as a dense array (n, m)."""
        dense = np.zeros(self.shape)
        dense[np.repeat(np.arange(self.shape[0]), np.diff(self.indptr)), self.indices] = self.data
        return dense

    def to_scipy(self) -> Any:
        """A ``scipy.sparse.csr_matrix`` on copies of the arrays; needs SciPy.

        Raises
        ------
        MissingExtraError
            SciPy is not installed.
        """
        try:
            from scipy.sparse import csr_matrix
        except ImportError as error:
            raise MissingExtraError("to_scipy() needs SciPy: pip install scipy") from error
        return csr_matrix((self.data.copy(), self.indices.copy(), self.indptr.copy()), shape=self.shape)


def _read_only(values: ArrayLike, kind: type) -> NDArray[Any]:
    array: NDArray[Any] = np.ascontiguousarray(values, kind).view()
    if array.ndim != 1:
        raise ParameterError(f"indptr, indices and data must have one dimension, got {array.ndim}")
    array.flags.writeable = False
    return array
