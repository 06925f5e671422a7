"""Vectors left in a file of our own format, whose keys are made when one is asked for."""

from __future__ import annotations

import os
from typing import Any

import numpy.typing as npt

from cw2v.errors import FileFormatError
from cw2v.io import native
from cw2v.io.keys import KEY_SECTIONS, PackedKeys, packed_text, unpack_keys
from cw2v.parameters import MOST_DIMENSIONS

__all__ = ["MappedVectors"]


class MappedVectors:
    """A mapped file, of which only the header has been checked.

    Parameters
    ----------
    path : str or path
    mode : {"r", "c"}

    Attributes
    ----------
    vectors : ndarray of float (V, D)

    Raises
    ------
    FileFormatError
        It holds no vectors, or arrays that do not fit together.
    """

    def __init__(self, path: str | os.PathLike[str], mode: native.MmapMode) -> None:
        self._name = os.fsdecode(path)
        self._arrays, _, self._checksums = native.read_unchecked(path, mode)
        vectors, ends = self._arrays.get("vectors"), self._arrays.get("keys_ends")
        if vectors is None or ends is None or vectors.ndim != 2 or vectors.dtype.kind != "f":
            raise FileFormatError(f"{self._name}: there are no sections 'vectors' and 'keys_ends' as vectors have them")
        if ends.shape != (len(vectors),) or not 1 <= vectors.shape[1] <= MOST_DIMENSIONS:
            raise FileFormatError(f"{self._name}: section 'vectors' does not hold one row for each of {ends.size} keys")
        self.vectors: npt.NDArray[Any] = vectors

    def columns(self, prefix: str) -> dict[str, npt.NDArray[Any]]:
        """Sections whose names begin with `prefix`, without it."""
        found = {name: array for name, array in self._arrays.items() if name.startswith(prefix)}
        return {name.removeprefix(prefix): array for name, array in found.items()}

    def keys(self) -> PackedKeys | list[Any]:
        """All keys, after comparing them with their checksums. FileFormatError: they differ, or one comes twice."""
        for label in KEY_SECTIONS:
            if label in self._arrays:
                native.check_section(self._name, label, self._arrays[label], self._checksums[label])
        try:
            keys = packed_text(self._arrays) or unpack_keys(self._arrays)
        except FileFormatError as error:
            raise FileFormatError(f"{self._name}: {error}") from None
        if isinstance(keys, list) and len(set(keys)) < len(keys):
            raise FileFormatError(f"{self._name}: a key comes twice")
        return keys
