"""A file that is text as it stands, in spans that threads read by themselves, each into a buffer of its own.

A span holds the words that begin in it; the last may end behind it. So no thread has to wait for another one to know
where to begin, and nothing is copied.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["Span", "SpannedFile", "spans_of"]

_MARGIN = 1 << 12  # of the words that end behind a span, the longest that costs no second reading
_SPACE = re.compile(rb"[ \t-\r]")


class SpannedFile:
    """An open file; it is closed when the last of its spans is gone.

    Parameters
    ----------
    path : str

    Attributes
    ----------
    size : int
        Bytes.

    Raises
    ------
    OSError
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self._descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))
        self.size = os.fstat(self._descriptor).st_size

    def __del__(self) -> None:
        if hasattr(self, "_descriptor"):
            os.close(self._descriptor)

    def read_into(self, buffer: memoryview, offset: int) -> int:
        """Fill `buffer` from `offset` on; how many bytes there were."""
        done = 0
        try:
            while done < len(buffer) and (n_read := os.preadv(self._descriptor, [buffer[done:]], offset + done)):
                done += n_read
        except OSError as error:
            error.filename = self.path
            raise
        return done


@dataclass(frozen=True)
class Span:
    """The words that begin at `begin` or behind it, and before `end`.

    Attributes
    ----------
    file : SpannedFile
    begin, end : int
        Bytes of the file.
    """

    file: SpannedFile
    begin: int
    end: int

    def load(self, buffer: bytearray) -> tuple[int, memoryview]:
        """Where its text begins in the file, and the text: whole words and white space, in `buffer`, which grows where
        it has to.

        Raises
        ------
        OSError
            The file cannot be read.
        """
        start = max(self.begin - 1, 0)  # the byte before tells whether a word begins here
        size = self.end - start + _MARGIN
        while True:
            if len(buffer) < size:
                buffer.extend(bytes(size - len(buffer)))
            n_read = self.file.read_into(memoryview(buffer)[:size], start)
            own_end = min(self.end - start, n_read)
            first = _first_cut(buffer, self.begin - start, own_end) if start < self.begin else 0
            if first is None:  # all of it is the middle of a word
                return self.end, memoryview(b"")
            last = _first_cut(buffer, own_end, n_read)
            if last is not None or n_read < size:
                return start + first, memoryview(buffer)[first : n_read if last is None else last]
            size *= 2


def _first_cut(buffer: bytearray, begin: int, end: int) -> int | None:
    """The first place from `begin` on, before `end`, that is not in the middle of a word; None if there is none."""
    if 0 < begin < end and _SPACE.match(buffer, begin - 1):
        return begin
    space = _SPACE.search(buffer, begin, end)
    return space.start() if space else None


def spans_of(file: SpannedFile, span_bytes: int) -> Iterator[Span]:
    """All of a file, each byte in one span."""
    for begin in range(0, file.size, span_bytes):
        yield Span(file, begin, min(begin + span_bytes, file.size))
