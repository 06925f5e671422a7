"""Vectors and their keys: :mod:`cw2v.query` asks them, :mod:`cw2v.evaluate` judges, :mod:`cw2v.io` saves.

Names, arguments and defaults are gensim 4's. What differs: results are Python floats, never NaN for a zero
row; lengths are computed when they are asked for, so that they cannot be out of date; no file is pickled.
"""

from __future__ import annotations

import numbers
import os
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from cw2v.errors import FileFormatError, ParameterError
from cw2v.io import gensim, gensim_files, native, word2vec_format, word2vec_read
from cw2v.io.keys import PackedKeys
from cw2v.io.mapped import MappedVectors
from cw2v.vectors.edits import Edits, prep_vectors, pseudorandom_weak_vector
from cw2v.vectors.judged import Judged
from cw2v.vectors.measures import Measures

__all__ = ["CompatVocab", "Doc2VecKeyedVectors", "EuclideanKeyedVectors", "KeyedVectors", "Vocab",
           "Word2VecKeyedVectors", "load_word2vec_format", "prep_vectors", "pseudorandom_weak_vector"]

Path = str | os.PathLike[str]
_EXPANDO = "expando:"


class KeyedVectors(Measures, Judged, Edits):
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

    def to_sections(self) -> tuple[dict[str, npt.NDArray[Any]], dict[str, Any]]:
        """Arrays and dictionary that hold all of this, for :func:`cw2v.io.native.write`."""
        size = len(self)
        arrays = {"vectors": self._matrix[:size], **native.pack_keys(self.index_to_key[:size])}
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
        cls, keys: list[Any] | PackedKeys | MappedVectors, vectors: npt.NDArray[Any],
        expandos: dict[str, npt.NDArray[Any]],
    ) -> Self:
        try:
            result = cls(vectors.shape[1])
        except ParameterError as error:
            raise FileFormatError(str(error)) from None
        result.vectors, result.expandos, result.next_index = vectors, expandos, len(vectors)
        del result.index_to_key, result.key_to_index
        if isinstance(keys, list):
            result._make_keys(keys)
            if len(result) < len(keys):
                raise FileFormatError("a key comes twice")
        else:
            result._unmade = keys
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

    def save(
        self, fname: Path, separately: Any = None, sep_limit: int = 10 * 1024**2, ignore: Any = frozenset(),
        pickle_protocol: int = 4,
    ) -> None:
        """Save all in cw2v's own format (:mod:`cw2v.io.native`), whole or not at all.

        The other arguments say how gensim lays out its pickles, and change nothing here: it is always one file.
        """
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
            return cls._adopt(mapped, mapped.vectors, mapped.columns(_EXPANDO))
        arrays, _ = native.read(fname, mmap)
        try:
            return cls.from_sections(arrays)
        except FileFormatError as error:
            raise FileFormatError(f"{os.fsdecode(fname)}: {error}") from None

    def intersect_word2vec_format(
        self, fname: Path, lockf: float = 0.0, binary: bool = False, encoding: str = "utf8",
        unicode_errors: str = "strict",
    ) -> int:
        """Give the keys that are in a file of word2vec's the vectors that they have there; no key is added.

        Parameters
        ----------
        fname, binary, encoding, unicode_errors
            As for :meth:`load_word2vec_format`.
        lockf : float, default 0.0
            Share of their updates that these keys get in training from now on (``vectors_lockf``): 0 keeps them as
            they are. If there was one share for all, there is one for each key afterwards.

        Returns
        -------
        int
            How many keys were found.

        Raises
        ------
        ParameterError
            The file's vectors have other dimensions, or `lockf` is not finite. Nothing is changed then.
        FileFormatError, OSError
            As for :meth:`load_word2vec_format`; nothing is changed then.
        """
        if not isinstance(lockf, numbers.Real) or not np.isfinite(lockf):
            raise ParameterError(f"lockf must be a finite number, got {lockf!r}")
        loaded = word2vec_read.read(fname, None, binary, encoding, unicode_errors)
        if loaded.vectors.shape[1] != self.vector_size:
            raise ParameterError(f"{os.fsdecode(fname)}: incompatible vector size {loaded.vectors.shape[1]}, "
                                 f"expected {self.vector_size}")
        rows = [(row, loaded.keys.find(key)) for key, row in self.key_to_index.items()]
        pairs = [pair for pair in rows if pair[1] >= 0]
        ours, theirs = np.array(pairs, np.int64).reshape(-1, 2).T
        self._put(ours, loaded.vectors[theirs], lockf)
        return len(pairs)

    def save_word2vec_format(
        self, fname: Path, fvocab: Path | None = None, binary: bool = False, total_vec: int | None = None,
        write_header: bool = True, prefix: str = "", append: bool = False, sort_attr: str = "count",
    ) -> None:
        """Save in word2vec's text or binary format; see :func:`cw2v.io.word2vec_format.save`."""
        size, keys, vectors = len(self), self.index_to_key[: len(self)], self._matrix[: len(self)]
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
        loaded = word2vec_read.read(
            fname, fvocab, binary, encoding, unicode_errors, limit, datatype, no_header
        )
        return cls._adopt(loaded.keys, loaded.vectors, {"count": loaded.counts})


class CompatVocab:
    """A word's "count" and other attributes, as gensim 3 kept them: for code that still makes such objects."""

    def __init__(self, **kwargs: Any) -> None:
        self.count: int = 0
        self.__dict__.update(kwargs)

    def __lt__(self, other: CompatVocab) -> bool:
        return self.count < other.count

    def __str__(self) -> str:
        shown = ", ".join(f"{name}:{value!r}" for name, value in sorted(vars(self).items()))
        return f"{type(self).__name__}<{shown}>"


Vocab = CompatVocab
Word2VecKeyedVectors = Doc2VecKeyedVectors = EuclideanKeyedVectors = KeyedVectors
load_word2vec_format = KeyedVectors.load_word2vec_format
