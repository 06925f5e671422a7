"""Documents as vectors: the mean of their words' vectors, the plainest feature for a classifier of text."""

from __future__ import annotations

from array import array
from collections.abc import Hashable, Iterable
from typing import Any, Literal, Protocol

import numpy as np
import numpy.typing as npt

from cw2v.errors import CorpusTypeError, ParameterError
from cw2v.query import normalized

__all__ = ["average"]

_MISSING = ("zero", "nan", "error")
_NAMED = 10  # documents without a known word that an error names
_AT_ONCE = 4_000_000  # numbers gathered at a time: 16 MB of float32


class Vectors(Protocol):
    """What :func:`average` needs of KeyedVectors."""

    vectors: npt.NDArray[Any]
    key_to_index: dict[Any, int]


def average(
    wv: Vectors, documents: Iterable[Iterable[Hashable]], *, missing: Literal["zero", "nan", "error"] = "zero",
    normalize: bool = False,
) -> npt.NDArray[np.float32]:  # fmt: skip
    """Mean of the word vectors of each document.

    The row of document i is (1 / n_i) * sum of the vectors of its n_i known words, in the order and with the repeats
    that they have there. Words that `wv` does not know are left out and do not count in n_i.

    Parameters
    ----------
    wv : KeyedVectors
        V words with vectors of D dimensions, such as ``model.wv``.
    documents : iterable of iterables of hashable
        n documents as token lists; read once, so a generator will do. Tokens are keys of `wv`: an integer is a key
        here, never a row.
    missing : {"zero", "nan", "error"}, default "zero"
        What a document without a known word gets, also an empty one: a row of zeros, a row of NaN, or a ParameterError
        that names it.
    normalize : bool, default False
        Bring each mean to length 1; zeros stay.

    Returns
    -------
    ndarray of float32 (n, D)
        Sums are taken in double precision.

    Raises
    ------
    ParameterError
        `missing` is another word, `wv` holds no vectors, or a document has no known word and `missing` is "error".
    CorpusTypeError
        A document is a string or cannot be iterated, or a token has no hash; the message says which.

    Notes
    -----
    The sentence feature of "Understanding the math and implementation of Word2Vec" (founding document 002).

    Examples
    --------
    >>> from cw2v import KeyedVectors
    >>> wv = KeyedVectors(2)
    >>> wv.add_vectors(["good", "film"], [[1, 0], [0, 1]])
    >>> average(wv, [["good", "good", "film", "unknown"], ["unknown"]]).round(3).tolist()
    [[0.6669999957084656, 0.3330000042915344], [0.0, 0.0]]
    """
    if missing not in _MISSING:
        raise ParameterError(f"missing must be one of {', '.join(map(repr, _MISSING))}, got {missing!r}")
    if not hasattr(wv, "key_to_index") or not hasattr(wv, "vectors"):
        raise ParameterError(f"wv must be KeyedVectors, such as model.wv, got {type(wv).__name__}")
    rows, counts = _rows_of(wv.key_to_index, documents)
    without = np.flatnonzero(counts == 0)
    if missing == "error" and len(without):
        named = ", ".join(map(str, without[:_NAMED].tolist())) + (", ..." if len(without) > _NAMED else "")
        raise ParameterError(f"documents must have a known word each, {len(without)} of {len(counts)} have none: "
                             f"documents {named}")
    sums = _sums(wv.vectors, rows, counts)
    # The direction of the mean is the sum's.
    means = normalized(sums) if normalize else sums / np.maximum(counts, 1)[:, None]
    if missing == "nan":
        means[without] = np.nan
    return means.astype(np.float32)


def _rows_of(
    key_to_index: dict[Any, int], documents: Iterable[Iterable[Hashable]]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Rows of all known words, one document behind the other, and how many each document has."""
    if isinstance(documents, str | bytes) or not isinstance(documents, Iterable):
        raise CorpusTypeError(f"documents must be an iterable of token lists, got {type(documents).__name__}")
    known, rows, counts = key_to_index.get, array("q"), array("q")
    for number, document in enumerate(documents):
        if isinstance(document, str | bytes):
            raise CorpusTypeError(f"documents[{number}] must be a list of tokens, got the {type(document).__name__} "
                                  f"{document[:40]!r}: split it into words first")
        before = len(rows)
        try:
            rows.extend([row for row in map(known, document) if row is not None])
        except TypeError as error:
            raise _bad_document(number, document) from error
        counts.append(len(rows) - before)
    return np.array(rows, np.int64), np.array(counts, np.int64)


def _bad_document(number: int, document: object) -> CorpusTypeError:
    """What is wrong with a document that could not be looked up."""
    if not isinstance(document, Iterable):
        return CorpusTypeError(f"documents[{number}] must be a list of tokens, got {type(document).__name__}")
    for place, token in enumerate(document if isinstance(document, list | tuple) else ()):
        try:
            hash(token)
        except TypeError:
            return CorpusTypeError(f"documents[{number}][{place}] must be hashable, as a token is, "
                                   f"got {type(token).__name__}")
    return CorpusTypeError(f"documents[{number}] must be a list of hashable tokens, got a {type(document).__name__} "
                           "with others")


def _sums(
    vectors: npt.NDArray[Any], rows: npt.NDArray[np.int64], counts: npt.NDArray[np.int64]
) -> npt.NDArray[np.float64]:
    """Sum of the vectors (V, D) of each document's rows, (n, D).

    It goes through the words a block at a time, whatever document they are of, so that neither a long document nor
    many short ones take memory beyond a block.
    """
    size = vectors.shape[1]
    sums = np.zeros((len(counts), size))
    document_of = np.repeat(np.arange(len(counts)), counts)
    block = max(1, _AT_ONCE // size)
    for begin in range(0, len(rows), block):
        part = document_of[begin : begin + block]
        starts = np.concatenate(([0], np.flatnonzero(np.diff(part)) + 1))
        gathered = vectors[rows[begin : begin + block]]
        sums[part[starts]] += np.add.reduceat(gathered, starts, axis=0, dtype=np.float64)
    return sums
