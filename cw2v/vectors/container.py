"""The container: keys, their rows, and attributes of keys."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NoReturn

import numpy as np
import numpy.typing as npt

from cw2v import query
from cw2v.errors import ParameterError, UnknownKeyError
from cw2v.io.keys import PackedKeys
from cw2v.io.mapped import MappedVectors
from cw2v.parameters import validate
from cw2v.query.sketch import SketchKeeper
from cw2v.vectors.matrix import MatrixAttribute

__all__ = ["Container"]

Floats = npt.NDArray[np.floating[Any]]


class _Removed:
    """A name of gensim 3; reading or setting it says what to use today."""

    def __init__(self, today: str) -> None:
        self.today = today

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, instance: object, owner: type) -> Any:
        return self if instance is None else self._raise()

    def __set__(self, instance: object, value: Any) -> None:
        self._raise()

    def _raise(self) -> NoReturn:
        raise AttributeError(self.message)

    @property
    def message(self) -> str:
        return f"{self.name} was removed in gensim 4; use {self.today}"


class Container:
    """V vectors of D dimensions by key; what its attributes are, :class:`cw2v.KeyedVectors` says."""

    vocab = _Removed("key_to_index, index_to_key, get_vecattr() and set_vecattr()")
    index2word = _Removed("index_to_key")
    index2entity = _Removed("index_to_key")
    vectors_norm = _Removed("get_normed_vectors()")
    __slots__ = ("__dict__", "__weakref__", "_keeper")

    vectors = MatrixAttribute()
    _keeper: SketchKeeper
    # Keys of a file, until all of them are asked for: to be read, or packed.
    _unmade: MappedVectors | PackedKeys

    def __init__(
        self, vector_size: int, count: int = 0, dtype: npt.DTypeLike = np.float32,
        mapfile_path: str | None = None,
    ) -> None:
        self.vector_size: int = validate(vector_size=vector_size)["vector_size"]
        if count < 0 or np.dtype(dtype).kind != "f":
            raise ParameterError(f"count must be >= 0 and dtype floating, got {count} and {np.dtype(dtype)}")
        self.index_to_key: list[Any] = [None] * count
        self.next_index = 0
        self.key_to_index: dict[Any, int] = {}
        self.vectors = np.zeros((count, self.vector_size), dtype)
        self.norms = None
        self.expandos: dict[str, npt.NDArray[Any]] = {}
        self.mapfile_path = mapfile_path
        self.vectors_lockf: npt.NDArray[Any] = np.ones(1, np.float32)

    def __getattr__(self, name: str) -> Any:
        if name == "_keeper":  # not in __init__, which a copy or an unpickled object does not go through
            self._keeper = SketchKeeper()
            return self._keeper
        if name not in ("index_to_key", "key_to_index") or "_unmade" not in self.__dict__:
            removed = getattr(type(self), name, None)
            raise AttributeError(removed.message if isinstance(removed, _Removed) else
                                 f"{type(self).__name__!r} object has no attribute {name!r}")
        packed = self._read_keys()
        if packed is not None:
            self._make_keys(packed.keys())
        return self.__dict__[name]

    def __getstate__(self) -> dict[str, Any]:
        for name in ("index_to_key", "key_to_index"):
            getattr(self, name)
        return self.__dict__

    def _make_keys(self, keys: list[Any]) -> None:
        """Keep keys as attributes; what callers have set already stays."""
        self.__dict__.setdefault("index_to_key", keys)
        if "key_to_index" not in self.__dict__:
            self.key_to_index = dict(zip(keys, range(len(keys)), strict=True))
        self.__dict__.pop("_unmade", None)

    def _read_keys(self) -> PackedKeys | None:
        """The keys of a file as they are packed; None if they are made."""
        unmade = self.__dict__.get("_unmade")
        if isinstance(unmade, MappedVectors):
            keys = unmade.keys()
            if isinstance(keys, PackedKeys):
                self._unmade = unmade = keys
            else:
                self._make_keys(keys)
                return None
        return unmade

    def _packed(self) -> PackedKeys | None:
        """The keys while they are packed: a caller who never asks for all of them need not wait for a dictionary."""
        return None if "key_to_index" in self.__dict__ else self._read_keys()

    @property
    def _matrix(self) -> npt.NDArray[Any]:
        """`vectors` for those who only read them, and keep nothing of them that can be written."""
        matrix: npt.NDArray[Any] = self.__dict__["vectors"]
        return matrix

    def __str__(self) -> str:
        return f"{type(self).__name__}<vector_size={self.vector_size}, {len(self)} keys>"

    def __len__(self) -> int:
        packed = self._packed()
        return len(self.key_to_index if packed is None else packed)

    def __iter__(self) -> Iterator[Floats]:
        """The vectors, row by row, read-only."""
        return map(self._row, range(len(self)))

    def _row(self, index: int) -> Floats:
        row: Floats = self._matrix[index]
        row.flags.writeable = False
        return row

    def _find(self, key: Any) -> int:
        """The row of a key, or -1."""
        packed = self._packed()
        if packed is not None:
            return packed.find(key)
        try:
            return self.key_to_index.get(key, -1)
        except TypeError:  # a list or an array has no hash
            return -1

    def _is_key(self, key: Any) -> bool:
        return self._find(key) >= 0

    def _key_of(self, row: int) -> Any:
        packed = self._packed()
        return self.index_to_key[row] if packed is None else packed.key(row)

    def get_index(self, key: Any, default: int | None = None) -> int:
        """Row of `key`; an int that is no key is a row itself. `default` (if given) for what is neither."""
        row = self._find(key)
        if row >= 0:
            return row
        if isinstance(key, int | np.integer) and 0 <= key < len(self):
            return int(key)
        if default is None:
            raise UnknownKeyError(f"Key '{key}' not present")
        return default

    def has_index_for(self, key: Any) -> bool:
        """Whether `key` is a key, or an int that is a row."""
        return self.get_index(key, -1) >= 0

    __contains__ = has_index_for

    def __getitem__(self, key_or_keys: Any) -> Floats:
        """Vector (D,) of a key, read-only, or the vectors (n, D) of a list of keys, in a new array."""
        single = isinstance(key_or_keys, str | bytes) or not isinstance(key_or_keys, Iterable)
        if single or self._is_key(key_or_keys):
            return self._row(self.get_index(key_or_keys))
        rows: Floats = self._matrix[[self.get_index(key) for key in key_or_keys]]
        return rows.reshape(-1, self.vector_size)

    def get_vector(self, key: Any, norm: bool = False) -> Floats:
        """Vector (D,) of `key`, read-only; with `norm` brought to length 1."""
        row = self._row(self.get_index(key))
        return query.normalized(row) if norm else row

    word_vec = get_vector

    def get_vecattr(self, key: Any, attr: str) -> Any:
        """Attribute `attr` of `key`, such as its "count"."""
        index = self.get_index(key)
        if attr not in self.expandos or index >= len(self.expandos[attr]):
            raise UnknownKeyError(f"attribute {attr!r} not present; there are {sorted(self.expandos)}")
        return self.expandos[attr][index]

    def set_vecattr(self, key: Any, attr: str, val: Any) -> None:
        """Set attribute `attr` of `key`; a new attribute is 0 for the other keys."""
        index = self.get_index(key)
        kind = np.asarray(val).dtype if isinstance(val, int | float | np.number) else np.dtype(object)
        column = self.expandos.get(attr, np.zeros(0, kind))
        wider = np.result_type(column.dtype, kind)
        if len(column) < len(self._matrix) or column.dtype != wider or not column.flags.writeable:
            missing = np.zeros(len(self._matrix) - len(column), wider)
            column = self.expandos[attr] = np.concatenate([column.astype(wider), missing])
        column[index] = val

    @property
    def norms(self) -> Floats | None:
        """Length of each vector (V,), computed now."""
        return query.norms(self._matrix)

    @norms.setter
    def norms(self, value: Any) -> None:
        self.__dict__["norms"] = None  # a key that readers of gensim's __dict__ expect; never a stale array

    def fill_norms(self, force: bool = False) -> None:
        """Do nothing: lengths are always up to date. Kept for gensim's callers."""

    def get_normed_vectors(self) -> Floats:
        """A copy (V, D) with every vector brought to length 1."""
        return query.normalized(self._matrix)

    def _get_rows(self, keys: Iterable[Any]) -> npt.NDArray[np.int64]:
        """Rows (n,) of keys, all of which must be there; a single key is a list of one."""
        if isinstance(keys, str | bytes) or self._is_key(keys) or not isinstance(keys, Iterable):
            keys = [keys]
        return np.array([self.get_index(key) for key in keys], np.int64)
