"""Vectors from here to gensim's objects and back, sharing the matrix.

gensim is imported when it is needed only (``pip install gensim``).
"""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import Any

import numpy as np

from cw2v.errors import MissingExtraError, ParameterError

__all__ = ["fill_from_gensim", "import_gensim", "to_gensim"]


def import_gensim(name: str) -> ModuleType:
    """A module of gensim.

    Raises
    ------
    MissingExtraError
        It is not installed.
    """
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise MissingExtraError("this needs gensim: pip install gensim") from error


def to_gensim(wv: Any) -> Any:
    """See :meth:`cw2v.KeyedVectors.to_gensim`."""
    theirs = import_gensim("gensim.models.keyedvectors").KeyedVectors(wv.vector_size, dtype=wv.vectors.dtype)
    _hand_over(wv, theirs)
    return theirs


def fill_from_gensim(ours: Any, theirs: Any) -> None:
    """Give `ours`, new KeyedVectors, what gensim's object has; see :meth:`cw2v.KeyedVectors.from_gensim`."""
    names = ("vectors", "index_to_key", "key_to_index", "vector_size", "expandos")
    missing = [name for name in names if not hasattr(theirs, name)]
    if missing:
        raise ParameterError(f"vectors must be gensim 4's KeyedVectors, but the {type(theirs).__name__} has no "
                             f"{missing[0]}; save vectors of an older gensim with save_word2vec_format and load that")
    if np.shape(theirs.vectors) != (len(theirs.index_to_key), theirs.vector_size):
        raise ParameterError(f"vectors must have a row for each of its {len(theirs.index_to_key)} keys and "
                             f"{theirs.vector_size} columns, got {np.shape(theirs.vectors)}")
    _hand_over(theirs, ours)


def _hand_over(source: Any, target: Any) -> None:
    target.vectors = source.vectors
    target.index_to_key = list(source.index_to_key)
    target.key_to_index = dict(source.key_to_index)
    target.next_index = len(source.index_to_key)
    target.expandos = dict(source.expandos)
