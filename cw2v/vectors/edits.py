"""Edits: keys, their vectors and their attributes change together or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, Self

import numpy as np
import numpy.typing as npt

from cw2v import query
from cw2v.errors import ParameterError, UnknownKeyError
from cw2v.vectors.container import Container

__all__ = ["Edits", "prep_vectors", "pseudorandom_weak_vector"]

Floats = npt.NDArray[np.floating[Any]]
Columns = dict[str, npt.NDArray[Any]]
Conflict = Literal["keep", "replace", "mean", "error"]


def prep_vectors(
    target_shape: tuple[int, int], prior_vectors: Floats | None = None, seed: int | None = 0,
    dtype: npt.DTypeLike = np.float32,
) -> Floats:
    """A matrix (V, D) that begins with `prior_vectors` and goes on with uniform numbers from -1/D to 1/D.

    Parameters
    ----------
    target_shape : (int, int)
        V and D.
    prior_vectors : ndarray of float (n, D), optional
        n at most V.
    seed : int or None, default 0
        Of NumPy's ``default_rng``.
    dtype : dtype, default float32

    Returns
    -------
    ndarray (V, D)

    Raises
    ------
    ParameterError
        `prior_vectors` do not fit the shape.
    """
    prior = np.zeros((0, target_shape[1]), dtype) if prior_vectors is None else prior_vectors
    if prior.ndim != 2 or prior.shape[1] != target_shape[1] or len(prior) > target_shape[0]:
        raise ParameterError(f"prior_vectors must fit {target_shape}, got shape {prior.shape}")
    if prior.shape == tuple(target_shape):
        return prior
    result = np.random.default_rng(seed).random(target_shape, np.float32)
    result = ((result * 2 - 1) / target_shape[1]).astype(dtype)
    result[: len(prior)] = prior
    return result


def pseudorandom_weak_vector(size: int, seed_string: str | None = None, hashfxn: Any = hash) -> Floats:
    """A small vector (size,): uniform from -1/(2 size) to 1/(2 size), the same for the same string and `hashfxn`."""
    seed = None if seed_string is None else hashfxn(seed_string) & 0xFFFFFFFF
    uniform = np.random.Generator(np.random.SFC64(seed)).random(size)
    weak: Floats = ((uniform - 0.5) / size).astype(np.float32)
    return weak


class Edits(Container):
    """Adds to, or makes others of, vectors by key."""

    # --- in place: names and arguments are gensim's

    def add_vector(self, key: Any, vector: npt.ArrayLike) -> int:
        """Add or replace the vector (D,) of one key; return its row.

        Every new key copies all vectors: add many with :meth:`add_vectors`.
        """
        self.add_vectors([key], np.asarray(vector)[None], replace=True)
        return self.key_to_index[key]

    def __setitem__(self, keys: Any, weights: npt.ArrayLike) -> None:
        if isinstance(keys, list):
            self.add_vectors(keys, weights, replace=True)
        else:
            self.add_vector(keys, weights)

    def add_vectors(
        self, keys: Sequence[Any], weights: npt.ArrayLike, extras: dict[str, Any] | None = None,
        replace: bool = False,
    ) -> None:
        """Add keys with their vectors (n, D) and attributes (n,).

        Known keys keep their vectors unless `replace` is set. Of a key that comes twice the first counts, or
        with `replace` the last. A wrong shape is a ParameterError, and changes nothing.
        """
        keys = [keys] if isinstance(keys, str | bytes | int) else list(keys)
        if np.iscomplexobj(weights):
            raise ParameterError("weights must be real numbers, got complex ones")
        rows = np.asarray(weights, dtype=self.vectors.dtype)
        columns = {name: np.asarray(values) for name, values in (extras or {}).items()}
        if rows.shape != (len(keys), self.vector_size):
            expected = len(keys), self.vector_size
            raise ParameterError(f"weights must have shape {expected}, got {rows.shape}")
        for name, column in columns.items():
            if len(column) != len(keys):
                raise ParameterError(f"extras[{name!r}] must have {len(keys)} values, got {len(column)}")
        old = self.next_index = len(self)
        source = {key: i for i, key in enumerate(keys)} if replace else {
            key: i for i, key in reversed(list(enumerate(keys))) if key not in self.key_to_index}
        new = [key for key in dict.fromkeys(keys) if key in source and key not in self.key_to_index]
        self.key_to_index.update(zip(new, range(old, old + len(new)), strict=True))
        self.index_to_key[old : old + len(new)] = new
        self.next_index = len(self)
        self._grow(max(len(self.vectors), self.next_index), columns)
        target = [self.key_to_index[key] for key in source]
        chosen = list(source.values())
        self.vectors[target] = rows[chosen]
        for name, column in columns.items():
            self.expandos[name][target] = column[chosen]

    def _put(self, at: npt.NDArray[np.int64], rows: Floats, lockf: float | None) -> None:
        """Give the rows `at` other vectors, and their share of updates in training unless `lockf` is None."""
        if lockf is not None:
            lock = np.broadcast_to(np.asarray(self.vectors_lockf, np.float32), (len(self),)).copy()
            lock[at] = lockf
            self.vectors_lockf = lock
        if not self.vectors.flags.writeable:  # of a mapped file
            self.vectors = self.vectors.copy()
        self.vectors[at] = rows

    def _grow(self, size: int, columns: Columns) -> None:
        """Give the vectors and all attributes, old and new, `size` rows that may be written."""
        if size > len(self.vectors) or not self.vectors.flags.writeable:
            empty = np.zeros((size - len(self.vectors), self.vector_size), self.vectors.dtype)
            self.vectors = np.concatenate([self.vectors, empty])
        if 1 < np.size(self.vectors_lockf) < size:
            self.vectors_lockf = np.append(self.vectors_lockf, np.ones(size - len(self.vectors_lockf), np.float32))
        for name in {**self.expandos, **columns}:
            old = self.expandos.get(name, np.zeros(0, columns[name].dtype if name in columns else None))
            kind = np.result_type(old, columns[name]) if name in columns else old.dtype
            self.expandos[name] = np.concatenate([old.astype(kind), np.zeros(size - len(old), kind)])

    def resize_vectors(self, seed: int | None = 0) -> None:
        """Give every entry of `index_to_key` a vector, and no more: new ones are those of :func:`prep_vectors`."""
        shape = len(self.index_to_key), self.vector_size
        self.vectors = prep_vectors(shape, self.vectors[: shape[0]], seed, self.vectors.dtype)

    def allocate_vecattrs(self, attrs: Iterable[str] | None = None, types: Iterable[Any] | None = None) -> None:
        """Give every entry of `index_to_key` a value of each attribute, 0 where it has none yet.

        `attrs` with their `types` are made if they are new; an attribute of another type is a TypeError.
        """
        wanted = {name: column.dtype for name, column in self.expandos.items()}
        for name, kind in zip(attrs or (), types or (), strict=True):
            dtype = np.dtype(kind if isinstance(kind, np.dtype) or kind in (int, float) or (
                isinstance(kind, type) and issubclass(kind, np.generic)) else object)
            if not np.issubdtype(wanted.setdefault(name, dtype), dtype):
                raise TypeError(f"attribute {name!r} has type {wanted[name]}, not {dtype}")
        size = len(self.index_to_key)
        for name, dtype in wanted.items():
            column = self.expandos.get(name, np.zeros(0, dtype))[:size]
            self.expandos[name] = np.concatenate([column, np.zeros(size - len(column), dtype)])

    def sort_by_descending_frequency(self) -> None:
        """Reorder by falling "count"; among equal counts the later row comes first, as in gensim."""
        if not len(self):
            return
        if "count" not in self.expandos:
            raise ParameterError("these vectors have no 'count' to sort by; set it with set_vecattr()")
        order = np.argsort(self.expandos["count"][: len(self)], kind="stable")[::-1]
        self.__dict__.update(self._taken(order).__dict__)

    def unit_normalize_all(self) -> None:
        """Bring every vector to length 1 for good; rows of zeros stay."""
        self.vectors = query.normalized(self.vectors)

    def init_sims(self, replace: bool = False) -> None:
        """With `replace` bring every vector to length 1; otherwise nothing. Deprecated in gensim."""
        if replace:
            self.unit_normalize_all()

    # --- into new objects

    def _taken(self, rows: npt.NDArray[np.intp], keys: list[Any] | None = None) -> Self:
        """Some rows, copied, with their attributes; under `keys`, or else their own."""
        result = type(self)(self.vector_size, dtype=self.vectors.dtype)
        result.index_to_key = [self.index_to_key[row] for row in rows.tolist()] if keys is None else keys
        result.key_to_index = {key: row for row, key in enumerate(result.index_to_key)}
        result.next_index = len(rows)
        result.vectors = np.ascontiguousarray(self.vectors[rows])
        for name, column in self.expandos.items():
            missing = np.zeros(max(0, len(self) - len(column)), column.dtype)
            result.expandos[name] = np.append(column, missing)[rows]
        per_row = np.size(self.vectors_lockf) > 1 and len(self.vectors_lockf) >= len(self)
        result.vectors_lockf = self.vectors_lockf[rows] if per_row else self.vectors_lockf.copy()
        return result

    def subset(self, keys: Iterable[Any]) -> Self:
        """New vectors of some keys, in their order, with their attributes; a key that comes twice is there once.

        An unknown key is an UnknownKeyError.
        """
        rows = np.array(list(dict.fromkeys(self._get_rows(keys).tolist())), np.intp)
        return self._taken(rows)

    def drop(self, keys: Iterable[Any]) -> Self:
        """New vectors of all but some keys, with their attributes. An unknown key is an UnknownKeyError."""
        kept = np.ones(len(self), bool)
        kept[self._get_rows(keys)] = False
        return self._taken(np.flatnonzero(kept))

    def rename(self, names: Mapping[Any, Any]) -> Self:
        """New vectors of the same rows, in which each key of `names` has become its value.

        An unknown key is an UnknownKeyError; two rows of one name are a ParameterError.
        """
        unknown = [key for key in names if not self._is_key(key)]
        if unknown:
            raise UnknownKeyError(f"Key '{unknown[0]}' not present")
        keys = [names.get(key, key) for key in self.index_to_key[: len(self)]]
        if len(set(keys)) < len(keys):
            seen: set[Any] = set()
            twice = next(key for key in keys if key in seen or seen.add(key))  # type: ignore[func-returns-value]
            raise ParameterError(f"names must leave keys distinct, but two rows would be {twice!r}")
        return self._taken(np.arange(len(self)), keys)

    def merge(self, other: Container, conflict: Conflict = "keep") -> Self:
        """New vectors of all keys of both: ours in their order, then the others.

        Parameters
        ----------
        other : KeyedVectors
            Of the same dimensions.
        conflict : {"keep", "replace", "mean", "error"}, default "keep"
            What becomes of a key that both have: our vector and attributes, theirs, our attributes with the mean of
            both vectors, or a ParameterError.

        Returns
        -------
        KeyedVectors
            Attributes that one side lacks are 0 there.
        """
        if other.vector_size != self.vector_size:
            raise ParameterError(f"other must have {self.vector_size} dimensions, got {other.vector_size}")
        if conflict not in ("keep", "replace", "mean", "error"):
            raise ParameterError(f"conflict must be 'keep', 'replace', 'mean' or 'error', got {conflict!r}")
        both = [key for key in other.index_to_key[: len(other)] if key in self.key_to_index]
        if both and conflict == "error":
            raise ParameterError(f"{len(both)} keys are in both, such as {both[0]!r}")
        result = self._taken(np.arange(len(self)))
        columns = {name: column[: len(other)] for name, column in other.expandos.items()}
        if both and conflict == "mean":
            theirs = other.vectors[[other.key_to_index[key] for key in both]].astype(np.float64)
            rows = [self.key_to_index[key] for key in both]
            result.vectors[rows] = (result.vectors[rows] + theirs) / 2
        keys, vectors = other.index_to_key[: len(other)], other.vectors[: len(other)]
        result.add_vectors(keys, vectors, columns, conflict == "replace")
        return result

    def astype(self, dtype: npt.DTypeLike) -> Self:
        """New vectors of another floating type: float16 takes half the memory, and has 3 digits.

        Questions are answered in float32 whatever the type.
        """
        if np.dtype(dtype).kind != "f":
            raise ParameterError(f"dtype must be floating, got {np.dtype(dtype)}")
        result = self._taken(np.arange(len(self)))
        result.vectors = result.vectors.astype(dtype)
        return result

    def vectors_for_all(
        self, keys: Iterable[Any], allow_inference: bool = True, copy_vecattrs: bool = False
    ) -> Self:
        """New vectors of those of `keys` that are known, each once, in their order.

        Parameters
        ----------
        keys : iterable of keys
        allow_inference : bool, default True
            Take an int that is no key for a row, under that int.
        copy_vecattrs : bool, default False
            With their attributes.
        """
        known = self.has_index_for if allow_inference else self._is_key
        kept = [key for key in dict.fromkeys(keys) if known(key)]
        result = self._taken(np.array([self.get_index(key) for key in kept], np.intp), kept)
        if not copy_vecattrs:
            result.expandos = {}
        return result
