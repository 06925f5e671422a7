"""The nearest rows of a matrix, and cosines with all of them: threads over :mod:`cw2v._query`.

Cosines are made in float32 whatever the vectors' type is. Lengths of rows are made in the same pass, so they are those
of the matrix as it is now; nothing is kept between calls.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from cw2v import _query
from cw2v.errors import ParameterError
from cw2v.parameters import default_workers
from cw2v.query.formulas import normalized
from cw2v.threads import run_threads

__all__ = ["Answers", "best_answers", "cosines", "form_terms", "nearest", "share_places", "unit_queries"]

Floats = npt.NDArray[np.floating[Any]]
Rows = npt.NDArray[np.int64]
Terms = tuple[Rows, Rows, npt.NDArray[np.int32]]

_QUERIES_AT_ONCE = 1024  # their cosines with a panel of rows stay in the second-level cache
_ROWS_AT_ONCE = 1 << 14  # of a matrix that has to be brought to float32
_THREADS_FROM = 1e7  # multiply-adds that take longer than starting threads
_INTERRUPT_AFTER = 1e9  # multiply-adds between looks at Ctrl-C
_STRETCHES = 16  # that a thread takes, if all are as fast


class Answers(NamedTuple):
    """What was found for n questions, best first; `rows` is -1 and `scores` NaN from `counts` on.

    Of equal scores the lower row comes first.
    """

    rows: Rows  # (n, most)
    scores: npt.NDArray[np.float32]  # (n, most)
    counts: npt.NDArray[np.int32]  # (n,)


def nearest(
    vectors: Floats, queries: Floats, topn: int, *, offset: int = 0, among: Rows | None = None,
    left_out: Sequence[Sequence[int]] | None = None, least: float = -np.inf,
) -> Answers:
    """The rows whose vectors have the greatest cosine with each query.

    Parameters
    ----------
    vectors : ndarray of float (V, D)
        A row of zeros has cosine 0; a row that is not finite is never an answer.
    queries : ndarray of float (n, D)
        Of any length; zeros have cosine 0 with everything.
    topn : int
        At least 1.
    offset : int, default 0
        Number of the first row.
    among : ndarray of int64 (m,), optional
        Places in `vectors` to look at, rising; all without it.
    left_out : sequence of n sequences of int, optional
        Rows, numbered from `offset` on, that are no answer to each query.
    least : float
        Cosines below are no answer.

    Returns
    -------
    Answers

    Raises
    ------
    ParameterError
        Queries that are not finite, or of other dimensions.
    """
    parts = []
    for at in range(0, len(queries), _QUERIES_AT_ONCE):
        unit = unit_queries(queries[at : at + _QUERIES_AT_ONCE], vectors.shape[1])
        left = _ragged(left_out, at, at + _QUERIES_AT_ONCE)
        questions = _query.Questions(unit, least=least, left_out=left)
        parts.append(best_answers(vectors, questions, topn, offset=offset, among=among))
    if not parts:
        return Answers(np.empty((0, 0), np.int64), np.empty((0, 0), np.float32), np.empty(0, np.int32))
    if len(parts) == 1:
        return parts[0]
    rows, scores, counts = (np.concatenate(each) for each in zip(*parts, strict=True))
    return Answers(rows, scores, counts)


def unit_queries(queries: Floats, dim: int) -> npt.NDArray[np.float32]:
    """Queries (n, D) at length 1; zeros stay zeros. What is not finite, or of another D, is a ParameterError."""
    if queries.ndim != 2 or queries.shape[1] != dim:
        raise ParameterError(f"a query must have {dim} dimensions, got an array of shape {queries.shape}")
    if not np.isfinite(queries).all():
        raise ParameterError("a query must be finite, got NaN or infinity")
    return normalized(queries.astype(np.float64)).astype(np.float32)


def _ragged(lists: Sequence[Sequence[int]] | None, first: int, last: int) -> tuple[Rows, Rows] | None:
    """Where each of some lists begins, and their elements, rising in each."""
    if lists is None:
        return None
    each = [sorted(set(rows)) for rows in lists[first:last]]
    begin = np.array([0, *itertools.accumulate(map(len, each))], np.int64)
    return begin, np.fromiter(itertools.chain.from_iterable(each), np.int64, begin[-1])


def best_answers(
    vectors: Floats, questions: _query.Questions, topn: int, *, offset: int = 0, among: Rows | None = None
) -> Answers:
    """As :func:`nearest`, for questions that are made already, formulas over several cosines too."""
    n_places = len(vectors) if among is None else len(among)
    most = max(1, min(topn, n_places))
    workers: list[_query.Answers] = []
    for begin, rows, places in _blocks(vectors, among):
        n = len(rows) if places is None else len(places)
        threads = _threads(n, n * questions.n_queries * rows.shape[1])
        while len(workers) < threads:
            workers.append(_query.Answers(len(questions), most))

        def search(i: int, rows: Any = rows, places: Any = places, begin: int = begin) -> Callable[[int, int], None]:
            one = _query.Search(rows, questions, offset + begin, places)
            return lambda first, last: one.best(first, last, workers[i])

        share_places(n, threads, questions.n_queries * rows.shape[1], search)
    return _merged(workers, len(questions), most)


def _merged(workers: list[_query.Answers], n: int, most: int) -> Answers:
    if not workers:
        return Answers(np.full((n, 0), -1), np.empty((n, 0), np.float32), np.zeros(n, np.int32))
    scores, rows, counts = workers[0].scores, workers[0].rows, workers[0].count
    if len(workers) > 1:
        scores = np.concatenate([worker.scores for worker in workers], axis=1)
        rows = np.concatenate([worker.rows for worker in workers], axis=1)
        counts = np.minimum(sum(worker.count for worker in workers), most).astype(np.int32)
    order = np.lexsort((rows, -scores), axis=-1)[:, :most]
    each = np.arange(n)[:, None]
    found = Answers(rows[each, order], scores[each, order], counts)
    if counts.min() < most:
        unused = np.arange(most) >= counts[:, None]
        found.rows[unused], found.scores[unused] = -1, np.nan
    return found


def cosines(vectors: Floats, queries: Floats, among: Rows | None = None) -> npt.NDArray[np.float32]:
    """Cosines (n, V) of queries with all rows, or with those `among`; see :func:`nearest`."""
    unit = unit_queries(queries, vectors.shape[1])
    out = np.zeros((len(unit), len(vectors) if among is None else len(among)), np.float32)
    for at in range(0, len(unit), _QUERIES_AT_ONCE):
        questions = _query.Questions(unit[at : at + _QUERIES_AT_ONCE])
        done = 0
        for _, rows, places in _blocks(vectors, among):
            n = len(rows) if places is None else len(places)
            whole = len(unit) <= _QUERIES_AT_ONCE and n == out.shape[1]
            part = out if whole else np.empty((questions.n_queries, n), np.float32)

            def search(i: int, rows: Any = rows, places: Any = places, part: Any = part,
                       questions: Any = questions) -> Callable[[int, int], None]:  # fmt: skip
                one = _query.Search(rows, questions, 0, places)
                return lambda first, last: one.cosines(first, last, part)

            each = questions.n_queries * rows.shape[1]
            share_places(n, _threads(n, n * each), each, search)
            if not whole:
                out[at : at + _QUERIES_AT_ONCE, done : done + n] = part
            done += n
    return out


def _blocks(vectors: Floats, among: Rows | None) -> Iterator[tuple[int, Floats, Rows | None]]:
    """Place of the first row, rows as the kernel needs them, and the places among them; no empty ones."""
    if vectors.dtype == np.float32 and vectors.dtype.isnative and vectors.flags.c_contiguous:
        if len(vectors) and (among is None or len(among)):
            yield 0, vectors, among
        return
    for begin in range(0, len(vectors), _ROWS_AT_ONCE):
        block = vectors[begin : begin + _ROWS_AT_ONCE]
        places = None
        if among is not None:
            inside = np.searchsorted(among, [begin, begin + len(block)])
            places = among[inside[0] : inside[1]] - begin
            if not len(places):
                continue
        if block.dtype.itemsize > 4:  # of another range: what does not fit float32 is brought there, row by row
            most = np.abs(block).max(axis=1, keepdims=True)
            with np.errstate(invalid="ignore"):  # infinities become NaN
                block = block / np.where(most > 0, most, 1)
        yield begin, np.ascontiguousarray(block, np.float32), places


def _threads(n_places: int, work: float) -> int:
    return 1 if work < _THREADS_FROM else max(1, min(default_workers(), n_places))


def share_places(
    n_places: int, threads: int, work: float, search: Callable[[int], Callable[[int, int], None]]
) -> None:
    """Share places among threads: ``search(i)`` makes what the i-th calls with a first and a last place, rising.

    Each takes the next stretch when it is done with one, so that no thread waits for another that was held up.
    """
    if threads == 1 and n_places * work <= _INTERRUPT_AFTER:
        search(0)(0, n_places)
        return
    stopped, lock = False, threading.Lock()
    most = n_places if threads == 1 else -(-n_places // (threads * _STRETCHES))
    step = max(1, min(int(_INTERRUPT_AFTER / work), most))
    stretches = iter(range(0, n_places, step))

    def stop() -> None:
        nonlocal stopped
        stopped = True

    def share(i: int) -> None:
        call = search(i)
        while not stopped:
            with lock:
                first = next(stretches, None)
            if first is None:
                return
            call(first, min(first + step, n_places))

    if threads == 1:
        share(0)
    else:
        run_threads(share, threads, stop, lambda: None)


def form_terms(positive: Sequence[Sequence[int]], negative: Sequence[Sequence[int]]) -> Terms:
    """Terms of questions for :class:`cw2v._query.Questions` from the queries that each adds and subtracts."""
    sizes = np.array([[len(p), len(n)] for p, n in zip(positive, negative, strict=True)], np.int64).reshape(-1, 2)
    begin = np.concatenate([[0], np.cumsum(sizes.sum(axis=1))]).astype(np.int64)
    terms = [np.asarray([*p, *n], np.int32) for p, n in zip(positive, negative, strict=True)]
    return begin, begin[:-1] + sizes[:, 0], np.concatenate([np.empty(0, np.int32), *terms])

