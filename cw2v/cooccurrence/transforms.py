"""What counts become before the SVD."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cw2v.cooccurrence.blocks import cut
from cw2v.cooccurrence.parameters import check
from cw2v.cooccurrence.sparse import SparseMatrix
from cw2v.errors import ParameterError

__all__ = ["log1p", "ppmi", "transformed"]

_BLOCK_ENTRIES = 1 << 20  # taken at a time, so that what is made on the way stays small


def log1p(counts: SparseMatrix) -> SparseMatrix:
    """log(1 + x) of each entry, which damps frequent pairs; zero stays zero.

    Raises
    ------
    ParameterError
        An entry is negative or not finite.
    """
    _check_counts(counts)
    return SparseMatrix(counts.indptr, counts.indices, np.log1p(counts.data), counts.shape)


def ppmi(counts: SparseMatrix, shift: float = 1.0, context_smoothing: float = 0.75) -> SparseMatrix:
    """Shifted positive pointwise mutual information, with smoothed contexts.

    With #(w, c) the entries, #(w) the row sums, #(c) the column sums, s the smoothing and k the shift::

        max(0, log(#(w, c) * sum_c' #(c')^s / (#(w) * #(c)^s)) - log k)

    For s = 1 and k = 1 this is PPMI. Skip-gram with k noise words factorises PMI - log k (Levy and Goldberg 2014);
    s = 0.75 is its noise distribution (Levy, Goldberg and Dagan 2015).

    Parameters
    ----------
    counts : SparseMatrix
        float64 (n, m), not negative.
    shift : float, default 1.0
        k, above 0.
    context_smoothing : float, default 0.75
        s, from 0 to 1.

    Returns
    -------
    SparseMatrix
        (n, m); entries that are not positive are left out. A row without counts stays empty.

    Raises
    ------
    ParameterError
        `shift` or `context_smoothing` is out of range; a count is negative or not finite.
    """
    values = check(shift=shift, context_smoothing=context_smoothing)
    _check_counts(counts)
    log_row = _log(counts.row_sums()) + np.log(values["shift"])
    column_sums = counts.column_sums()
    # An empty column has no share, whatever the power: 0 ** 0 would be 1.
    log_column = np.where(column_sums > 0.0, values["context_smoothing"] * _log(column_sums), -np.inf)
    log_total = np.logaddexp.reduce(log_column) if counts.nnz else 0.0
    columns, data, sizes = [], [], np.zeros(counts.shape[0], np.int64)
    for first, last in cut(counts.indptr, _BLOCK_ENTRIES):
        part = slice(counts.indptr[first], counts.indptr[last])
        lengths = np.diff(counts.indptr[first : last + 1])
        entry = _log(counts.data[part])
        entry -= np.repeat(log_row[first:last], lengths)
        entry -= (log_column - log_total)[counts.indices[part]]
        kept = (entry > 0.0) & (counts.data[part] > 0.0)
        columns.append(counts.indices[part][kept])
        data.append(entry[kept])
        sizes[first:last] = _sums(kept, lengths)
    indptr = np.concatenate([[0], np.cumsum(sizes)])
    return SparseMatrix(indptr, _joined(columns, np.int32), _joined(data, np.float64), counts.shape)


def transformed(counts: SparseMatrix, transform: str, shift: float, context_smoothing: float) -> SparseMatrix:
    """The transform of that name: "raw", "log" or "ppmi"."""
    if transform == "ppmi":
        return ppmi(counts, shift, context_smoothing)
    return log1p(counts) if transform == "log" else counts


def _log(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """The logarithm, and 0 in place of that of 0, whose entries are left out."""
    return np.log(x, out=np.zeros_like(x), where=x > 0.0)


def _sums(kept: NDArray[np.bool_], lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """How many are kept of each row."""
    before = np.concatenate([[0], np.cumsum(kept, dtype=np.int64)])
    ends = np.concatenate([[0], np.cumsum(lengths)])
    sums: NDArray[np.int64] = np.diff(before[ends])
    return sums


def _joined(parts: Sequence[NDArray[Any]], kind: type) -> NDArray[Any]:
    return np.concatenate([np.zeros(0, kind), *parts])


def _check_counts(counts: SparseMatrix) -> None:
    low, high = counts.data.min(initial=0.0), counts.data.max(initial=0.0)
    if not (low >= 0.0 and high < np.inf):
        raise ParameterError(f"counts must be finite and not negative, got entries from {low} to {high}")
