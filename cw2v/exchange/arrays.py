"""NumPy's files and safetensors."""

from __future__ import annotations

import json
import os
from typing import Any

import numpy as np
import numpy.typing as npt

from cw2v.errors import FileFormatError
from cw2v.exchange.parts import attributes, import_extra, keys_of, make
from cw2v.io.atomic import atomic_write
from cw2v.io.keys import KEY_SECTIONS, pack_keys, unpack_keys
from cw2v.keyedvectors import KeyedVectors

__all__ = ["load_npy", "load_npz", "load_safetensors", "save_npy", "save_npz", "save_safetensors"]

_ATTRIBUTE = "attribute:"


def _key_array(keys: list[Any]) -> npt.NDArray[Any]:
    """Keys as NumPy holds them, or the reason why it cannot."""
    if keys and all(type(key) is int for key in keys):
        try:
            return np.array(keys, np.int64)
        except OverflowError:
            raise FileFormatError("an integer key is too large for int64") from None
    for row, key in enumerate(keys):
        if not isinstance(key, str) or key.endswith("\0"):
            raise FileFormatError(f"key {key!r} (row {row}) cannot be held by a NumPy array: keys must be all text, "
                                  "without a zero character at the end, or all integers")
    return np.array(keys, dtype=np.str_) if keys else np.empty(0, "<U1")


def save_npz(kv: KeyedVectors, path: str) -> None:
    """Arrays ``keys``, ``vectors``, and ``attribute:...`` in an archive, as np.savez makes it."""
    arrays = {"keys": _key_array(keys_of(kv)), "vectors": kv.vectors[: len(kv)]}
    arrays |= {_ATTRIBUTE + name: column for name, column in attributes(kv).items()}
    with atomic_write(path) as file:
        np.savez(file, **arrays)  # type: ignore[arg-type]


def load_npz(path: str) -> KeyedVectors:
    try:
        with np.load(path, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
        keys, vectors = arrays["keys"], arrays["vectors"]
    except (OSError, MemoryError):
        raise
    except Exception as error:  # NumPy and zipfile raise nearly anything for a damaged file
        raise FileFormatError(f"{path} is no archive with 'keys' and 'vectors': {error}") from error
    if keys.ndim != 1 or keys.dtype.kind not in "Uiu":
        raise FileFormatError(f"{path}: keys must be text or integers, got {keys.dtype}")
    columns = {n.removeprefix(_ATTRIBUTE): array for n, array in arrays.items() if n.startswith(_ATTRIBUTE)}
    return make(path, keys.tolist(), vectors, columns)


def _keys_path(path: str) -> str:
    return f"{os.path.splitext(path)[0]}.keys.json"


def save_npy(kv: KeyedVectors, path: str) -> None:
    """The matrix alone, and the keys as a JSON list in ``<name>.keys.json``."""
    keys = keys_of(kv)
    wrong = next((key for key in keys if type(key) not in (str, int)), None)
    if wrong is not None:
        raise FileFormatError(f"key {wrong!r} is a {type(wrong).__name__}: JSON holds text and integers")
    with atomic_write(_keys_path(path), "w") as beside, atomic_write(path) as file:
        json.dump(keys, beside)
        beside.flush()  # a full disk shows before either file takes its place
        np.save(file, kv.vectors[: len(kv)])


def load_npy(path: str) -> KeyedVectors:
    try:
        vectors = np.load(path, allow_pickle=False)
        with open(_keys_path(path), encoding="utf-8") as file:
            keys = json.load(file)
    except (OSError, MemoryError):
        raise
    except Exception as error:  # NumPy raises nearly anything for a damaged file
        raise FileFormatError(f"{path}, {_keys_path(path)}: {error}") from error
    if not isinstance(keys, list) or not all(type(key) in (str, int) for key in keys):
        raise FileFormatError(f"{_keys_path(path)} is not a list of text or integers")
    return make(path, keys, vectors)


def save_safetensors(kv: KeyedVectors, path: str) -> None:
    """Tensors ``vectors``, ``keys_bytes``, ``keys_ends``, ``keys_are_int`` and ``attribute:...``."""
    numpy = import_extra("safetensors.numpy", "safetensors", "writing .safetensors")
    if not len(kv):
        raise FileFormatError("there are no vectors to save: safetensors' readers do not agree on empty tensors")
    tensors = {"vectors": kv.vectors[: len(kv)], **pack_keys(keys_of(kv))}
    tensors |= {_ATTRIBUTE + name: column for name, column in attributes(kv).items()}
    data = numpy.save({name: np.ascontiguousarray(tensor) for name, tensor in tensors.items()}, {"format": "cw2v"})
    with atomic_write(path) as file:
        file.write(data)


def load_safetensors(path: str) -> KeyedVectors:
    numpy = import_extra("safetensors.numpy", "safetensors", "reading .safetensors")
    try:
        tensors = numpy.load_file(path)
    except OSError:
        raise
    except Exception as error:  # the library's own class, or nearly anything for a damaged file
        raise FileFormatError(f"{path}: {error}") from error
    if "vectors" not in tensors:
        raise FileFormatError(f"{path}: there is no tensor 'vectors', only {sorted(tensors)[:5]}")
    try:
        keys = unpack_keys({name: tensors[name] for name in KEY_SECTIONS if name in tensors})
    except FileFormatError as error:
        raise FileFormatError(f"{path}: {error}") from None
    columns = {n.removeprefix(_ATTRIBUTE): array for n, array in tensors.items() if n.startswith(_ATTRIBUTE)}
    return make(path, keys, tensors["vectors"], columns)
