"""Context (output) vectors as KeyedVectors, and both kinds in one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from cw2v.errors import ParameterError
from cw2v.query import normalized

if TYPE_CHECKING:
    from cw2v.keyedvectors import KeyedVectors

__all__ = ["combined", "context_vectors", "in_out_similarity"]


def context_vectors(wv: KeyedVectors, matrix: npt.NDArray[np.float32] | None) -> KeyedVectors:
    """The rows of a matrix (V, D) under the keys of `wv`; matrix, keys and attributes are shared, not copied."""
    if matrix is None or matrix.shape != (len(wv), wv.vector_size):
        raise ParameterError("there are no context vectors: they are made by training with negative > 0 or "
                             'objective="softmax"')
    cv = type(wv)(wv.vector_size)
    cv.vectors, cv.index_to_key, cv.key_to_index = matrix, wv.index_to_key, wv.key_to_index
    cv.next_index, cv.expandos = len(wv), wv.expandos
    return cv


def combined(
    wv: KeyedVectors, cv: KeyedVectors, how: Literal["sum", "concatenate"] = "sum", normalize: bool = False
) -> KeyedVectors:
    """New vectors made of a word's input and context vectors.

    Parameters
    ----------
    wv, cv : KeyedVectors
        Of the same keys in the same order.
    how : {"sum", "concatenate"}, default "sum"
        Their sum (D,), as Pennington et al. (2014) do, or one after the other (2 D,).
    normalize : bool, default False
        Bring both to length 1 first.

    Returns
    -------
    KeyedVectors
    """
    if how not in ("sum", "concatenate"):
        raise ParameterError(f"how must be 'sum' or 'concatenate', got {how!r}")
    one, two = (normalized(kv.vectors) if normalize else kv.vectors for kv in (wv, cv))
    rows = one + two if how == "sum" else np.concatenate([one, two], axis=1)
    result = type(wv)(rows.shape[1])
    extras = {name: column for name, column in wv.expandos.items() if name not in ("code", "point")}
    result.add_vectors(wv.index_to_key[: len(wv)], rows, extras)
    return result


def in_out_similarity(wv: KeyedVectors, cv: KeyedVectors, word: Any, context: Any) -> float:
    """Cosine of a word's input and another's context vector: high for words that stand near each other, where two
    input vectors are alike for words that stand in like places (Mitra et al. 2016)."""
    one, two = normalized(np.array([wv[word], cv[context]]))
    return float(one @ two)
