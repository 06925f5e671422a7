"""What every format needs: the parts of vectors, checks, and libraries that may be missing."""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np
import numpy.typing as npt

from cw2v.errors import FileFormatError, MissingExtraError
from cw2v.keyedvectors import KeyedVectors

__all__ = ["Columns", "attributes", "check_text", "import_extra", "keys_of", "make"]

Columns = dict[str, npt.NDArray[Any]]


def import_extra(module: str, extra: str, what: str) -> Any:
    """Import an optional library, or say how to install it."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        library = module.split(".")[0]
        raise MissingExtraError(f"{what} needs {library}: pip install cw2v[{extra}]") from error


def keys_of(kv: KeyedVectors) -> list[Any]:
    """The keys (V), without rows that are allocated and not yet taken."""
    return kv.index_to_key[: len(kv)]


def attributes(kv: KeyedVectors) -> Columns:
    """The attributes that are numbers, (V) each."""
    columns = {name: np.asarray(column)[: len(kv)] for name, column in kv.expandos.items()}
    return {name: column for name, column in columns.items() if column.dtype.kind in "biuf" and column.ndim == 1}


def check_text(keys: list[Any], kind: str, forbidden: str = "") -> list[str]:
    """The keys, if all are text without any character of `forbidden`."""
    for row, key in enumerate(keys):
        if not isinstance(key, str):
            raise FileFormatError(f"key {key!r} (row {row}) is a {type(key).__name__}: {kind} holds text only")
        if not forbidden.isascii() or any(mark in key for mark in forbidden):
            raise FileFormatError(f"key {key!r} (row {row}) contains a character that {kind} cannot hold")
        try:
            key.encode("utf-8")
        except UnicodeEncodeError as error:
            raise FileFormatError(f"key {key!r} (row {row}) cannot be written in UTF-8: {error.reason}") from None
    return keys


def make(name: str, keys: list[Any], vectors: npt.NDArray[Any], columns: Columns | None = None) -> KeyedVectors:
    """Vectors of parts that were read from `name`, which is named if they do not fit together."""
    vectors = np.asarray(vectors)
    if vectors.ndim != 2 or len(vectors) != len(keys) or vectors.dtype.kind != "f" or not vectors.shape[1]:
        raise FileFormatError(f"{name}: {len(keys)} keys, but vectors of shape {vectors.shape} and {vectors.dtype}")
    if len(set(keys)) < len(keys):
        raise FileFormatError(f"{name}: a key comes twice")
    for label, column in (columns or {}).items():
        if column.shape != (len(keys),):
            raise FileFormatError(f"{name}: attribute {label!r} has shape {column.shape}, not one value a key")
    return KeyedVectors._adopt(keys, np.ascontiguousarray(vectors), dict(columns or {}))
