"""What the functions of this room accept: arrays of numbers, checked and in double precision."""

from __future__ import annotations

import numbers
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cw2v.errors import ParameterError

__all__ = ["F64", "I64", "as_count", "as_matrix", "as_number", "as_rows", "as_vector", "as_word_id", "as_word_ids"]

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]


def as_floats(name: str, value: ArrayLike, dimensions: tuple[int, ...], wanted: str) -> F64:
    """`value` in float64, of one of the numbers of dimensions; the very same array if it is that already."""
    try:
        array = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        raise ParameterError(f"{name} must be {wanted}, got {type(value).__name__} {value!r}"[:200]) from None
    if array.ndim not in dimensions:
        raise ParameterError(f"{name} must be {wanted}, got shape {array.shape}")
    return array


def as_vector(name: str, value: ArrayLike, length: int | None = None) -> F64:
    """A vector (D,); with `length` of that many numbers."""
    vector = as_floats(name, value, (1,), "a vector of numbers" if length is None else f"a vector of {length} numbers")
    if length is not None and len(vector) != length:
        raise ParameterError(f"{name} must be a vector of {length} numbers, got {len(vector)}")
    return vector


def as_matrix(name: str, value: ArrayLike, columns: int | None = None, least: int = 1) -> F64:
    """A matrix (n, D) of at least `least` rows; with `columns` of that D."""
    matrix = as_floats(name, value, (2,), "a matrix of numbers, a vector a row")
    if len(matrix) < least or (columns is not None and matrix.shape[1] != columns):
        wide = "" if columns is None else f" of {columns} columns"
        raise ParameterError(f"{name} must be at least {least} row(s){wide}, got shape {matrix.shape}")
    return matrix


def as_rows(name: str, value: ArrayLike, columns: int) -> F64:
    """A vector (D,) or a matrix (n, D) of D = `columns`."""
    rows = as_floats(name, value, (1, 2), f"a vector of {columns} numbers, or a matrix of such rows")
    if rows.shape[-1] != columns:
        raise ParameterError(f"{name} must have {columns} numbers a row, as the other matrix has, got {rows.shape}")
    return rows


def as_word_ids(name: str, value: ArrayLike, n_words: int | None = None) -> I64:
    """Word ids of any shape, from 0 to n_words - 1."""
    try:
        ids = np.asarray(value)
    except ValueError:  # rows of different lengths
        ids = np.asarray(value, dtype=object)
    if ids.size == 0:
        return ids.astype(np.int64)
    if ids.dtype.kind not in "iu":
        raise ParameterError(f"{name} must be word ids, integers from 0, got {value!r}"[:200])
    if int(ids.min()) < 0 or (n_words is not None and int(ids.max()) >= n_words):
        wrong = int(ids.min()) if int(ids.min()) < 0 else int(ids.max())
        end = "" if n_words is None else f" to {n_words - 1}"
        raise ParameterError(f"{name} must be word ids from 0{end}, got {wrong}")
    return ids.astype(np.int64)


def as_word_id(name: str, value: Any, n_words: int) -> int:
    """One word id from 0 to n_words - 1."""
    ids = as_word_ids(name, value, n_words)
    if ids.ndim != 0:
        raise ParameterError(f"{name} must be one word id, got {value!r}"[:200])
    return int(ids)


def as_count(name: str, value: Any, low: int = 1) -> int:
    """An integer of at least `low`."""
    if not isinstance(value, numbers.Integral) or isinstance(value, bool) or int(value) < low:
        raise ParameterError(f"{name} must be an integer of at least {low}, got {value!r}")
    return int(value)


def as_number(name: str, value: Any) -> float:
    """A finite number above 0."""
    if not isinstance(value, numbers.Real) or isinstance(value, bool) or not 0 < float(value) < float("inf"):
        raise ParameterError(f"{name} must be a finite number above 0, got {value!r}")
    return float(value)
