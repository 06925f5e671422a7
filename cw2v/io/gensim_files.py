"""Vectors of gensim's own files (``save()`` of KeyedVectors and models), Python pickles, without running them.

A pickle is a program that may call anything it can name. Here the names it may use stand for inert things that hold
what they are given; any other name ends the reading. So nothing is built but arrays, dictionaries, lists, text and
numbers.
"""

from __future__ import annotations

import os
import pickle
import struct
from collections.abc import Callable
from typing import Any, BinaryIO, NamedTuple, Self, cast

import numpy as np
import numpy.typing as npt

from cw2v.errors import FileFormatError
from cw2v.parameters import MOST_DIMENSIONS

__all__ = ["GensimVectors", "is_pickle", "load"]

Path = str | os.PathLike[str]


class GensimVectors(NamedTuple):
    """What :func:`load` returns."""

    keys: list[Any]
    vectors: npt.NDArray[np.floating[Any]]  # (V, D)
    attributes: dict[str, npt.NDArray[Any]]  # of numbers (V,)


class _Held:
    """Stands for an object: takes whatever it is made of, and keeps a state that is a dictionary."""

    held: dict[str, Any]

    def __new__(cls, *_: Any) -> Self:  # a pickle need not call __init__
        made = super().__new__(cls)
        made.held = {}
        return made

    def __setstate__(self, state: Any) -> None:
        self.held = state if isinstance(state, dict) else {}


class _Counts(dict[Any, Any]):
    """A defaultdict without its default."""

    def __init__(self, *_: Any) -> None:
        super().__init__()


class _Dtype:
    name: Any = ""
    order = "|"

    def __init__(self, name: Any = "", *_: Any) -> None:
        self.name = name

    def __setstate__(self, state: Any) -> None:
        if isinstance(state, tuple) and len(state) > 1 and state[1] in ("<", ">", "|", "="):
            self.order = state[1]


class _Array:
    """An array of numbers; one of objects is left out."""

    array: npt.NDArray[Any] | None = None

    def __init__(self, *_: Any) -> None:
        pass

    def __setstate__(self, state: Any) -> None:
        if not isinstance(state, tuple) or len(state) != 5:
            raise FileFormatError("an array in it is damaged")
        _, shape, kind, is_fortran, data = state
        self.fill(data, kind, shape, "F" if is_fortran else "C")

    def fill(self, data: Any, kind: Any, shape: Any, order: Any) -> None:
        name = getattr(kind, "name", None)
        if not isinstance(name, str) or name[:1] not in ("f", "i", "u", "b") or not isinstance(data, bytes | bytearray):
            return
        try:
            array = np.frombuffer(data, np.dtype(kind.order + name)).reshape(shape, order=order)
        except (TypeError, ValueError) as error:
            raise FileFormatError(f"an array in it is damaged: {error}") from None
        self.array = array.astype(array.dtype.newbyteorder("="), order="C")  # a copy: bytes cannot be written to


class _FromBuffer(_Array):
    """What pickle's protocol 5 makes of an array."""

    def __init__(self, data: Any = None, kind: Any = None, shape: Any = None, order: Any = None) -> None:
        super().__init__()
        self.fill(data, kind, shape, order)


def _encode(text: Any, encoding: Any = None) -> bytes:
    """Bytes, which protocol 2 has as text of latin-1."""
    if not isinstance(text, str) or encoding != "latin1":
        raise FileFormatError("bytes in it are damaged")
    return text.encode("latin1")


class _Scalar:
    def __init__(self, *_: Any) -> None:
        pass


_KNOWN: dict[tuple[str, str], Callable[..., Any]] = {
    ("numpy", "ndarray"): _Array, ("numpy", "dtype"): _Dtype, ("collections", "defaultdict"): _Counts,
    ("collections", "OrderedDict"): _Counts, ("numpy.random._mt19937", "MT19937"): _Held,
    ("_codecs", "encode"): _encode,
}  # fmt: skip
_KNOWN |= {(room, name): _Held for room in ("builtins", "__builtin__") for name in ("int", "long", "hash")}
_KNOWN |= {("__builtin__", "frozenset"): frozenset, ("__builtin__", "set"): set}
_KNOWN |= {(f"numpy.{core}.numeric", "_frombuffer"): _FromBuffer for core in ("core", "_core")}
_KNOWN |= {(f"numpy.{core}.multiarray", "_reconstruct"): _Array for core in ("core", "_core")}
_KNOWN |= {(f"numpy.{core}.multiarray", "scalar"): _Scalar for core in ("core", "_core")}
_KNOWN |= {("numpy.random._pickle", name): _Held
           for name in ("__randomstate_ctor", "__bit_generator_ctor", "__generator_ctor")}  # fmt: skip
_GENSIM = ("gensim.models.", "gensim.utils", "gensim.callbacks")


class _Bounded:
    """A file that is not asked for more than it has, which would be allocated first."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._left = file, file.seek(0, os.SEEK_END)
        self.readline = file.readline
        file.seek(0)

    def read(self, size: int) -> bytes:
        data = self._file.read(min(size, self._left))
        self._left -= len(data)
        return data


class _Reader(pickle._Unpickler):
    # The one in Python: that in C allocates whatever a damaged file tells it to, and tests have seen it take seconds.
    read: Callable[[int], bytes]
    append: Callable[[Any], None]

    def find_class(self, module: str, name: str) -> Callable[..., Any]:
        known = _KNOWN.get((module, name))
        if known is None and module.startswith(_GENSIM):
            known = _Held
        if known is None:
            raise FileFormatError(f"it asks for {module}.{name}, which vectors do not need; nothing was run")
        return known

    def load_bytearray8(self) -> None:  # theirs makes room before it looks whether there is as much
        (size,) = struct.unpack("<Q", self.read(8))
        data = self.read(size)
        if len(data) < size:
            raise FileFormatError("it ends within an array")
        self.append(bytearray(data))

    dispatch = pickle._Unpickler.dispatch | {
        pickle.BYTEARRAY8[0]: cast("Callable[[pickle.Unpickler], None]", load_bytearray8)}


def is_pickle(path: Path) -> bool:
    """Whether a file begins as pickles do that gensim writes. What is read from a pipe would be lost: it is none."""
    if not os.path.isfile(path):
        return False
    with open(path, "rb") as file:
        return file.read(1) == b"\x80"


def load(path: Path) -> GensimVectors:
    """Read the vectors of a file that gensim's ``KeyedVectors.save`` or ``Word2Vec.save`` wrote.

    Parameters
    ----------
    path : str or path
        Large arrays may be in files beside it, ``<path>.vectors.npy`` or ``<path>.wv.vectors.npy``.

    Returns
    -------
    GensimVectors
        Keys, vectors, and the attributes that are numbers, such as ``"count"``.

    Raises
    ------
    FileFormatError
        The file is damaged, holds no vectors, or asks for anything that vectors do not need; the message names it.
    OSError
        A file cannot be opened.
    """
    name = os.fsdecode(path)
    with open(name, "rb") as file:
        top = _unpickle(name, file)
    state = top.held if isinstance(top, _Held) else {}
    place = name
    if isinstance(state.get("wv"), _Held):
        state, place = state["wv"].held, f"{name}.wv"
    lists = [state.get(name) for name in ("index_to_key", "index2word", "index2entity")]
    keys = next((names for names in lists if isinstance(names, list)), None)
    vectors = next((x for x in (_array(state, place, n) for n in ("vectors", "syn0")) if x is not None), None)
    if keys is None or vectors is None:
        raise FileFormatError(f"{name} is a pickle without the vectors of a KeyedVectors or a Word2Vec")
    if not all(isinstance(key, str | int) for key in keys) or len(set(keys)) < len(keys):
        raise FileFormatError(f"{name}: keys must be text or integers, each once")
    if vectors.ndim != 2 or len(vectors) != len(keys) or vectors.dtype.kind != "f" or not (
            1 <= vectors.shape[1] <= MOST_DIMENSIONS):
        raise FileFormatError(f"{name}: {len(keys)} keys, but vectors of shape {vectors.shape} and {vectors.dtype}")
    expandos = state.get("expandos")
    columns = {n: _array(expandos, f"{place}.expandos", n) for n in expandos} if isinstance(expandos, dict) else {}
    return GensimVectors(keys, vectors, {
        str(n): column for n, column in columns.items() if column is not None and column.shape == (len(keys),)})


def _unpickle(name: str, file: BinaryIO) -> Any:
    try:
        return _Reader(_Bounded(file), encoding="latin1").load()
    except FileFormatError as error:
        raise FileFormatError(f"{name}: this pickle is not read: {error}") from None
    except (OSError, MemoryError):
        raise
    except Exception as error:  # a damaged pickle may raise nearly anything
        raise FileFormatError(f"{name}: a damaged pickle: {error!r}") from error


def _array(state: dict[Any, Any], place: str, name: str) -> npt.NDArray[Any] | None:
    held = state.get(name)
    if isinstance(held, _Array):
        return held.array
    if name not in ("vectors", "syn0") or not os.path.isfile(f"{place}.{name}.npy"):
        return None
    try:
        array = np.load(f"{place}.{name}.npy", allow_pickle=False)
    except (OSError, MemoryError):
        raise
    except Exception as error:  # NumPy raises nearly anything for a damaged file
        raise FileFormatError(f"{place}.{name}.npy: {error}") from None
    return array if isinstance(array, np.ndarray) else None
