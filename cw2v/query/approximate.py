"""Approximate nearest neighbours through usearch (extra ``ann``)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from cw2v.errors import MissingExtraError, ParameterError

__all__ = ["ApproximateIndex"]

Floats = npt.NDArray[np.floating[Any]]


class ApproximateIndex:
    """A graph of near neighbours (Malkov & Yashunin 2016, HNSW), as usearch builds it.

    Parameters
    ----------
    keys : sequence of V keys
    vectors : ndarray of float (V, D)
        Copied: later changes of them do not reach the index. Rows of zeros, which are near nothing, are left out.
    connectivity : int, default 16
        Neighbours kept for each row.
    expansion : int, default 128
        Candidates looked at, in building and in asking: more find more and take longer.

    Raises
    ------
    MissingExtraError
        usearch is not installed.
    """

    def __init__(self, keys: Sequence[Any], vectors: Floats, connectivity: int = 16, expansion: int = 128) -> None:
        try:
            from usearch.index import Index
        except ImportError as error:
            raise MissingExtraError("ann() needs usearch: pip install cw2v[ann]") from error
        if connectivity < 2 or expansion < 1:
            raise ParameterError(f"connectivity must be at least 2 and expansion 1, got {connectivity} and {expansion}")
        self.keys = list(keys)
        self._index = Index(ndim=vectors.shape[1], metric="cos", dtype="f32", connectivity=connectivity,
                            expansion_add=expansion, expansion_search=expansion)
        rows = np.flatnonzero(np.isfinite(vectors).all(axis=1) & vectors.any(axis=1))
        if len(rows):
            self._index.add(rows, np.ascontiguousarray(vectors[rows], np.float32))

    def __len__(self) -> int:
        return len(self._index)

    def most_similar(self, vector: Floats, topn: int) -> list[tuple[Any, float]]:
        """About the `topn` keys nearest to a vector (D,) with their cosines, best first."""
        if not len(self) or topn < 1:
            return []
        found = self._index.search(np.asarray(vector, np.float32), min(topn, len(self)))
        return [(self.keys[row], 1.0 - distance)
                for row, distance in zip(found.keys.tolist(), found.distances.tolist(), strict=True)]
