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

from cw2v import _vectors
from cw2v.errors import FileFormatError, ParameterError, TruncatedFileError
from cw2v.io.keys import PackedKeys, pack_keys, word_places
from cw2v.io.rows import Layout, Words, read_rows
from cw2v.io.source import Source, file_bytes
from cw2v.parameters import MOST_DIMENSIONS

__all__ = ["KeyDecodeError", "Loaded", "Read", "load", "read"]

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


class Read(NamedTuple):
    """What :func:`read` returns."""

    keys: PackedKeys  # V, sound
    vectors: npt.NDArray[np.floating[Any]]  # (V, D)
    counts: npt.NDArray[np.int64]  # (V,)


class Loaded(NamedTuple):
    """What :func:`load` returns."""

    keys: list[str]
    vectors: npt.NDArray[np.floating[Any]]  # (V, D)
    counts: npt.NDArray[np.int64]  # (V,)
    key_to_index: dict[str, int]


def load(
    fname: Path,
    fvocab: Path | None = None,
    binary: bool = False,
    encoding: str = "utf8",
    unicode_errors: str = "strict",
    limit: int | None = None,
    datatype: npt.DTypeLike = np.float32,
    no_header: bool = False,
) -> Loaded:
    """Load vectors that word2vec, gensim, fastText, GloVe or :func:`cw2v.io.word2vec_format.save` wrote.

    Parameters
    ----------
    fname : str or path
        The file, plain or packed with gzip, bzip2, xz or zstd; the latter are unpacked little by little.
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
    key_to_index : dict of str to int
        The row of each word.

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
    keys, vectors, counts = read(fname, fvocab, binary, encoding, unicode_errors, limit, datatype, no_header)
    words = keys.keys()
    return Loaded(words, vectors, counts, dict(zip(words, range(len(words)), strict=True)))


def read(
    fname: Path, fvocab: Path | None = None, binary: bool = False, encoding: str = "utf8",
    unicode_errors: str = "strict", limit: int | None = None, datatype: npt.DTypeLike = np.float32,
    no_header: bool = False,
) -> Read:
    """As :func:`load`, with the keys packed."""
    dtype = np.dtype(datatype)
    if dtype.kind != "f":
        raise ParameterError(f"datatype must be a floating type, got {dtype}")
    if limit is not None and limit < 0:
        raise ParameterError(f"limit must be at least 0 or None, got {limit}")
    if no_header and binary:
        raise ParameterError("no_header needs a text file: without a header a binary row has no visible end")
    name = os.fsdecode(fname)
    with Source(fname) as source:
        layout = (_infer_layout if no_header else _read_header)(name, source, limit or None)
        words, vectors, end = read_rows(name, source, layout, binary, dtype)
        wanted = len(vectors)
        if layout.rows is not None and wanted == layout.rows:
            _warn_of_trailing(name, source, layout.rows, end)
            if not binary and end and source.data[end - 1 : end] != b"\n":
                logger.warning("%s: the last line has no line end; if the file was cut there, its last number is wrong",
                               name)
    keys, kept = _distinct(name, words, encoding, unicode_errors)
    vectors = vectors if kept is None else vectors[kept]
    if fvocab is None:
        return Read(keys, vectors, np.arange(wanted, wanted - len(keys), -1, dtype=np.int64))
    return Read(keys, vectors, _read_counts(fvocab, keys.keys(), encoding, unicode_errors))


def _read_header(name: str, source: Source, limit: int | None) -> Layout:
    data = source.data
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
    if rows < 0 or not 1 <= size <= MOST_DIMENSIONS:
        raise FileFormatError(f"{name}, line 1: the header promises {rows} rows of {size} dimensions")
    if rows == 0 and data[start:].strip():
        raise FileFormatError(f"{name}, line 1: the header promises 0 rows, but more follows")
    # A value takes at least two bytes as text and four in binary.
    while rows and not source.is_last and 2 * size > len(source.data) - start:
        start = source.more(start)
        data = source.data
    if rows and 2 * size > len(data) - start:
        raise TruncatedFileError(
            f"{name}: row 1 of {rows} is cut short: the header promises {size} dimensions, "
            f"but only {len(data) - start} bytes follow"
        )
    return Layout(rows, size, limit, start)


def _infer_layout(name: str, source: Source, limit: int | None) -> Layout:
    while not source.is_last and b"\n" not in source.data:
        source.more(0)
    data = source.data
    end = data.find(b"\n")
    size = len(data[: end if end >= 0 else len(data)].split()) - 1
    if size < 1:
        raise FileFormatError(f"{name}, line 1: expected a word and its values")
    if size > MOST_DIMENSIONS:
        raise FileFormatError(f"{name}, line 1: {size} values; there can be {MOST_DIMENSIONS:,} at most")
    return Layout(None, size, limit, 0)


def _warn_of_trailing(name: str, source: Source, rows: int, end: int) -> None:
    rest = source.data[end : end + _LONGEST_HEADER].strip()
    if not rest and not source.is_last:
        rest = source.data[source.more(end) :][:_LONGEST_HEADER].strip()
    if rest:
        logger.warning("%s: what comes after the %d rows that the header promises is ignored: %r...",
                       name, rows, rest[:40])


def _distinct(name: str, words: Words, encoding: str, errors: str) -> tuple[PackedKeys, list[int] | None]:
    """Words without duplicates, and which rows they are (None: all)."""
    if encoding.lower() in ("utf8", "utf-8"):
        keys = PackedKeys(words.data, words.ends)
        if keys.is_sound:
            return keys, None
    decoded = _decode(name, words, encoding, errors)
    first = dict(zip(reversed(decoded), range(len(decoded) - 1, -1, -1), strict=True))
    rows = sorted(first.values())
    if len(rows) < len(decoded):
        twice = [f"{word!r} (row {row + 1})" for row, word in enumerate(decoded) if first[word] != row]
        more = ", ..." if len(twice) > _NAMED_DUPLICATES else ""
        logger.warning("%s: %d duplicate words, the first row of each is kept: %s%s",
                       name, len(twice), ", ".join(twice[:_NAMED_DUPLICATES]), more)
    packed = pack_keys([decoded[row] for row in rows])
    return PackedKeys(packed["keys_bytes"], packed["keys_ends"]), rows if len(rows) < len(decoded) else None


def _decode(name: str, words: Words, encoding: str, errors: str) -> list[str]:
    try:
        return _vectors.decode_words(words.data, word_places(words.ends), encoding, errors)
    except _vectors.WordDecodeError as caught:
        row, error = caught.args
        raise KeyDecodeError(
            f"{name}, row {row + 1}: {error.object[:60]!r} is not {encoding}: {error.reason}; "
            "pass encoding= or unicode_errors='ignore' or 'replace'",
            error,
        ) from None
    except LookupError as error:
        raise ParameterError(f"encoding and unicode_errors: {error}") from None


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
