"""Reading the rows of word2vec's files in blocks, by several threads where the file is mapped."""

from __future__ import annotations

import logging
import threading
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from cw2v import _vectors
from cw2v.errors import FileFormatError, TruncatedFileError
from cw2v.io.decimals import is_number, nearest
from cw2v.io.source import Buffer, Source
from cw2v.parameters import default_workers
from cw2v.threads import run_threads

__all__ = ["Layout", "Words", "read_rows"]

logger = logging.getLogger(__name__)

Floats = npt.NDArray[np.floating[Any]]
Ints = npt.NDArray[np.int64]
_VALUES_AT_ONCE = 1 << 17  # of a block: with its text about 2 MB, which stay in the cache from cutting to reading
_ONE_THREAD_BYTES = 4 << 20
_MOST_THREADS = 8


class Layout(NamedTuple):
    """What is known of a file before its rows are read.

    Attributes
    ----------
    rows : int or None
        Rows that the header promises; None without a header.
    size : int
        Dimensions.
    limit : int or None
        Rows to read at most.
    start : int
        Where the first row begins.
    """

    rows: int | None
    size: int
    limit: int | None
    start: int

    @property
    def wanted(self) -> int | None:
        """Rows to read; None: all."""
        known = [n for n in (self.rows, self.limit) if n is not None]
        return min(known) if known else None


class Words(NamedTuple):
    """The bytes of all words, one behind the other, and where each ends."""

    data: npt.NDArray[np.uint8]
    ends: Ints  # (V,)


class _Block(NamedTuple):
    data: Buffer
    first: int  # row
    word: Ints  # (n, 2)
    line: Ints  # (n + 1); text only
    values: Floats  # (n, D) to be filled


class _Reader:
    """Rows are cut off one block after the other, under a lock, and read by whoever cut them off."""

    def __init__(self, name: str, source: Source, layout: Layout, dtype: np.dtype[Any]) -> None:
        self.name, self.source, self.layout = name, source, layout
        self.position, self.next_row, self.is_stopped = layout.start, 0, False
        self.at_once = max(1, _VALUES_AT_ONCE // layout.size)
        self.lock = threading.Lock()
        self.vectors: Floats = np.empty((0, layout.size), dtype)
        self.words: dict[int, tuple[npt.NDArray[np.uint8], Ints]] = {}  # by the first row of their block
        self.failures: dict[int, Exception] = {}
        self.odd: list[tuple[int, int]] = []  # first row and number of those that are not finite

    smallest_row = 1  # bytes

    def read(self) -> tuple[Words, Floats, int]:
        """Words, vectors, and where the last row ends."""
        source = self.source
        n_bytes = len(source.data) if source.is_mapped else 0
        if source.is_mapped:
            self._make_room(min(self._left(), (n_bytes - self.position) // self.smallest_row + 1))
        many = source.is_mapped and n_bytes >= _ONE_THREAD_BYTES
        n_threads = min(default_workers(), _MOST_THREADS) if many else 1
        if n_threads == 1:
            self._work(0)
        else:
            run_threads(self._work, n_threads, self._stop, lambda: None)
        if self.failures:
            raise self.failures[min(self.failures)]
        if self.layout.wanted is not None and self.next_row < self.layout.wanted:
            raise self._end_error()
        self._warn_of_odd()
        parts = [self.words[first] for first in sorted(self.words)]
        sizes = np.concatenate([np.zeros(0, np.int64), *(sizes for _, sizes in parts)])
        words = Words(np.concatenate([np.zeros(0, np.uint8), *(data for data, _ in parts)]), np.cumsum(sizes))
        if len(sizes) < len(self.vectors):
            self.vectors.resize((len(sizes), self.layout.size), refcheck=False)
        return words, self.vectors, self.position

    def _left(self) -> int:
        wanted = self.layout.wanted
        return np.iinfo(np.int64).max if wanted is None else wanted - self.next_row

    def _make_room(self, rows: int) -> None:
        if not len(self.vectors):
            self.vectors = np.empty((rows, self.layout.size), self.vectors.dtype)
        elif rows > len(self.vectors):
            # No view is alive: a mapped file gets all its room at the start, others are read by one thread.
            self.vectors.resize((rows, self.layout.size), refcheck=False)

    def _stop(self) -> None:
        self.is_stopped = True

    def _fail(self, row: int, error: FileFormatError) -> None:
        # Blocks before this one are still being read, and may have an error, which is then the one to raise.
        self.failures[row] = error
        self.is_stopped = True

    def _work(self, _: int) -> None:
        while True:
            with self.lock:
                first = self.next_row
                try:
                    block = None if self.is_stopped else self._take()
                except FileFormatError as error:
                    self._fail(first, error)
                    return
            if block is None:
                return
            try:
                n_odd, first_odd = self._fill(block)
                self.words[block.first] = _vectors.gather_words(block.data, block.word)
            except FileFormatError as error:
                self._fail(block.first, error)
                return
            if n_odd:
                self.odd.append((block.first + first_odd, n_odd))

    def _take(self) -> _Block | None:
        """The next block; None at the end."""
        n_rows = min(self.at_once, self._left())
        if self.source.is_mapped:  # beyond the room there can only be lines too short for rows, after an error
            n_rows = min(n_rows, len(self.vectors) - self.next_row)
        word, line = np.empty((n_rows, 2), np.int64), np.empty(n_rows + 1, np.int64)
        while n_rows:
            n, position = self._cut(word, line)
            if n or self.source.is_last:
                break
            self.position = self.source.more(self.position)
        if not n_rows or not n:
            return None
        first, self.next_row, self.position = self.next_row, self.next_row + n, position
        if not self.source.is_mapped:
            self._make_room(max(self.next_row, min(2 * len(self.vectors), self._left() + self.next_row)))
        return _Block(self.source.data, first, word[:n], line[: n + 1], self.vectors[first : first + n])

    def _warn_of_odd(self) -> None:
        if self.odd:
            logger.warning("%s: %d rows have values that are infinite or not numbers, the first is row %d",
                           self.name, sum(n for _, n in self.odd), min(self.odd)[0] + 1)

    def _cut(self, word: Ints, line: Ints) -> tuple[int, int]:
        raise NotImplementedError

    def _fill(self, block: _Block) -> tuple[int, int]:
        raise NotImplementedError

    def _end_error(self) -> FileFormatError:
        raise NotImplementedError


class _BinaryReader(_Reader):
    @property
    def smallest_row(self) -> int:  # type: ignore[override]
        return 4 * self.layout.size + 1

    def _cut(self, word: Ints, line: Ints) -> tuple[int, int]:
        return _vectors.cut_binary(self.source.data, self.position, self.layout.size, word)

    def _fill(self, block: _Block) -> tuple[int, int]:
        if block.values.dtype == np.float32:
            return _vectors.read_binary(block.data, block.word, block.values)
        values = np.empty(block.values.shape, np.float32)
        result = _vectors.read_binary(block.data, block.word, values)
        with np.errstate(over="ignore"):
            block.values[:] = values
        return result

    def _end_error(self) -> FileFormatError:
        data, row = self.source.data, self.next_row + 1
        space = data.find(b" ", self.position)
        word = data[self.position : space if space >= 0 else len(data)].lstrip(b"\n")
        if b"\n" in word and space >= 0:
            return FileFormatError(f"{self.name}, row {row}: the word {word[:60]!r} contains a line feed; "
                                   "is this a text file, or are the dimensions wrong?")
        return TruncatedFileError(f"{self.name}: row {row} of {self.layout.rows} is cut short")


class _TextReader(_Reader):
    is_over = False  # a blank line has come, in a file without a header

    @property
    def smallest_row(self) -> int:  # type: ignore[override]
        return 2 * self.layout.size

    def _cut(self, word: Ints, line: Ints) -> tuple[int, int]:
        data = self.source.data
        while True:
            line[0] = self.position
            n_lines = n = _vectors.cut_lines(data, self.source.is_last, line)
            if self.layout.rows is not None:
                break
            while n and not data[line[n - 1] : line[n]].strip():  # blank lines at the end are no rows
                n -= 1
            if n and self.is_over:
                raise FileFormatError(f"{self.name}, row {self.next_row + 1}: the line before it is blank")
            self.is_over |= n < n_lines
            if n or not n_lines:
                break
            self.position = int(line[n_lines])
        return n, int(line[n_lines])

    def _fill(self, block: _Block) -> tuple[int, int]:
        direct = block.values.dtype in (np.float32, np.float64)
        values = block.values if direct else np.empty(block.values.shape, np.float64)
        unsure = np.empty((max(self.layout.size, 256), 3), np.int64)
        done, odd_rows, first_odd = 0, 0, -1
        while done < len(block.word):
            n, is_bad, n_unsure, n_odd, odd = _vectors.read_text(
                block.data, block.line[done:], block.word[done:], values[done:], unsure)
            for index, begin, end in unsure[:n_unsure].tolist():
                values[done:].flat[index] = nearest(block.data[begin:end], values.dtype)
            if is_bad:
                raise self._row_error(block, done + n)
            if n_odd:
                first_odd = done + odd if first_odd < 0 else first_odd
                odd_rows += n_odd
            done += n
        if not direct:
            with np.errstate(over="ignore"):
                block.values[:] = values
        return odd_rows, first_odd

    def _row_error(self, block: _Block, row: int) -> FileFormatError:
        line = bytes(block.data[block.line[row] : block.line[row + 1]])
        number, size, fields = block.first + row + 1, self.layout.size, line.split()
        n_values = max(0, len(fields) - 1)
        if n_values < size and not line.endswith(b"\n"):
            return TruncatedFileError(f"{self.name}: row {number} of {self.layout.rows} is cut short: "
                                      f"{n_values} of {size} values")
        if n_values != size:
            return FileFormatError(f"{self.name}, row {number}: expected a word and {size} values, "
                                   f"got {n_values} values: {line.rstrip()[:80]!r}")
        bad = next((field for field in fields[1:] if not is_number(field)), fields[-1])
        return FileFormatError(f"{self.name}, row {number}: {bad[:40]!r} is no number in {line.rstrip()[:80]!r}")

    def _end_error(self) -> FileFormatError:
        return TruncatedFileError(f"{self.name}: ends before row {self.next_row + 1} of {self.layout.rows}")


def read_rows(
    name: str, source: Source, layout: Layout, binary: bool, dtype: np.dtype[Any]
) -> tuple[Words, Floats, int]:
    """Read rows of text or binary.

    Parameters
    ----------
    name : str
        Of the file, for messages.
    source : Source
    layout : Layout
    binary : bool
    dtype : dtype
        Floating type of the vectors. A decimal becomes the nearest float32 or float64; other types are made of float64.

    Returns
    -------
    words : Words
    vectors : ndarray of `dtype` (V, D)
    end : int
        Where the last row ends in ``source.data``.

    Raises
    ------
    TruncatedFileError, FileFormatError
        The first row that is none.
    """
    return (_BinaryReader if binary else _TextReader)(name, source, layout, dtype).read()
