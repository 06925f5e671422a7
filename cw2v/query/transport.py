"""The word mover's distance (Kusner et al. 2015), through POT (extra ``ot``)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from cw2v.errors import MissingExtraError

__all__ = ["solver", "word_movers_distance"]

Floats = npt.NDArray[np.floating[Any]]


def solver() -> Callable[..., Any]:
    """POT's function for the earth mover's distance.

    Raises
    ------
    MissingExtraError
        POT is not installed.
    """
    try:
        from ot import emd2
    except ImportError as error:
        raise MissingExtraError("wmdistance() needs POT: pip install cw2v[ot]") from error
    found: Callable[..., Any] = emd2
    return found


def word_movers_distance(one: Floats, two: Floats, weights_one: Floats, weights_two: Floats) -> float:
    """Least mean distance over which one document's words must move to become the other's.

    Parameters
    ----------
    one, two : ndarray of float (n, D), (m, D)
        Vectors of the documents' distinct words.
    weights_one, weights_two : ndarray of float (n,), (m,)
        The words' shares of their document; each sums to 1.

    Returns
    -------
    float
        Infinity if a document is empty, as in gensim.
    """
    emd2 = solver()
    if not len(one) or not len(two):
        return float("inf")
    x, y = one.astype(np.float64), two.astype(np.float64)
    # Differences and not dot products: equal words are at distance 0 exactly.
    costs = np.sqrt(np.array([((row - y) ** 2).sum(axis=1) for row in x]))
    return float(emd2(weights_one, weights_two, costs))
