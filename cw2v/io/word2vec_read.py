"""Reading word2vec's text and binary formats, without trusting what the header says.

Memory is only taken for rows that the file can really hold, so a header that promises too much is an error
message and not a crash.
"""

from __future__ import annotations

import logging
import os
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from cw2v.errors import FileFormatError, ParameterError, TruncatedFileError
from cw2v.io.source import Buffer, file_bytes

__all__ = ["KeyDecodeError", "load"]

logger = logging.getLogger(__name__)

Path = str | os.PathLike[str]
_LONGEST_HEADER = 1024
_NAMED_DUPLICATES = 5


class KeyDecodeError(FileFormatError, UnicodeDecodeError):
    """A word of a vector file is not in the encoding; the message names file, row and bytes."""

    def __init__(self, message: str, error: UnicodeDecodeError) -> None:
        UnicodeDecodeError.__init__(self, error.encoding, error.object, error.start, error.end, error.reason)
        self.message = message

    def __str__(self) -> str:
        return self.message


class _Header(NamedTuple):
    rows: int  # rows promised
    size: int  # dimensions
    wanted: int  # rows to read: the promise or the limit
    start: int  # byte where the rows start


class _Rows(NamedTuple):
    words: list[bytes]
    vectors: npt.NDArray[np.floating[Any]]
    end: int  # byte after the last row


def load(
    fname: Path,
    fvocab: Path | None = None,
    binary: bool = False,
    encoding: str = "utf8",
    unicode_errors: str = "strict",
    limit: int | None = None,
    datatype: npt.DTypeLike = np.float32,
    no_header: bool = False,
) -> tuple[list[str], npt.NDArray[np.floating[Any]], npt.NDArray[np.int64]]:
    """Load vectors that word2vec, gensim, fastText, GloVe or :func:`cw2v.io.word2vec_format.save` wrote.

    Parameters
    ----------
    fname : str or path
        The file, plain or packed with gzip.
    fvocab : str or path, optional
        File with "word count" lines.
    binary : bool, default False
        The file is binary.
    encoding : str, default "utf8"
        Of the words.
    unicode_errors : str, default "strict"
        What to do with other bytes: "strict", "ignore", "replace" or any handler of :meth:`bytes.decode`.
    limit : int, optional
        Read only this many rows. None or 0 (as in gensim) is all of them.
    datatype : dtype, default float32
        Floating type of the result.
    no_header : bool, default False
        The first line is a row already, as in GloVe's files; text only.

    Returns
    -------
    keys : list of str
        V words. Of a word that comes twice the first row is kept, and a warning logged.
    vectors : ndarray of `datatype` (V, D)
        C-contiguous.
    counts : ndarray of int64 (V,)
        From `fvocab`; without it falling numbers that only keep the order, as gensim makes them.

    Raises
    ------
    TruncatedFileError
        The file ends before the header's number of rows; also an EOFError.
    FileFormatError
        Wrong header, or a row with a wrong number of values.
    KeyDecodeError
        A word is not in the encoding; also a UnicodeDecodeError.
    ParameterError
        An argument out of its range.
    OSError
        The file cannot be opened.
    """
    dtype = np.dtype(datatype)
    if dtype.kind != "f":
        raise ParameterError(f"datatype must be a floating type, got {dtype}")
    if limit is not None and limit < 0:
        raise ParameterError(f"limit must be at least 0 or None, got {limit}")
    if no_header and binary:
        raise ParameterError("no_header needs a text file: without a header a binary row has no visible end")
    name = os.fsdecode(fname)
    data = file_bytes(fname)
    header = _infer_header(name, data, limit) if no_header else _read_header(name, data, limit)
    rows = _read_binary(name, data, header, dtype) if binary else _read_text(name, data, header, dtype)
    if header.wanted == header.rows:
        _warn_of_trailing(name, data, header, rows.end)
    words = _decode(name, rows.words, encoding, unicode_errors)
    keys, keep = _first_of_each(name, words)
    vectors = rows.vectors if len(keys) == len(words) else rows.vectors[keep]
    if fvocab is None:
        return keys, vectors, np.arange(header.wanted, header.wanted - len(keys), -1, dtype=np.int64)
    return keys, vectors, _read_counts(fvocab, keys, encoding, unicode_errors)


def _read_header(name: str, data: Buffer, limit: int | None) -> _Header:
    if not len(data):
        raise TruncatedFileError(f"{name} is empty; expected a header line 'rows dimensions'")
    end = data.find(b"\n", 0, _LONGEST_HEADER)
    line = data[: end if end >= 0 else min(len(data), _LONGEST_HEADER)]
    fields = line.split()
    try:
        rows, size = map(int, fields)
    except ValueError:
        raise FileFormatError(
            f"{name}, line 1: expected a header 'rows dimensions', got {line[:60]!r}; "
            "a text file without one needs no_header=True"
        ) from None
    start = end + 1 if end >= 0 else len(data)
    if rows < 0 or size < 1:
        raise FileFormatError(f"{name}, line 1: the header promises {rows} rows of {size} dimensions")
    if rows == 0 and data[start:].strip():
        raise FileFormatError(f"{name}, line 1: the header promises 0 rows, but more follows")
    wanted = min(rows, limit) if limit else rows
    # A value takes at least two bytes as text and four in binary.
    if rows and 2 * size > len(data) - start:
        raise TruncatedFileError(
            f"{name}: row 1 of {rows} is cut short: the header promises {size} dimensions, "
            f"but only {len(data) - start} bytes follow"
        )
    return _Header(rows, size, wanted, start)


def _infer_header(name: str, data: Buffer, limit: int | None) -> _Header:
    end = data.find(b"\n")
    size = len(data[: end if end >= 0 else len(data)].split()) - 1
    if size < 1:
        raise FileFormatError(f"{name}, line 1: expected a word and its values")
    rows, position = 0, 0
    while position < len(data) and not (limit and rows == limit):
        end = data.find(b"\n", position)
        end = len(data) if end < 0 else end
        if not data[position:end].strip() and not data[position:].strip():
            break  # blank lines at the end
        rows, position = rows + 1, end + 1
    return _Header(rows, size, rows, 0)


def _read_binary(name: str, data: Buffer, header: _Header, dtype: np.dtype[Any]) -> _Rows:
    """Find the words one after the other, then copy all rows at once."""
    words: list[bytes] = []
    starts: list[int] = []
    width, position, find = 4 * header.size, header.start, data.find
    for row in range(header.wanted):
        space = find(b" ", position)
        word = data[position : space if space >= 0 else len(data)].lstrip(b"\n")
        if b"\n" in word:
            raise FileFormatError(f"{name}, row {row + 1}: the word {word[:60]!r} contains a line feed; "
                                  "is this a text file, or are the dimensions wrong?")
        position = space + 1 + width
        if space < 0 or position > len(data):
            raise TruncatedFileError(f"{name}: row {row + 1} of {header.rows} is cut short")
        words.append(word)
        starts.append(space + 1)
    # One element a row, at every byte of the file: indexing copies whole rows wherever they start.
    possible = max(0, len(data) - width + 1)
    every_byte = np.ndarray((possible,), np.dtype((np.void, width)), data, 0, (1,))
    rows = every_byte[np.array(starts, np.intp)].view("<f4").reshape(len(words), header.size)
    return _Rows(words, np.ascontiguousarray(rows.astype(dtype, copy=False)), position)


def _read_text(name: str, data: Buffer, header: _Header, dtype: np.dtype[Any]) -> _Rows:
    possible = (len(data) - header.start) // (2 * header.size) + 1
    vectors = np.empty((min(header.wanted, possible), header.size), dtype)
    words: list[bytes] = []
    position, find = header.start, data.find
    for row in range(header.wanted):
        if position >= len(data):
            raise TruncatedFileError(f"{name}: ends before row {row + 1} of {header.rows}")
        end = find(b"\n", position)
        line = data[position : end if end >= 0 else len(data)]
        word, values = _split(line.rstrip(), header.size)
        if len(values) != header.size:
            if end < 0 and len(values) < header.size:
                raise TruncatedFileError(f"{name}: row {row + 1} of {header.rows} is cut short: "
                                         f"{len(values)} of {header.size} values")
            raise FileFormatError(f"{name}, row {row + 1}: expected a word and {header.size} values, "
                                  f"got {len(values)} values: {line[:80]!r}")
        try:
            vectors[row] = list(map(float, values))
        except ValueError as error:
            raise FileFormatError(f"{name}, row {row + 1}: {error} in {line[:80]!r}") from None
        words.append(word)
        position = end + 1 if end >= 0 else len(data)
    return _Rows(words, vectors, position)


def _split(line: bytes, size: int) -> tuple[bytes, list[bytes]]:
    """Word and values of a row. A word may contain spaces, as some in GloVe's files do."""
    parts = line.split(b" ")
    if len(parts) == size + 1:
        return parts[0], parts[1:]
    parts = line.split()
    if len(parts) <= size + 1 or _is_number(parts[-size - 1]):  # all but words with spaces
        return b"".join(parts[:1]), parts[1:]
    return b" ".join(parts[:-size]), parts[-size:]


def _is_number(text: bytes) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _warn_of_trailing(name: str, data: Buffer, header: _Header, end: int) -> None:
    rest = data[end : end + _LONGEST_HEADER].strip()
    if rest:
        logger.warning("%s: %d bytes after the %d rows that the header promises are ignored: %r...",
                       name, len(data) - end, header.rows, rest[:40])


def _decode(name: str, words: list[bytes], encoding: str, errors: str) -> list[str]:
    decoded: list[str] = []
    try:
        for word in words:
            decoded.append(word.decode(encoding, errors))
    except UnicodeDecodeError as error:
        raise KeyDecodeError(
            f"{name}, row {len(decoded) + 1}: {error.object[:60]!r} is not {encoding}: {error.reason}; "
            "pass encoding= or unicode_errors='ignore' or 'replace'",
            error,
        ) from None
    except LookupError as error:
        raise ParameterError(f"encoding and unicode_errors: {error}") from None
    return decoded


def _first_of_each(name: str, words: list[str]) -> tuple[list[str], list[int]]:
    first: dict[str, int] = {}
    for row, word in enumerate(words):
        first.setdefault(word, row)
    if len(first) < len(words):
        twice = [f"{word!r} (row {row + 1})" for row, word in enumerate(words) if first[word] != row]
        more = ", ..." if len(twice) > _NAMED_DUPLICATES else ""
        logger.warning("%s: %d duplicate words, the first row of each is kept: %s%s",
                       name, len(twice), ", ".join(twice[:_NAMED_DUPLICATES]), more)
    return list(first), list(first.values())


def _read_counts(fvocab: Path, keys: list[str], encoding: str, errors: str) -> npt.NDArray[np.int64]:
    counts: dict[str, int] = {}
    name = os.fsdecode(fvocab)
    for number, line in enumerate(bytes(file_bytes(fvocab)).splitlines(), 1):
        fields = line.split()
        try:
            word, count = fields
            counts[word.decode(encoding, errors)] = int(count)
        except ValueError:
            what = f"expected 'word count', got {line[:60]!r}"
            raise FileFormatError(f"{name}, line {number}: {what}") from None
    missing = [key for key in keys if key not in counts]
    if missing:
        logger.warning("%s: no count for %d words, such as %r; they get 0", name, len(missing), missing[0])
    return np.array([counts.get(key, 0) for key in keys], np.int64)
