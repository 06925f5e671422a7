"""Documents as vectors: their words' vectors averaged, plainly or by weight, or the largest of each dimension."""

from __future__ import annotations

from array import array
from collections.abc import Hashable, Iterable, Iterator
from typing import Any, Literal, Protocol

import numpy as np
import numpy.typing as npt

from cw2v.errors import CorpusTypeError, ParameterError
from cw2v.query import normalized

__all__ = ["average", "maximum", "rows_of"]

_MISSING = ("zero", "nan", "error")
_NAMED = 10  # documents without a known word that an error names
_AT_ONCE = 4_000_000  # numbers gathered at a time: 16 MB of float32


class Vectors(Protocol):
    """What :func:`average` needs of KeyedVectors."""

    vectors: npt.NDArray[Any]
    key_to_index: dict[Any, int]


def average(
    wv: Vectors, documents: Iterable[Iterable[Hashable]], *, weights: npt.ArrayLike | None = None,
    missing: Literal["zero", "nan", "error"] = "zero", normalize: bool = False,
) -> npt.NDArray[np.float32]:  # fmt: skip
    """Mean of the word vectors of each document.

    The row of document i is (1 / n_i) * sum of the vectors of its n_i known words, in the order and with the repeats
    that they have there. Words that `wv` does not know are left out and do not count in n_i. With `weights` it is
    sum of w * vector / sum of w.

    Parameters
    ----------
    wv : KeyedVectors
        V words with vectors of D dimensions, such as ``model.wv``.
    documents : iterable of iterables of hashable
        n documents as token lists; read once, so a generator will do. Tokens are keys of `wv`: an integer is a key
        here, never a row.
    weights : array_like of float (V,), optional
        Weight of each word, at least 0; a document whose words all weigh 0 is one without a known word.
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
        `missing` is another word, `wv` holds no vectors, `weights` are not V finite numbers of at least 0, or a
        document has no known word and `missing` is "error".
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
    _check(wv, missing)
    rows, counts = rows_of(wv.key_to_index, documents)
    weight = None if weights is None else _checked_weights(weights, len(wv.vectors))[rows]
    total = counts if weight is None else _sum_by_document(weight, counts)
    without = _without(total, missing)
    sums = _sums(wv.vectors, rows, counts, weight)
    # The direction of the mean is the sum's.
    means = normalized(sums) if normalize else sums / np.where(total > 0, total, 1)[:, None]
    if missing == "nan":
        means[without] = np.nan
    return means.astype(np.float32)


def maximum(
    wv: Vectors, documents: Iterable[Iterable[Hashable]], *, missing: Literal["zero", "nan", "error"] = "zero"
) -> npt.NDArray[np.float32]:
    """The largest number of each dimension among the vectors of a document's known words.

    Parameters, errors and the rows of documents without a known word are those of :func:`average`.

    Returns
    -------
    ndarray of float32 (n, D)

    Notes
    -----
    "Max pooling": Shen et al. 2018, "Baseline needs more love".

    Examples
    --------
    >>> from cw2v import KeyedVectors
    >>> wv = KeyedVectors(2)
    >>> wv.add_vectors(["good", "film"], [[1, 0], [-1, 2]])
    >>> maximum(wv, [["good", "film"], ["film"], []]).tolist()
    [[1.0, 2.0], [-1.0, 2.0], [0.0, 0.0]]
    """
    _check(wv, missing)
    rows, counts = rows_of(wv.key_to_index, documents)
    without = _without(counts, missing)
    largest = np.full((len(counts), wv.vectors.shape[1]), -np.inf)
    for place, part, gathered in _gathered(wv.vectors, rows, counts):
        largest[place] = np.maximum(largest[place], np.maximum.reduceat(gathered, part, axis=0))
    largest[without] = np.nan if missing == "nan" else 0
    return largest.astype(np.float32)


def _check(wv: Vectors, missing: str) -> None:
    if missing not in _MISSING:
        raise ParameterError(f"missing must be one of {', '.join(map(repr, _MISSING))}, got {missing!r}")
    if not hasattr(wv, "key_to_index") or not hasattr(wv, "vectors"):
        raise ParameterError(f"wv must be KeyedVectors, such as model.wv, got {type(wv).__name__}")


def _checked_weights(weights: npt.ArrayLike, n_words: int) -> npt.NDArray[np.float64]:
    found = np.asarray(weights, np.float64)
    if found.shape != (n_words,) or not (np.isfinite(found) & (found >= 0)).all():
        raise ParameterError(f"weights must be a finite number of at least 0 for each of {n_words} words, got shape "
                             f"{found.shape}")
    return found


def _without(total: npt.NDArray[Any], missing: str) -> npt.NDArray[np.intp]:
    """The documents that have nothing to make a vector of."""
    without = np.flatnonzero(total == 0)
    if missing == "error" and len(without):
        named = ", ".join(map(str, without[:_NAMED].tolist())) + (", ..." if len(without) > _NAMED else "")
        raise ParameterError(f"documents must have a known word each, {len(without)} of {len(total)} have none: "
                             f"documents {named}")
    return without


def rows_of(
    key_to_index: dict[Any, int], documents: Iterable[Iterable[Hashable]]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Rows of all known words, one document behind the other, and how many each document has.

    Parameters and errors as of :func:`average`.
    """
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


def _gathered(
    vectors: npt.NDArray[Any], rows: npt.NDArray[np.int64], counts: npt.NDArray[np.int64]
) -> Iterator[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[Any]]]:
    """The vectors of all rows, a block at a time: (documents in it, where each begins in it, vectors).

    A block ends after so many words, whatever document they are of, so that neither a long document nor many short ones
    take memory beyond a block.
    """
    document_of = np.repeat(np.arange(len(counts)), counts)
    block = max(1, _AT_ONCE // vectors.shape[1])
    for begin in range(0, len(rows), block):
        part = document_of[begin : begin + block]
        starts = np.concatenate(([0], np.flatnonzero(np.diff(part)) + 1))
        yield part[starts], starts, vectors[rows[begin : begin + block]]


def _sums(
    vectors: npt.NDArray[Any], rows: npt.NDArray[np.int64], counts: npt.NDArray[np.int64],
    weight: npt.NDArray[np.float64] | None,
) -> npt.NDArray[np.float64]:  # fmt: skip
    """Sum of the vectors (V, D) of each document's rows, each times its weight, (n, D)."""
    sums, done = np.zeros((len(counts), vectors.shape[1])), 0
    for place, starts, gathered in _gathered(vectors, rows, counts):
        if weight is not None:
            gathered = gathered * weight[done : done + len(gathered), None]
        sums[place] += np.add.reduceat(gathered, starts, axis=0, dtype=np.float64)
        done += len(gathered)
    return sums


def _sum_by_document(values: npt.NDArray[np.float64], counts: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    return np.asarray(np.bincount(np.repeat(np.arange(len(counts)), counts), values, len(counts)), np.float64)
