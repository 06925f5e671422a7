"""Which rows may be among the nearest to a query, from a sketch of the matrix in a quarter of its memory.

A question is bound by reading the matrix. The sketch holds each row's direction in 8 bits a dimension and a bound on
what that leaves out, so that reading it tells the few rows that may be among the nearest; their cosines are then made
from the matrix itself, and the answer is the same to the last bit.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from cw2v import _query
from cw2v.parameters import default_workers
from cw2v.query.search import share_places, unit_queries

__all__ = ["Sketch", "SketchKeeper"]

Matrix = npt.NDArray[np.floating[Any]]
_MOST_SHARE = 64  # of the rows that may be candidates: 1 of so many
_LEAST_VALUES = 1 << 22  # of a matrix that is worth it
_FIRST_AFTER = 8  # questions; to make a sketch takes as long as some 20
_LAST_AFTER = 1 << 12


class Sketch:
    """A sketch of the rows of `vectors`, float32 (V, D), as they are now."""

    def __init__(self, vectors: npt.NDArray[np.float32]) -> None:
        self._n_rows, self._dim = vectors.shape
        self._sketch = _query.Sketch(self._n_rows, self._dim)
        self.nbytes = self._sketch.nbytes
        share_places(self._n_rows, default_workers(), self._dim * 16,
                     lambda i: lambda first, last: self._sketch.make(vectors, first, last))

    def candidates(self, query: Matrix, most: int, start: int, end: int) -> npt.NDArray[np.int64] | None:
        """Rows from `start` to `end`, rising, that hold the `most` nearest; None if that would be too many."""
        max_rows = (end - start) // _MOST_SHARE
        if most > max_rows:
            return None
        unit = unit_queries(query[None], self._dim)[0].astype(np.float64)
        coded = self._coded(unit)
        threads = 1 if (end - start) * self._dim < _LEAST_VALUES else default_workers()
        each = [_query.Candidates(self._sketch, *coded, most, max_rows) for _ in range(threads)]
        is_enough = [True] * threads

        def scan(i: int) -> Callable[[int, int], None]:
            def stretch(first: int, last: int) -> None:
                is_enough[i] = is_enough[i] and each[i].scan(start + first, start + last)
            return stretch

        share_places(end - start, threads, self._dim / 4, scan)
        return np.sort(np.concatenate([one.rows for one in each])) if all(is_enough) else None

    def _coded(self, unit: npt.NDArray[np.float64]) -> tuple[npt.NDArray[np.int16], float, float]:
        most, total = np.abs(unit).max(), np.abs(unit).sum()
        to_code = min(32767 / most, (2**24 - 1 - len(unit)) / total) if most else 1.0
        rounded = np.rint(unit * to_code)
        code = np.zeros(-(-self._dim // 32) * 32, np.int16)
        code[: self._dim] = rounded
        rest = float(np.linalg.norm(unit - rounded / to_code))
        # A row's code is no longer than 2: its own rest is at most sqrt(D) / 254 of it. Sums of D float32 products, and
        # their lengths, are surely within this of what they should be.
        return code, 1 / to_code, 2 * rest + (self._dim + 32) * 2.0**-22


class SketchKeeper:
    """Makes and keeps the sketch of a matrix while nobody else can change that.

    CPython counts who holds an array. While that is only its owner, and the owner calls :meth:`touch` whenever it hands
    the array out, the sketch is that of the matrix as it is.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._matrix: Matrix | None = None
        self._sketch: Sketch | None = None
        self._touches = self._asked = 0
        self._after = _FIRST_AFTER

    def touch(self) -> None:
        """The matrix is handed out, or another one is there: what was made of it no longer counts."""
        with self._lock:
            self._touches += 1
            self._matrix = None
            if self._sketch is not None:
                self._sketch, self._asked, self._after = None, 0, min(2 * self._after, _LAST_AFTER)

    def sketch(self, owner: dict[str, Any]) -> Sketch | None:
        """The sketch of ``owner["vectors"]``, if there is one or it is worth making now."""
        with self._lock:
            if owner["vectors"] is not self._matrix:
                self._matrix, self._sketch = owner["vectors"], None
            if not self._is_alone():
                return None
            if self._sketch is not None or not self._is_worth_it():
                return self._sketch
            matrix, touches = self._matrix, self._touches
        try:
            sketch = Sketch(matrix)
        except MemoryError:
            return None
        with self._lock:
            if touches == self._touches:
                self._sketch = sketch
        return sketch

    def _is_worth_it(self) -> bool:
        self._asked += 1
        matrix = self._matrix
        return (self._asked >= self._after and matrix is not None and matrix.ndim == 2
                and matrix.size >= _LEAST_VALUES and matrix.dtype == np.float32 and matrix.dtype.isnative
                and matrix.flags.c_contiguous)  # fmt: skip

    def _is_alone(self) -> bool:
        return self._matrix is not None and self._matrix.base is None and self._holders() <= _ALONE

    def _holders(self) -> int:
        return sys.getrefcount(self._matrix)


def _count_alone() -> int:
    """What a keeper counts where it and the owner alone hold the matrix; -1 if counts are not exact."""
    if sys.implementation.name != "cpython" or not getattr(sys, "_is_gil_enabled", lambda: True)():
        return -1
    owner, keeper = {"vectors": np.empty((1, 1))}, SketchKeeper()
    keeper._matrix = owner["vectors"]
    return keeper._holders()


_ALONE = _count_alone()
