"""A corpus of word ids in a file (``.ids``): memory-mapped, so that opening one does not depend on its size.

It is a file as :mod:`cw2v.io.native` writes them, with ``kind`` "ids"; docs/formats.md lists its sections.
"""

from __future__ import annotations

import mmap
import os
import stat
from collections.abc import Callable, Sequence
from typing import Any, TypeGuard

import numpy as np
from numpy.typing import NDArray

from cw2v.errors import CorpusError, FileFormatError, WrongFileError
from cw2v.io import native

__all__ = ["IdsFile", "is_ids_file", "write_ids"]

Path = str | os.PathLike[str]

_TYPES = {"counts": "int64", "first_seen": "int64", "offsets": "int64", "ids": "int32"}
_AT_ONCE = 1 << 22  # elements of a mapped array that are looked at before their pages may go


def is_ids_file(path: object) -> TypeGuard[Path]:
    """Whether `path` is a file of cw2v's, and so no text."""
    try:
        if not isinstance(path, str | os.PathLike) or not stat.S_ISREG(os.stat(path).st_mode):
            return False
        with open(path, "rb") as file:
            return file.read(len(native.MAGIC)) == native.MAGIC
    except (OSError, ValueError):
        return False  # whoever reads it will say why


def write_ids(
    path: Path,
    keys: Sequence[Any],
    counts: NDArray[np.int64],
    first_seen: NDArray[np.int64],
    offsets: NDArray[np.int64],
    ids: NDArray[np.int32],
    *,
    raw_words: int,
    min_count: int,
    relax: Callable[[], object] | None = None,
) -> None:
    """Save a corpus, whole or not at all.

    Parameters
    ----------
    path : path
    keys : sequence of str or int
        V words.
    counts : ndarray of int64, (V,)
        How often each is in `ids`.
    first_seen : ndarray of int64, (V,)
        Rank of each by its first appearance in the source.
    offsets : ndarray of int64, (S + 1,)
        Sentence s is ``ids[offsets[s]:offsets[s + 1]]``.
    ids : ndarray of int32, (N,)
        May be mapped: it is copied piece by piece.
    raw_words : int
        Words of the source, those that are left out included.
    min_count : int
        Words seen less often are left out.
    relax : callable, optional
        See :func:`cw2v.io.native.write`.

    Raises
    ------
    FileFormatError
        A key is neither str nor int.
    OSError
        See :func:`cw2v.io.atomic.atomic_write`.
    """
    arrays = {**native.pack_keys(keys), "counts": counts, "first_seen": first_seen, "offsets": offsets, "ids": ids}
    native.write(path, arrays, {"kind": "ids", "raw_words": raw_words, "min_count": min_count}, relax)


class IdsFile:
    """A corpus of word ids, open; it stays the same if another file takes its name.

    Header, vocabulary and sentence offsets are checked here, every byte of them; the ids are not read. `verify` does
    that.

    Parameters
    ----------
    path : path

    Attributes
    ----------
    keys : list of str or int
        V words.
    counts, first_seen, offsets, ids, raw_words, min_count
        See :func:`write_ids`; `offsets` and `ids` are in the file, read-only.
    mapping : mmap

    Raises
    ------
    FileFormatError, TruncatedFileError
        Not such a file, or not the bytes that were written.
    WrongFileError
        A model or vectors.
    OSError
        It cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        self.name = os.fsdecode(path)
        self._file = open(path, "rb")  # noqa: SIM115 - as long as the corpus is in use
        self._status = self._stamp()
        if not os.fstat(self._file.fileno()).st_size:
            raise FileFormatError(f"{self.name} is empty")
        self.mapping = mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ)
        arrays, meta = native.read(path, views=("offsets", "ids"), unchecked=("ids",), data=self.mapping)
        if meta.get("kind") != "ids":
            raise WrongFileError(f"{self.name} is not a corpus: it holds a {meta.get('kind')}")
        try:
            self.counts, self.first_seen, self.offsets, self.ids = (arrays[name] for name in _TYPES)
            self.raw_words, self.min_count = int(meta["raw_words"]), int(meta["min_count"])
        except (KeyError, TypeError, ValueError) as error:
            raise FileFormatError(f"{self.name} is not a whole corpus: {error!r}") from error
        self.keys = native.unpack_keys(arrays)
        self._check_arrays()

    def _stamp(self) -> tuple[int, int]:
        status = os.fstat(self._file.fileno())
        return status.st_size, status.st_mtime_ns

    def _require(self, holds: object, what: str) -> None:
        if not holds:
            raise FileFormatError(f"{self.name} is not a whole corpus: {what}")

    def _check_arrays(self) -> None:
        n_words, o = len(self.keys), self.offsets
        for name, dtype in _TYPES.items():
            array = getattr(self, name)
            self._require(array.dtype == dtype and array.ndim == 1, f"{name} is {array.dtype} {array.shape}")
        self._require(len(self.counts) == len(self.first_seen) == n_words, "words, counts and ranks differ in number")
        self._require((self.counts > 0).all() and int(self.counts.sum()) == len(self.ids), "counts do not fit the ids")
        self._require((np.sort(self.first_seen) == np.arange(n_words)).all(), "first_seen does not rank the words")
        self._require(self.raw_words >= len(self.ids), "it has more words than its source")
        self._require(len(o) and o[0] == 0 and o[-1] == len(self.ids), "offsets do not run over the ids")
        for begin in range(0, len(o), _AT_ONCE):
            part = o[begin : begin + _AT_ONCE + 1]
            self._require((part[1:] >= part[:-1]).all(), "offsets do not rise")

    def check_unchanged(self) -> None:
        """Raise CorpusError if somebody has written into the file since it was opened."""
        if self._stamp() != self._status:
            raise CorpusError(f"{self.name} was changed while it was in use; nothing may write into a corpus that is "
                              "open (a new file may take its name)")

    def verify(self, relax: Callable[[], object] | None = None) -> None:
        """Read the whole file: every byte is the one that was written, and the ids are those that are counted.

        Raises
        ------
        FileFormatError
            They are not.
        CorpusError
            Somebody writes into the file.
        """
        native.read(self.name, views=("offsets", "ids"), data=self.mapping)
        found = np.zeros(len(self.keys), np.int64)
        for begin in range(0, len(self.ids), _AT_ONCE):
            part = self.ids[begin : begin + _AT_ONCE]
            self._require(part.min() >= 0 and part.max() < len(found), "an id has no word")
            found += np.bincount(part, minlength=len(found))
            if relax is not None:
                relax()
        self._require((found == self.counts).all(), "counts do not fit the ids")
        self.check_unchanged()
