"""A vocabulary as arrays: the bytes of all keys, where each ends, and which of them are integers."""

from __future__ import annotations

import numbers
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from cw2v._vectors import KeyTable, WordDecodeError, decode_words
from cw2v.errors import FileFormatError

__all__ = ["KEY_SECTIONS", "PackedKeys", "pack_keys", "packed_text", "unpack_keys", "word_places"]

KEY_SECTIONS = ("keys_bytes", "keys_ends", "keys_are_int")


class PackedKeys:
    """Distinct text keys as bytes: rows are found by a hash table in C, and str made when they are asked for.

    Parameters
    ----------
    data : ndarray of uint8
        All keys, one behind the other.
    ends : ndarray of int64 (V,)
        End of each, rising.

    Attributes
    ----------
    first_twin : int
        The first row whose key an earlier one has, or -1.
    is_sound : bool
        No key comes twice, and all are UTF-8 without surrogates.
    """

    def __init__(self, data: npt.NDArray[np.uint8], ends: npt.NDArray[np.int64]) -> None:
        self._data, self._begin = data, np.concatenate([np.zeros(1, np.int64), ends])
        self._table = KeyTable(data, self._begin)
        self.first_twin = self._table.first_twin
        self.is_sound = self._table.is_utf8 and self.first_twin < 0

    def __len__(self) -> int:
        return len(self._begin) - 1

    def find(self, key: Any) -> int:
        """The row of `key`, or -1."""
        return self._table.find(key) if isinstance(key, str) else -1

    def key(self, row: int) -> str:
        """The key of a row."""
        return self._table.key(row)

    def keys(self) -> list[Any]:
        """All of them."""
        return decode_words(self._data, word_places(self._begin[1:]), "utf-8", "surrogatepass")


def word_places(ends: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Begin and end (V, 2) of words that lie one behind the other."""
    begin = np.concatenate([np.zeros(1, np.int64), ends])
    return np.stack([begin[:-1], begin[1:]], 1)


def pack_keys(keys: Sequence[Any]) -> dict[str, npt.NDArray[Any]]:
    """Turn keys into arrays.

    Parameters
    ----------
    keys : sequence of str or int
        V keys. NumPy integers become Python ones, which are equal to them.

    Returns
    -------
    dict
        ``keys_bytes`` uint8: all keys in UTF-8, integers as decimals; ``keys_ends`` int64 (V,): end of each
        key in it; ``keys_are_int`` uint8 (V,): 1 for an integer.

    Raises
    ------
    FileFormatError
        A key that is neither; the message names it.
    """
    encoded: list[bytes] = []
    are_int = np.zeros(len(keys), np.uint8)
    for row, key in enumerate(keys):
        if isinstance(key, str):
            # A word decoded with "surrogateescape" is kept as it is.
            encoded.append(key.encode("utf-8", "surrogatepass"))
        elif isinstance(key, numbers.Integral) and not isinstance(key, bool):
            encoded.append(str(int(key)).encode("ascii"))
            are_int[row] = 1
        else:
            raise FileFormatError(
                f"key {key!r} in row {row} is a {type(key).__name__}; only str and int keys can be saved"
            )
    ends = np.cumsum(np.fromiter(map(len, encoded), np.int64, len(encoded)), dtype=np.int64)
    data = np.frombuffer(b"".join(encoded), np.uint8)
    return {"keys_bytes": data, "keys_ends": ends, "keys_are_int": are_int}


def packed_text(arrays: Mapping[str, npt.NDArray[Any]]) -> PackedKeys | None:
    """The keys of :func:`pack_keys`'s sections as they are packed; None unless all are text, each once.

    Raises
    ------
    FileFormatError
        A section is missing, or the sections contradict each other.
    """
    data, ends, are_int = _sections(arrays)
    packed = None if are_int.any() else PackedKeys(data, ends)
    return packed if packed is not None and packed.is_sound else None


def unpack_keys(arrays: Mapping[str, npt.NDArray[Any]]) -> list[Any]:
    """Undo :func:`pack_keys`.

    Parameters
    ----------
    arrays : mapping
        With the three sections that :func:`pack_keys` makes; others are ignored.

    Returns
    -------
    list of str or int

    Raises
    ------
    FileFormatError
        A section is missing, or the sections contradict each other.
    """
    data, ends, are_int = _sections(arrays)
    try:
        keys: list[Any] = decode_words(data, word_places(ends), "utf-8", "surrogatepass")
        for row in np.flatnonzero(are_int).tolist():
            keys[row] = int(keys[row])
    except (WordDecodeError, ValueError) as error:
        raise FileFormatError(f"section 'keys_bytes' is damaged: {error}") from error
    return keys


def _sections(arrays: Mapping[str, npt.NDArray[Any]]) -> tuple[npt.NDArray[Any], ...]:
    missing = [name for name in KEY_SECTIONS if name not in arrays]
    if missing:
        raise FileFormatError(f"section {missing[0]!r} is missing: the file holds no keys")
    data, ends, are_int = (arrays[name] for name in KEY_SECTIONS)
    if ends.ndim != 1 or ends.shape != are_int.shape or ends.dtype != np.int64 or (
            data.dtype != np.uint8 or data.ndim != 1):
        raise FileFormatError("sections 'keys_ends' and 'keys_are_int' differ in length or have wrong types")
    steps = np.diff(ends, prepend=0)
    if (steps < 0).any() or int(steps.sum()) != data.size:
        raise FileFormatError("section 'keys_ends' does not match 'keys_bytes'")
    return data, ends, are_int
