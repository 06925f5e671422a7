"""Vectors in the formats of word2vec's C program, which most tools read: text and binary.

Both start with a line "rows dimensions". A text row is the word and the numbers, with spaces between; a
binary row is the word, a space, little-endian float32 numbers, and a line feed, which some writers leave out.
"""

from __future__ import annotations

import contextlib
import gzip
import os
from collections import deque
from collections.abc import Iterator, Sequence
from typing import IO, Any, cast

import numpy as np
import numpy.typing as npt

from cw2v._vectors import WordList
from cw2v.errors import FileFormatError, ParameterError
from cw2v.io.atomic import atomic_write
from cw2v.io.source import check_suffix
from cw2v.io.word2vec_read import load
from cw2v.parameters import default_workers

__all__ = ["load", "save"]

Path = str | os.PathLike[str]
_VALUES_AT_ONCE = 1 << 16
_MOST_THREADS = 8
# What fscanf("%s") of the C program splits at. Wider white space, as in U+3000, is part of a word there and
# in gensim.
_TEXT_SEPARATORS = frozenset(" \t\n\v\f\r")
_BINARY_SEPARATORS = frozenset(" \n")


def save(
    fname: Path,
    keys: Sequence[Any],
    vectors: npt.NDArray[Any],
    counts: npt.NDArray[Any] | None = None,
    fvocab: Path | None = None,
    binary: bool = False,
    total_vec: int | None = None,
    write_header: bool = True,
    prefix: str = "",
    append: bool = False,
    sort_attr: str = "count",
) -> None:
    """Save vectors as word2vec does.

    Every word is looked at before the file is opened; unless `append` is set, an old file survives any
    failure.

    Parameters
    ----------
    fname : str or path
        The file; packed with gzip if the name ends in ``.gz``.
    keys : sequence
        V keys; those that are not str are written as ``str(key)``.
    vectors : ndarray of float (V, D)
        Written as float32.
    counts : ndarray of int (V,), optional
        How often each word was seen.
    fvocab : str or path, optional
        Also write "word count" lines here.
    binary : bool, default False
        Binary rather than text. Text has the shortest decimals that give the same float32 back.
    total_vec : int, optional
        The number of rows that the header tells; default V. For files written in several parts.
    write_header : bool, default True
    prefix : str, default ""
        Put before each word.
    append : bool, default False
        Add to the end of the file, which is then not replaced as a whole.
    sort_attr : str, default "count"
        "count": rows by falling count, equal counts as they come, if there are counts. Anything else: as they
        come.

    Raises
    ------
    FileFormatError
        A word that the format cannot hold: empty, with white space in it (in binary: a space or a line feed),
        not encodable in UTF-8, or equal to another once written.
    ParameterError
        Shapes that do not match, `fvocab` without counts, or a packed format other than gzip.
    OSError
        See :func:`cw2v.io.atomic.atomic_write`.
    """
    check_suffix(fname)
    matrix = np.asarray(vectors)
    if matrix.ndim != 2 or len(matrix) != len(keys):
        raise ParameterError(f"vectors must have shape ({len(keys)}, D), one row a key, got {matrix.shape}")
    if counts is not None and len(counts) != len(keys):
        raise ParameterError(f"counts must have {len(keys)} entries, one a key, got {len(counts)}")
    if fvocab is not None and counts is None:
        raise ParameterError("fvocab needs counts, and these vectors have none")
    texts = list(keys) if not prefix and all(type(key) is str for key in keys) else [prefix + str(k) for k in keys]
    words = _check_words(texts, binary)
    order = np.arange(len(texts))
    if sort_attr == "count" and counts is not None:
        order = np.argsort(-np.asarray(counts), kind="stable")
    rows = len(texts) if total_vec is None else total_vec
    with _open_for_writing(fname, append) as file:
        if write_header:
            file.write(b"%d %d\n" % (rows, matrix.shape[1]))
        _write_rows(file, words, matrix, order, binary)
    if fvocab is not None and counts is not None:
        with _open_for_writing(fvocab, append=False) as file:
            file.writelines(b"%s %d\n" % (texts[row].encode(), counts[row]) for row in order)


def _check_words(texts: list[str], binary: bool) -> WordList:
    """The words as they are written, or the reason why one of them cannot be."""
    try:
        words = WordList("\n".join([*texts, ""]).encode(), len(texts), binary)
        if len(set(texts)) == len(texts):
            return words
    except ValueError:
        pass
    raise _word_error(texts, binary)


def _word_error(texts: list[str], binary: bool) -> FileFormatError:
    separators = _BINARY_SEPARATORS if binary else _TEXT_SEPARATORS
    kind = "binary" if binary else "text"
    seen: set[str] = set()
    for row, text in enumerate(texts):
        if not text or not separators.isdisjoint(text):
            what = "is empty" if not text else "contains white space"
            return FileFormatError(f"word {text!r} (row {row}) {what}: not for word2vec's {kind} format")
        try:
            text.encode("utf-8")
        except UnicodeEncodeError as error:
            return FileFormatError(f"word {text!r} (row {row}) cannot be written in UTF-8: {error.reason}")
        if text in seen:
            return FileFormatError(f"word {text!r} (row {row}) would be written twice: two keys read the same")
        seen.add(text)
    return FileFormatError(f"words cannot be written in word2vec's {kind} format")


@contextlib.contextmanager
def _open_for_writing(path: Path, append: bool) -> Iterator[IO[Any]]:
    packed = check_suffix(path).lower().endswith(".gz")
    with contextlib.ExitStack() as stack:
        file: IO[Any] = stack.enter_context(open(path, "ab") if append else atomic_write(path))  # noqa: SIM115
        if packed:
            # No name and no time inside, so that equal vectors give equal files.
            file = cast(IO[Any], stack.enter_context(gzip.GzipFile("", "wb", 6, file, mtime=0)))
        yield file


def _write_rows(
    file: IO[Any], words: WordList, matrix: npt.NDArray[Any], order: npt.NDArray[np.int64], binary: bool
) -> None:
    at_once = max(1, _VALUES_AT_ONCE // matrix.shape[1])
    rooms: list[npt.NDArray[np.uint8]] = []  # that have been written, to be used again: new memory costs more than this

    def make(begin: int) -> npt.NDArray[np.uint8]:
        chosen = order[begin : begin + at_once]
        values = np.ascontiguousarray(matrix[chosen], np.float32)
        try:
            room = rooms.pop()
        except IndexError:
            room = None
        return words.write(chosen, values, binary, room)

    def write(block: npt.NDArray[np.uint8]) -> None:
        file.write(block)
        rooms.append(block if block.base is None else cast(npt.NDArray[np.uint8], block.base))

    begins = range(0, len(order), at_once)
    n_threads = min(default_workers(), _MOST_THREADS) if len(begins) > _MOST_THREADS and not binary else 1
    if n_threads == 1:
        for begin in begins:
            write(make(begin))
        return
    from concurrent.futures import Future, ThreadPoolExecutor  # takes a while, and few need it

    with ThreadPoolExecutor(n_threads) as pool:
        ahead: deque[Future[npt.NDArray[np.uint8]]] = deque()
        for begin in begins:
            ahead.append(pool.submit(make, begin))
            if len(ahead) > 2 * n_threads:
                write(ahead.popleft().result())
        for future in ahead:
            write(future.result())
