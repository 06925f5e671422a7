"""Vectors and their keys: :mod:`cw2v.query` asks them, :mod:`cw2v.evaluate` judges, :mod:`cw2v.io` saves.

Names, arguments and defaults are gensim 4's. What differs: results are Python floats, never NaN for a zero
row; lengths are computed when they are asked for, so that they cannot be out of date; no file is pickled.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NoReturn, Self

import numpy as np
import numpy.typing as npt

from cw2v import evaluate, projection, query
from cw2v.errors import FileFormatError, ParameterError, UnknownKeyError
from cw2v.io import gensim, gensim_files, native, word2vec_format
from cw2v.io.mapped import MappedVectors
from cw2v.parameters import validate

__all__ = ["KeyedVectors", "Word2VecKeyedVectors"]

Floats = npt.NDArray[np.floating[Any]]
Ranked = list[tuple[Any, float]]
Path = str | os.PathLike[str]
_EXPANDO = "expando:"


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


class KeyedVectors:
    """V vectors of D dimensions and their keys.

    Parameters
    ----------
    vector_size : int
        D.
    count : int, default 0
        Rows to allocate now, for keys to come.
    dtype : dtype, default float32
        Floating type of the vectors.
    mapfile_path : str, optional
        Kept, and not used, as in gensim.

    Attributes
    ----------
    vectors : ndarray of float32 (V, D)
        C-contiguous; may be set.
    index_to_key : list
        Key of each row.
    key_to_index : dict
        Row of each key. A key is any hashable object, usually str.
    expandos : dict of str to ndarray (V,)
        Attributes of the keys, such as ``"count"`` (int64).
    vectors_lockf : ndarray of float32 (1,) or (V,)
        Share of their updates that the vectors get in training: one for all, or one each. 0 keeps a vector as it is.
    next_index : int
        The row that the next new key gets.

    Raises
    ------
    ParameterError
        An argument out of its range.
    """

    vocab = _Removed("key_to_index, index_to_key, get_vecattr() and set_vecattr()")
    index2word = _Removed("index_to_key")
    index2entity = _Removed("index_to_key")
    vectors_norm = _Removed("get_normed_vectors()")
    _mapped: MappedVectors  # of a mapped file, until a key is asked for

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
        self.vectors: npt.NDArray[Any] = np.zeros((count, self.vector_size), dtype)
        self.norms = None
        self.expandos: dict[str, npt.NDArray[Any]] = {}
        self.mapfile_path = mapfile_path
        self.vectors_lockf: npt.NDArray[Any] = np.ones(1, np.float32)

    def __getattr__(self, name: str) -> Any:
        mapped = self.__dict__.get("_mapped") if name in ("index_to_key", "key_to_index") else None
        if mapped is None:
            removed = getattr(type(self), name, None)
            raise AttributeError(removed.message if isinstance(removed, _Removed) else
                                 f"{type(self).__name__!r} object has no attribute {name!r}")
        self.index_to_key = mapped.keys()
        self.key_to_index = dict(zip(self.index_to_key, range(len(self.index_to_key)), strict=True))
        self.__dict__.pop("_mapped", None)
        return self.__dict__[name]

    def __str__(self) -> str:
        return f"{type(self).__name__}<vector_size={self.vector_size}, {len(self)} keys>"

    def __len__(self) -> int:
        return len(self.key_to_index)

    def __iter__(self) -> Iterator[Floats]:
        """The vectors, row by row, read-only."""
        return map(self._row, range(len(self)))

    def _row(self, index: int) -> Floats:
        row: Floats = self.vectors[index]
        row.flags.writeable = False
        return row

    # --- keys
    # -------------------------------------------------------------------------------------------------

    def _is_key(self, key: Any) -> bool:
        try:
            return key in self.key_to_index
        except TypeError:  # a list or an array has no hash
            return False

    def get_index(self, key: Any, default: int | None = None) -> int:
        """Row of `key`; an int that is no key is a row itself. `default` (if given) for what is neither."""
        if self._is_key(key):
            return self.key_to_index[key]
        if isinstance(key, int | np.integer) and 0 <= key < len(self.key_to_index):
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
        rows: Floats = self.vectors[[self.get_index(key) for key in key_or_keys]]
        return rows.reshape(-1, self.vector_size)

    def get_vector(self, key: Any, norm: bool = False) -> Floats:
        """Vector (D,) of `key`, read-only; with `norm` brought to length 1."""
        row = self._row(self.get_index(key))
        return query.normalized(row) if norm else row

    word_vec = get_vector

    def get_vecattr(self, key: Any, attr: str) -> Any:
        """Attribute `attr` of `key`, such as its "count"."""
        index = self.get_index(key)
        if attr not in self.expandos:
            raise UnknownKeyError(f"attribute {attr!r} not present; there are {sorted(self.expandos)}")
        return self.expandos[attr][index]

    def set_vecattr(self, key: Any, attr: str, val: Any) -> None:
        """Set attribute `attr` of `key`; a new attribute is 0 for the other keys."""
        index = self.get_index(key)
        kind = np.asarray(val).dtype if isinstance(val, int | float | np.number) else np.dtype(object)
        column = self.expandos.get(attr, np.zeros(0, kind))
        wider = np.result_type(column.dtype, kind)
        if len(column) < len(self.vectors) or column.dtype != wider or not column.flags.writeable:
            missing = np.zeros(len(self.vectors) - len(column), wider)
            column = self.expandos[attr] = np.concatenate([column.astype(wider), missing])
        column[index] = val

    # --- adding
    # -----------------------------------------------------------------------------------------------

    def add_vector(self, key: Any, vector: npt.ArrayLike) -> int:
        """Add or replace the vector (D,) of one key; return its row."""
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

    def _grow(self, size: int, columns: dict[str, npt.NDArray[Any]]) -> None:
        """Give the vectors and all attributes, old and new, `size` rows that may be written."""
        if size > len(self.vectors) or not self.vectors.flags.writeable:
            empty = np.zeros((size - len(self.vectors), self.vector_size), self.vectors.dtype)
            self.vectors = np.concatenate([self.vectors, empty])
        for name in {**self.expandos, **columns}:
            old = self.expandos.get(name, np.zeros(0, columns[name].dtype if name in columns else None))
            kind = np.result_type(old, columns[name]) if name in columns else old.dtype
            self.expandos[name] = np.concatenate([old.astype(kind), np.zeros(size - len(old), kind)])

    def sort_by_descending_frequency(self) -> None:
        """Reorder by falling "count"; among equal counts the later row comes first, as in gensim."""
        if not len(self):
            return
        if "count" not in self.expandos:
            raise ParameterError("these vectors have no 'count' to sort by; set it with set_vecattr()")
        order = np.argsort(self.expandos["count"][: len(self)], kind="stable")[::-1]
        self.index_to_key = [self.index_to_key[row] for row in order]
        self.key_to_index = {key: row for row, key in enumerate(self.index_to_key)}
        self.vectors = np.ascontiguousarray(self.vectors[order])
        self.expandos = {name: column[order] for name, column in self.expandos.items()}

    # --- lengths
    # ----------------------------------------------------------------------------------------------

    @property
    def norms(self) -> Floats | None:
        """Length of each vector (V,), computed now."""
        return query.norms(self.vectors)

    @norms.setter
    def norms(self, value: Any) -> None:
        self.__dict__["norms"] = None  # a key that readers of gensim's __dict__ expect; never a stale array

    def fill_norms(self, force: bool = False) -> None:
        """Do nothing: lengths are always up to date. Kept for gensim's callers, as :meth:`init_sims` is."""

    def init_sims(self, replace: bool = False) -> None:
        """With `replace` bring every vector to length 1."""
        if replace:
            self.unit_normalize_all()

    def unit_normalize_all(self) -> None:
        """Bring every vector to length 1 for good; rows of zeros stay."""
        self.vectors = query.normalized(self.vectors)

    def get_normed_vectors(self) -> Floats:
        """A copy (V, D) with every vector brought to length 1."""
        return query.normalized(self.vectors)

    def get_mean_vector(
        self, keys: Any, weights: npt.ArrayLike | None = None, pre_normalize: bool = True,
        post_normalize: bool = False, ignore_missing: bool = True,
    ) -> Floats:
        """Weighted mean (D,) of keys or vectors, see :func:`cw2v.query.mean_vector`.

        `pre_normalize` brings the keys' vectors to length 1 first; vectors that are given keep their lengths.
        ValueError for an empty list, UnknownKeyError for an unknown key unless `ignore_missing`.
        """
        items = [key for key, _ in query.parse_weighted(keys, 1.0, self._is_key)]
        scale = np.ones(len(items)) if weights is None else np.asarray(weights, np.float64)
        if not items or scale.shape != (len(items),):
            raise ParameterError("cannot compute mean with no input" if not items else
                                 f"weights must have {len(items)} values, one a key, got shape {scale.shape}")
        weighted = list(zip(items, scale.tolist(), strict=True))
        return self._mean(weighted, pre_normalize, post_normalize, ignore_missing)

    def _vectors_of(self, items: Iterable[Any]) -> Floats:
        """Vectors (n, D) of keys, and vectors as they are."""
        rows = [i if isinstance(i, np.ndarray) else self.vectors[self.get_index(i)] for i in items]
        for row in rows:
            if row.shape != (self.vector_size,):
                raise ParameterError(f"a vector must have shape ({self.vector_size},), got {row.shape}")
        return np.array(rows, self.vectors.dtype).reshape(-1, self.vector_size)

    def _mean(self, items: Ranked, pre_normalize: bool, post_normalize: bool, ignore_missing: bool) -> Floats:
        used = [(item, w) for item, w in items if isinstance(item, np.ndarray) or self.has_index_for(item)]
        if len(used) < len(items) and not ignore_missing:
            missing = next(i for i, _ in items if not isinstance(i, np.ndarray) and not self.has_index_for(i))
            raise UnknownKeyError(f"Key '{missing}' not present in vocabulary")
        rows = self._vectors_of(item for item, _ in used)
        if pre_normalize:
            of_key = np.array([not isinstance(item, np.ndarray) for item, _ in used], bool)
            rows[of_key] = query.normalized(rows[of_key])
        return query.mean_vector(rows, np.array([w for _, w in used]), post_normalize)

    # --- questions
    # --------------------------------------------------------------------------------------------

    def most_similar(
        self, positive: Any = None, negative: Any = None, topn: int | None = 10, clip_start: int = 0,
        clip_end: int | None = None, restrict_vocab: int | None = None, indexer: Any = None,
    ) -> Any:
        """The keys nearest to the mean of `positive` minus `negative`, by cosine.

        Parameters
        ----------
        positive, negative : key, vector (D,), (key or vector, weight), or list of these
            Keys count by their direction, vectors as they are. A weight replaces the 1 or -1, sign included.
        topn : int or None, default 10
            How many; None returns the array of all cosines instead.
        clip_start, clip_end : int, default all
            Rows to look at.
        restrict_vocab : int, optional
            Look at the first rows only; replaces both.
        indexer : object, optional
            Its ``most_similar(vector, topn)`` answers in our place.

        Returns
        -------
        list of (key, float), best first, without the keys asked for; or ndarray of float32

        Raises
        ------
        ValueError
            Nothing asked for.
        UnknownKeyError
            A key that is not there.
        """
        if topn is not None and topn < 1:
            return []
        items = query.parse_weighted(positive, 1.0, self._is_key)
        items += query.parse_weighted(negative, -1.0, self._is_key)
        if not items:
            raise ParameterError("cannot compute mean with no input: positive and negative are empty")
        mean = self._mean(items, True, True, ignore_missing=False)
        if indexer is not None and topn is not None:
            return indexer.most_similar(mean, topn)
        start, end, _ = slice(clip_start, clip_end).indices(len(self))
        if restrict_vocab is not None:
            start, end = 0, min(restrict_vocab, len(self))
        scores = query.cosine_similarities(mean, self.vectors[start:end])
        if topn is None:
            return scores
        return query.ranked(scores, self.index_to_key, topn, self._rows_of(items), start)

    def _rows_of(self, items: Ranked) -> list[int]:
        return [self.get_index(item) for item, _ in items if not isinstance(item, np.ndarray)]

    def similar_by_key(self, key: Any, topn: int | None = 10, restrict_vocab: int | None = None) -> Any:
        """The keys nearest to `key`; see :meth:`most_similar`."""
        return self.most_similar([key], topn=topn, restrict_vocab=restrict_vocab)

    similar_by_word = similar_by_key

    def similar_by_vector(
        self, vector: npt.ArrayLike, topn: int | None = 10, restrict_vocab: int | None = None
    ) -> Any:
        """The keys nearest to a vector (D,); see :meth:`most_similar`."""
        return self.most_similar([np.asarray(vector)], topn=topn, restrict_vocab=restrict_vocab)

    def most_similar_cosmul(
        self, positive: Any = None, negative: Any = None, topn: int | None = 10,
        restrict_vocab: int | None = None,
    ) -> Any:
        """As :meth:`most_similar`, but multiplying; see :func:`cw2v.query.cosmul_scores`."""
        good = query.parse_weighted(positive, 1.0, lambda item: True)
        bad = query.parse_weighted(negative, 1.0, lambda item: True)
        if not good:
            raise ParameterError("cannot compute similarity with no input: positive is empty")
        rows = (self._vectors_of(item for item, _ in side) for side in (good, bad))
        scores = query.cosmul_scores(self.vectors[: len(self)][:restrict_vocab], *rows)
        if topn is None:
            return scores
        return query.ranked(scores, self.index_to_key, topn, self._rows_of(good + bad))

    def distances(self, word_or_vector: Any, other_words: Iterable[Any] = ()) -> Floats:
        """Cosine distances (n,), 0 to 2, from a key or vector (D,) to some keys, by default to all."""
        others = list(other_words)
        rows = self._vectors_of(others) if others else self.vectors[: len(self)]
        distances: Floats = 1 - query.cosine_similarities(self._vectors_of([word_or_vector])[0], rows)
        return distances

    def similarity(self, w1: Any, w2: Any) -> float:
        """Cosine of the angle between two keys' vectors, -1 to 1."""
        one, two = query.normalized(self._vectors_of([w1, w2]))
        return float(one @ two)

    def distance(self, w1: Any, w2: Any) -> float:
        """1 minus the similarity."""
        return 1 - self.similarity(w1, w2)

    def n_similarity(self, ws1: Sequence[Any], ws2: Sequence[Any]) -> float:
        """Cosine between the means of two lists of keys; unknown keys are left out, as in gensim."""
        if not len(ws1) or not len(ws2):
            raise query.EmptyListError(f"ws1 and ws2 must not be empty, got {len(ws1)} and {len(ws2)} keys")
        one, two = (self.get_mean_vector(ws, pre_normalize=False, post_normalize=True) for ws in (ws1, ws2))
        return float(one @ two)

    def rank_by_centrality(self, words: Sequence[Any], use_norm: bool = True) -> list[tuple[float, Any]]:
        """The known ones of `words` with their nearness to the mean of all, nearest first."""
        known = [word for word in words if self.has_index_for(word)]
        if not known:
            raise ParameterError(f"cannot select a word from an empty list: none of {len(words)} is known")
        scores = query.centrality(self._vectors_of(known), use_norm)
        return [(score, word) for word, score in query.ranked(scores, known, len(known))]

    def doesnt_match(self, words: Sequence[Any]) -> Any:
        """The one of `words` farthest from the mean of all."""
        return self.rank_by_centrality(words)[-1][1]

    def closer_than(self, key1: Any, key2: Any) -> list[Any]:
        """Keys nearer to `key1` than `key2` is, in the order of their rows."""
        distances, one = self.distances(key1), self.get_index(key1)
        nearer = np.flatnonzero(distances < distances[self.get_index(key2)]).tolist()
        return [self.index_to_key[row] for row in nearer if row != one]

    def rank(self, key1: Any, key2: Any) -> int:
        """Place of `key2` among the keys nearest to `key1`, from 1."""
        return len(self.closer_than(key1, key2)) + 1

    def most_similar_to_given(self, key1: Any, keys_list: Sequence[Any]) -> Any:
        """The one of `keys_list` nearest to `key1`."""
        return keys_list[int(np.argmin(self.distances(key1, keys_list)))]

    cosine_similarities = staticmethod(query.cosine_similarities)

    def project(self, words: Iterable[Any] | None = None, method: Any = "svd") -> npt.NDArray[np.float64]:
        """Coordinates of keys in the plane, for pictures; see :func:`cw2v.projection.project` and :mod:`cw2v.plot`.

        Parameters
        ----------
        words : key or iterable of n keys, optional
            All keys, in the order of their rows, without it.
        method : "svd" or object with fit_transform
            "svd": U_2 S_2 of the keys' vectors less their mean, each column's greatest entry positive.

        Returns
        -------
        ndarray of float64 (n, 2)

        Raises
        ------
        UnknownKeyError
            Keys that are not there; all of them are named.
        ParameterError
            No keys, vectors that are not finite, or another `method`.
        """
        single = isinstance(words, str | bytes) or self._is_key(words) or not isinstance(words, Iterable)
        keys = self.index_to_key[: len(self)] if words is None else [words] if single else list(words)
        unknown = [repr(key) for key in keys if not self.has_index_for(key)]
        if unknown:
            raise UnknownKeyError(f"words not present: {', '.join(dict.fromkeys(unknown))}")
        rows = self.vectors[: len(self)] if words is None else self._vectors_of(keys)
        return projection.project(rows, method, keys)

    # --- judging and keeping
    # ----------------------------------------------------------------------------------

    def evaluate_word_analogies(
        self, analogies: evaluate.Source, restrict_vocab: int | None = 300_000, case_insensitive: bool = True,
        dummy4unknown: bool = False, similarity_function: str = "most_similar",
    ) -> tuple[float, list[dict[str, Any]]]:
        """Accuracy and sections; see :func:`cw2v.evaluate.word_analogies`."""
        kept = self.vectors, self.key_to_index, self.index_to_key[: len(self)]
        return evaluate.word_analogies(*kept, analogies, restrict_vocab, case_insensitive, dummy4unknown,
                                       similarity_function)

    def evaluate_word_pairs(
        self, pairs: evaluate.Source, delimiter: str = "\t", encoding: str = "utf8",
        restrict_vocab: int | None = 300_000, case_insensitive: bool = True, dummy4unknown: bool = False,
    ) -> tuple[evaluate.CorrelationResult, evaluate.CorrelationResult, float]:
        """Pearson, Spearman, percentage of unknown pairs; see :func:`cw2v.evaluate.word_pairs`."""
        kept = self.vectors, self.key_to_index, self.index_to_key[: len(self)]
        return evaluate.word_pairs(*kept, pairs, delimiter, encoding, restrict_vocab, case_insensitive,
                                   dummy4unknown)

    def to_sections(self) -> tuple[dict[str, npt.NDArray[Any]], dict[str, Any]]:
        """Arrays and dictionary that hold all of this, for :func:`cw2v.io.native.write`."""
        size = len(self)
        arrays = {"vectors": self.vectors[:size], **native.pack_keys(self.index_to_key[:size])}
        # Huffman codes are made again from the counts.
        kept = {name: column for name, column in self.expandos.items() if name not in ("code", "point")}
        arrays.update({_EXPANDO + name: column[:size] for name, column in kept.items()})
        return arrays, {"kind": "KeyedVectors", "vector_size": self.vector_size}

    @classmethod
    def from_sections(cls, arrays: dict[str, npt.NDArray[Any]]) -> Self:
        """Undo :meth:`to_sections`; further arrays are ignored."""
        vectors, keys = arrays.get("vectors"), native.unpack_keys(arrays)
        if vectors is None or vectors.ndim != 2 or len(vectors) != len(keys) or vectors.dtype.kind != "f":
            raise FileFormatError(f"section 'vectors' does not hold one row for each of {len(keys)} keys")
        columns = {name: column for name, column in arrays.items() if name.startswith(_EXPANDO)}
        return cls._adopt(keys, vectors, {name.removeprefix(_EXPANDO): col for name, col in columns.items()})

    @classmethod
    def _adopt(
        cls, keys: list[Any], vectors: npt.NDArray[Any], expandos: dict[str, npt.NDArray[Any]],
        key_to_index: dict[Any, int] | None = None,
    ) -> Self:
        result = cls(vectors.shape[1])
        result.vectors, result.index_to_key, result.expandos = vectors, keys, expandos
        result.key_to_index = key_to_index or dict(zip(keys, range(len(keys)), strict=True))
        result.next_index = len(keys)
        return result

    def to_gensim(self) -> Any:
        """The same vectors as an object of gensim's own class, for code that asks ``isinstance``.

        Returns
        -------
        gensim.models.KeyedVectors
            It shares the matrix: writing into one writes into the other. Its keys are its own, so that adding to one
            leaves the other whole.

        Raises
        ------
        MissingExtraError
            gensim is not installed.
        """
        return gensim.to_gensim(self)

    @classmethod
    def from_gensim(cls, vectors: Any) -> Self:
        """gensim's vectors as ours, sharing the matrix.

        Parameters
        ----------
        vectors : gensim.models.KeyedVectors
            Or a model that has them as ``wv``.

        Raises
        ------
        ParameterError
            It is neither, or its keys and its matrix do not fit each other.
        """
        theirs = getattr(vectors, "wv", vectors)
        ours = cls(getattr(theirs, "vector_size", 1))
        gensim.fill_from_gensim(ours, theirs)
        return ours

    def save(self, fname: Path) -> None:
        """Save all in cw2v's own format (:mod:`cw2v.io.native`), whole or not at all."""
        native.write(fname, *self.to_sections())

    @classmethod
    def load(cls, fname: Path, mmap: native.MmapMode | None = None, verify: bool | None = None) -> Self:
        """Load what :meth:`save` saved; `mmap` "r" or "c" leaves the vectors in the file.

        `verify` compares every byte with its checksum. Without it, that is done unless the file is mapped: then it
        opens at once, and the keys are made, and checked, when one is first asked for.

        Also the vectors of gensim's own files, which are never run: see :mod:`cw2v.io.gensim_files`.
        """
        if gensim_files.is_pickle(fname):
            return cls._adopt(*gensim_files.load(fname))
        if mmap is not None and not verify:
            mapped = MappedVectors(fname, mmap)
            result = cls._adopt([], mapped.vectors, mapped.columns(_EXPANDO))
            del result.index_to_key, result.key_to_index
            result._mapped, result.next_index = mapped, len(mapped.vectors)
            return result
        arrays, _ = native.read(fname, mmap)
        try:
            return cls.from_sections(arrays)
        except FileFormatError as error:
            raise FileFormatError(f"{os.fsdecode(fname)}: {error}") from None

    def save_word2vec_format(
        self, fname: Path, fvocab: Path | None = None, binary: bool = False, total_vec: int | None = None,
        write_header: bool = True, prefix: str = "", append: bool = False, sort_attr: str = "count",
    ) -> None:
        """Save in word2vec's text or binary format; see :func:`cw2v.io.word2vec_format.save`."""
        size, keys, vectors = len(self), self.index_to_key[: len(self)], self.vectors[: len(self)]
        counts = self.expandos["count"][:size] if "count" in self.expandos else None
        if sort_attr != "count" and sort_attr in self.expandos:
            order = np.argsort(-self.expandos[sort_attr][:size], kind="stable")
            keys, vectors = [keys[row] for row in order], vectors[order]
            counts = None if counts is None else counts[order]
        word2vec_format.save(
            fname, keys, vectors, counts, fvocab, binary, total_vec, write_header, prefix, append, sort_attr
        )

    @classmethod
    def load_word2vec_format(
        cls, fname: Path, fvocab: Path | None = None, binary: bool = False, encoding: str = "utf8",
        unicode_errors: str = "strict", limit: int | None = None, datatype: npt.DTypeLike = np.float32,
        no_header: bool = False,
    ) -> Self:
        """Load word2vec's text or binary format; see :func:`cw2v.io.word2vec_format.load`."""
        loaded = word2vec_format.load(
            fname, fvocab, binary, encoding, unicode_errors, limit, datatype, no_header
        )
        return cls._adopt(loaded.keys, loaded.vectors, {"count": loaded.counts}, loaded.key_to_index)


Word2VecKeyedVectors = KeyedVectors
