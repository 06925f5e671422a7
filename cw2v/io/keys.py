"""A vocabulary as arrays: the bytes of all keys, where each ends, and which of them are integers."""

from __future__ import annotations

import numbers
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from cw2v._vectors import WordDecodeError, decode_words
from cw2v.errors import FileFormatError

__all__ = ["KEY_SECTIONS", "pack_keys", "unpack_keys"]

KEY_SECTIONS = ("keys_bytes", "keys_ends", "keys_are_int")


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
    missing = [name for name in KEY_SECTIONS if name not in arrays]
    if missing:
        raise FileFormatError(f"section {missing[0]!r} is missing: the file holds no keys")
    data, ends, are_int = (arrays[name] for name in KEY_SECTIONS)
    if ends.ndim != 1 or ends.shape != are_int.shape or ends.dtype != np.int64 or data.dtype != np.uint8:
        raise FileFormatError("sections 'keys_ends' and 'keys_are_int' differ in length or have wrong types")
    steps = np.diff(ends, prepend=0)
    if (steps < 0).any() or int(steps.sum()) != data.size:
        raise FileFormatError("section 'keys_ends' does not match 'keys_bytes'")
    places = np.stack([ends - steps, ends], 1) if len(ends) else np.empty((0, 2), np.int64)
    try:
        keys: list[Any] = decode_words(data, places, "utf-8", "surrogatepass")
        for row in np.flatnonzero(are_int).tolist():
            keys[row] = int(keys[row])
    except (WordDecodeError, ValueError) as error:
        raise FileFormatError(f"section 'keys_bytes' is damaged: {error}") from error
    return keys
