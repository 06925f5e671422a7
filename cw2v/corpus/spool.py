"""Where a corpus goes that memory shall not hold: files without a name in the temporary folder (``TMPDIR``).

The system gives such a file back with the process, however that ends; nothing is ever left behind.
"""

from __future__ import annotations

import mmap
import os
import threading
from collections.abc import Iterable
from typing import IO, Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

__all__ = ["Block", "Piece", "Spool", "load", "mapped", "release"]


class Piece:
    """An array in a file.

    Parameters
    ----------
    file : file object
        Kept open as long as its pieces live.
    offset : int
        Byte at which it begins.
    length : int
        Elements.
    dtype : dtype
    """

    __slots__ = ("_dtype", "_file", "_length", "_offset")

    def __init__(self, file: IO[bytes], offset: int, length: int, dtype: np.dtype[Any]) -> None:
        self._file, self._offset, self._length, self._dtype = file, offset, length, dtype

    def __len__(self) -> int:
        return self._length

    def load(self) -> NDArray[Any]:
        """Read it."""
        array = np.empty(self._length, self._dtype)
        rest, offset = array.view(np.uint8).data, self._offset
        while rest:
            n_read = os.preadv(self._file.fileno(), [rest], offset)
            if n_read == 0:
                raise OSError(f"the temporary file ends at byte {offset}, before the corpus does")
            rest, offset = rest[n_read:], offset + n_read
        return array


Block = NDArray[Any] | Piece


def load(block: Block) -> NDArray[Any]:
    """The array itself."""
    return block.load() if isinstance(block, Piece) else block


class Spool:
    """Takes the arrays of a corpus that is being read, and keeps them in memory up to a limit, in a file beyond it.

    Parameters
    ----------
    limit : int or None
        Bytes; None: all stays in memory.
    """

    def __init__(self, limit: int | None = None) -> None:
        self.limit = limit
        self._in_memory = self._in_file = 0
        self._file: IO[bytes] | None = None
        self._lock = threading.Lock()

    def keep(self, array: NDArray[Any]) -> Block:
        """Take a one-dimensional array; :func:`load` gives it back. Threads may call this at the same time.

        Raises
        ------
        OSError
            The disk is full, or another failure of the system.
        """
        with self._lock:
            if self._fits(array.nbytes) or not array.nbytes:
                return array
            if self._file is None:
                self._file = _nameless()
            offset, self._in_file = self._in_file, self._in_file + array.nbytes
        rest, at = np.ascontiguousarray(array).view(np.uint8).data, offset
        try:
            while rest:
                n_written = os.pwrite(self._file.fileno(), rest, at)
                rest, at = rest[n_written:], at + n_written
        except OSError as error:
            raise _cannot_spill(error) from error
        return Piece(self._file, offset, len(array), array.dtype)

    def gather(self, blocks: list[Block], dtype: DTypeLike) -> tuple[NDArray[Any], list[mmap.mmap]]:
        """One array of all `blocks`, which are given free on the way, and the mapping it is in, if it is in a file."""
        length, done = sum(map(len, blocks)), 0
        maps: list[mmap.mmap] = []
        if self._fits(length * np.dtype(dtype).itemsize):
            array = np.empty(length, dtype)
        else:
            array, mapping = mapped(length, dtype)
            maps = [mapping]
        blocks.reverse()
        while blocks:
            part = load(blocks.pop())
            array[done : done + len(part)] = part
            done += len(part)
            release(maps)
        return array, maps

    def drop_pages(self, mapping: mmap.mmap) -> None:
        """Give back the memory of a mapped source, if memory is limited."""
        if self.limit is not None:
            release([mapping])

    def _fits(self, nbytes: int) -> bool:
        """Whether there is room for so much more; it is taken then."""
        if self.limit is not None and self._in_memory + nbytes > self.limit:
            return False
        self._in_memory += nbytes
        return True


def mapped(length: int, dtype: DTypeLike) -> tuple[NDArray[Any], mmap.mmap]:
    """A writable array in a file without a name, all of whose room on the disk is taken already, and its mapping.

    Raises
    ------
    OSError
        The disk is full, or another failure of the system.
    """
    nbytes = max(length * np.dtype(dtype).itemsize, 1)
    with _nameless() as file:
        try:
            _allocate(file, nbytes)
        except OSError as error:
            raise _cannot_spill(error) from error
        mapping = mmap.mmap(file.fileno(), nbytes)
    if hasattr(mmap, "MADV_RANDOM"):
        # Written page by page, not in units of megabytes, of which a look at a few ids would bring all into memory.
        mapping.madvise(mmap.MADV_RANDOM)
    return np.frombuffer(mapping, dtype, length), mapping


def release(maps: Iterable[mmap.mmap]) -> None:
    """Take the pages of shared mappings out of this process' memory; they are read again where they are needed."""
    if hasattr(mmap, "MADV_DONTNEED"):
        for mapping in maps:
            mapping.madvise(mmap.MADV_DONTNEED)


def _nameless() -> IO[bytes]:
    import tempfile  # here, because few need it and it takes longer to import than half of this package

    try:
        return tempfile.TemporaryFile(buffering=0, prefix="cw2v-")
    except OSError as error:
        raise _cannot_spill(error) from error


def _allocate(file: IO[bytes], nbytes: int) -> None:
    # A write to a mapped page that the disk has no room for would end the process.
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(file.fileno(), 0, nbytes)
        return
    zeros = bytes(1 << 20)
    for begin in range(0, nbytes, len(zeros)):
        file.write(zeros[: nbytes - begin])


def _cannot_spill(error: OSError) -> OSError:
    import tempfile

    reason = (f"the corpus cannot be spilled to a temporary file ({error.strerror or error}): make room there, set "
              "TMPDIR to another folder, or raise max_memory")  # fmt: skip
    return OSError(error.errno, reason, tempfile.gettempdir())
