"""The forms in which callers name keys and vectors, brought into one."""

from __future__ import annotations

import numbers
from collections.abc import Callable
from typing import Any

import numpy as np

__all__ = ["parse_weighted"]


def parse_weighted(items: Any, weight: float, is_key: Callable[[Any], bool]) -> list[tuple[Any, float]]:
    """Bring every form in which keys and vectors may be given into one list.

    Parameters
    ----------
    items : None, key, vector, matrix, or sequence of keys, vectors, (key, weight) and (vector, weight)
    weight : float
        Weight of what comes without one. What comes with one keeps it, sign and all, as in gensim.
    is_key : callable
        Whether an object is in the vocabulary; a tuple may be a key.

    Returns
    -------
    list of (key or ndarray, float)
    """
    if items is None:
        return []
    if isinstance(items, np.ndarray):
        return [(row, weight) for row in np.atleast_2d(items)]
    if _is_weighted(items, is_key):
        return [(items[0], float(items[1]))]
    if isinstance(items, str | bytes | numbers.Integral) or (isinstance(items, tuple) and is_key(items)):
        return [(items, weight)]
    try:
        each = list(items)
    except TypeError:
        return [(items, weight)]
    return [
        (item[0], float(item[1])) if _is_weighted(item, is_key) else (item, weight) for item in each
    ]


def _is_weighted(item: Any, is_key: Callable[[Any], bool]) -> bool:
    return (
        isinstance(item, tuple) and len(item) == 2 and isinstance(item[1], numbers.Real)
        and not isinstance(item[0], list | tuple | set) and not is_key(item)
    )
