"""Files of vectors by their suffix."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import NamedTuple

from cw2v.errors import ParameterError
from cw2v.exchange import arrays, projector, tables
from cw2v.keyedvectors import KeyedVectors

__all__ = ["SUFFIXES", "check_save", "load", "save"]

Path = str | os.PathLike[str]


class _Format(NamedTuple):
    what: str
    load: Callable[[str], KeyedVectors]
    save: Callable[[KeyedVectors, str], None] | None


def _binary(path: str) -> KeyedVectors:
    return KeyedVectors.load_word2vec_format(path, binary=True)


def _save_binary(kv: KeyedVectors, path: str) -> None:
    kv.save_word2vec_format(path, binary=True, sort_attr="none")


def _save_text(kv: KeyedVectors, path: str) -> None:
    kv.save_word2vec_format(path, sort_attr="none")


_TEXT = _Format("word2vec's text", KeyedVectors.load_word2vec_format, _save_text)
_BINARY = _Format("word2vec's binary", _binary, _save_binary)
_GENSIM = _Format("gensim's own, read only", KeyedVectors.load, None)
SUFFIXES: dict[str, _Format] = {
    ".bin": _BINARY, ".bin.gz": _BINARY, ".txt": _TEXT, ".txt.gz": _TEXT, ".vec": _TEXT, ".vec.gz": _TEXT,
    ".cw2v": _Format("cw2v's own", KeyedVectors.load, KeyedVectors.save),
    ".npz": _Format("NumPy archive", arrays.load_npz, arrays.save_npz),
    ".npy": _Format("NumPy array, and keys beside it", arrays.load_npy, arrays.save_npy),
    ".safetensors": _Format("safetensors", arrays.load_safetensors, arrays.save_safetensors),
    ".parquet": _Format("Parquet", tables.load_parquet, tables.save_parquet),
    ".arrow": _Format("Arrow file", tables.load_arrow, tables.save_arrow),
    ".feather": _Format("Arrow file", tables.load_arrow, tables.save_arrow),
    ".tsv": _Format("TensorBoard projector, labels beside it", projector.load_tsv, projector.save_tsv),
    ".kv": _GENSIM, ".model": _GENSIM,
}  # fmt: skip
"""Suffix to format."""


def _format(path: Path) -> tuple[str, _Format]:
    name = os.fsdecode(path)
    lower = os.path.basename(name).lower()
    found = [suffix for suffix in SUFFIXES if lower.endswith(suffix)]
    if not found:
        raise ParameterError(f"{name!r}: the suffix tells the format, and must be one of {', '.join(SUFFIXES)}")
    return name, SUFFIXES[max(found, key=len)]


def load(path: Path) -> KeyedVectors:
    """Read vectors from a file, in the format that its suffix tells.

    Parameters
    ----------
    path : str or path
        A suffix of :data:`SUFFIXES`.

    Returns
    -------
    KeyedVectors
        With the attributes that the format holds.

    Raises
    ------
    ParameterError
        Another suffix.
    MissingExtraError
        The library of the format is not installed; the message says how to.
    FileFormatError, OSError
        The file cannot be read.
    """
    name, chosen = _format(path)
    return chosen.load(name)


def save(kv: KeyedVectors, path: Path) -> None:
    """Write vectors to a file, in the format that its suffix tells; rows stay in their order.

    Parameters
    ----------
    kv : KeyedVectors
    path : str or path
        A suffix of :data:`SUFFIXES`, but gensim's.

    Raises
    ------
    ParameterError
        Another suffix.
    FileFormatError
        A key that the format cannot hold; nothing is written then.
    MissingExtraError, OSError
        See :func:`load` and :func:`cw2v.io.atomic.atomic_write`.
    """
    check_save(path)(kv, os.fsdecode(path))


def check_save(path: Path) -> Callable[[KeyedVectors, str], None]:
    """What writes the format of a file's suffix. ParameterError: nothing does."""
    name, chosen = _format(path)
    if chosen.save is None:
        raise ParameterError(f"{name!r}: cw2v writes no pickles; kv.to_gensim().save() does, or choose another suffix")
    return chosen.save
