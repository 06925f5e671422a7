"""Words and counts as text, a ``word count`` line each: word2vec.c's ``-save-vocab`` and ``-read-vocab``."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cw2v.errors import FileFormatError
from cw2v.io.atomic import atomic_write
from cw2v.io.source import check_suffix, file_bytes

__all__ = ["load", "save"]

Path = str | os.PathLike[str]
_SEPARATORS = frozenset(" \t\n\v\f\r")
_BOM = b"\xef\xbb\xbf"


def save(fname: Path, words: Sequence[Any], counts: NDArray[np.int64]) -> None:
    """Save words and their counts, in the order given; the file is written whole or not at all.

    Parameters
    ----------
    fname : path
    words : sequence of str
        V words.
    counts : ndarray of int64, (V,)

    Raises
    ------
    FileFormatError
        A word that would not be read back as it is: not a str, empty, with ASCII white space in it, not encodable in
        UTF-8, or a byte order mark at the start of the file.
    OSError
        See :func:`cw2v.io.atomic.atomic_write`.
    """
    check_suffix(fname)
    lines = [_line(row, word, count) for row, (word, count) in enumerate(zip(words, counts.tolist(), strict=True))]
    with atomic_write(fname) as file:
        file.writelines(lines)


def _line(row: int, word: Any, count: int) -> bytes:
    if not isinstance(word, str):
        raise FileFormatError(f"word {word!r} (row {row}) is of type {type(word).__name__}: a vocabulary file would "
                              "give it back as a str; save() keeps it")
    fault = ("is empty" if not word else "contains white space" if not _SEPARATORS.isdisjoint(word) else
             "begins with a byte order mark" if row == 0 and word.startswith("\ufeff") else None)  # fmt: skip
    if fault is not None:
        raise FileFormatError(f"word {word!r} (row {row}) {fault}: not for a vocabulary file")
    try:
        return b"%s %d\n" % (word.encode("utf-8"), count)
    except UnicodeEncodeError as error:
        raise FileFormatError(f"word {word!r} (row {row}) cannot be written in UTF-8: {error.reason}") from None


def load(fname: Path) -> dict[str, int]:
    """Load what ``Word2Vec.save_vocab`` or word2vec.c's ``-save-vocab`` wrote.

    Parameters
    ----------
    fname : path
        A text file in UTF-8, plain or packed with gzip. word2vec.c's own word ``</s>``, which counts the lines of its
        corpus, is a word like others: remove it where that is not wanted.

    Returns
    -------
    dict of str to int
        Counts, in the order of the file; ``Word2Vec.build_vocab_from_freq`` takes them.

    Raises
    ------
    FileFormatError
        A line is not ``word count``, or a word comes twice; the message names file and line.
    OSError
        The file cannot be opened.
    """
    name = check_suffix(fname)
    lines = bytes(file_bytes(fname)).removeprefix(_BOM).split(b"\n")
    if not lines[-1]:
        lines.pop()  # behind the last line feed
    counts: dict[str, int] = {}
    for number, line in enumerate(lines, 1):
        try:
            raw, count = line.split()
            word = raw.decode("utf-8")
        except ValueError:  # of the decoder, too
            raise _error(name, number, line) from None
        if not count.isdigit() or len(count) > 18:  # what fits into int64
            raise _error(name, number, line)
        if word in counts:
            raise FileFormatError(f"{name}, line {number}: the word {word!r} was there before")
        counts[word] = int(count)
    return counts


def _error(name: str, number: int, line: bytes) -> FileFormatError:
    return FileFormatError(f"{name}, line {number}: expected a word in UTF-8 and its count, got {line[:60]!r}")
