"""The bytes of a file: mapped, or unpacked when it is a packed file."""

from __future__ import annotations

import itertools
import mmap
import os
import stat
from collections.abc import Iterator
from contextlib import closing
from typing import Self

from cw2v.errors import ParameterError
from cw2v.io.packed import packer_by_content, unpack

__all__ = ["Buffer", "Source", "check_suffix", "file_bytes"]

Buffer = bytes | mmap.mmap

_OTHER_PACKERS = (".bz2", ".xz", ".zst", ".zip", ".lz4")
_NEVER_UNPACKED = (".zip", ".lz4")
_HEAD_BYTES = 16  # enough to tell packed files by
_PIECE_BYTES = 1 << 18
_WINDOW_BYTES = 1 << 22


def check_suffix(path: str | os.PathLike[str], argument: str = "fname") -> str:
    """Return `path` as text; refuse a name that promises a compression in which nothing is written.

    Raises
    ------
    ParameterError
        The name ends in ``.bz2``, ``.xz``, ``.zst``, ``.zip`` or ``.lz4``, or is not a path.
    """
    name = _name_of(path, argument)
    if name.lower().endswith(_OTHER_PACKERS):
        raise ParameterError(f"{argument}: only .gz files are packed, got {name!r}")
    return name


def _name_of(path: str | os.PathLike[str], argument: str) -> str:
    try:
        return os.fsdecode(path)
    except TypeError:
        raise ParameterError(f"{argument} must be a path, got {type(path).__name__}") from None


class Source:
    """A file as a buffer: all of it where it can be mapped, else as much as has been asked for.

    A regular file is mapped and costs no memory of its own. A file that starts as gzip, bzip2, xz or zstd files do,
    whatever its name is, is unpacked piece by piece, and a pipe is read so.

    Parameters
    ----------
    path : str or path

    Attributes
    ----------
    data : bytes or mmap
    is_last : bool
        The file ends where `data` ends.
    is_mapped : bool

    Raises
    ------
    OSError
        The file cannot be opened.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._name = _name_of(path, "fname")
        if self._name.lower().endswith(_NEVER_UNPACKED):
            raise ParameterError(f"fname: unpack {self._name!r} first; .gz, .bz2, .xz and .zst files are read")
        self.data: Buffer = b""
        self.is_last = self.is_mapped = False
        self._file = open(self._name, "rb")  # noqa: SIM115
        try:
            self._begin()
        except BaseException:
            self._file.close()
            raise

    def _begin(self) -> None:
        status = os.fstat(self._file.fileno())
        is_regular = stat.S_ISREG(status.st_mode)
        self._pieces: Iterator[bytes] = iter(lambda: self._file.read(_PIECE_BYTES), b"")
        head = self._file.read(_HEAD_BYTES)
        packer = "gzip" if head[:2] == b"\x1f\x8b" else packer_by_content(head)
        self._pieces = itertools.chain([head], self._pieces)
        if packer is not None:
            self._pieces = unpack(self._pieces, packer, self._name, _PIECE_BYTES)
        elif is_regular:
            self.is_last = True
            if status.st_size:  # an empty file cannot be mapped
                self.data = mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ)
                self.is_mapped = True
            return
        self.more(0)

    def more(self, position: int) -> int:
        """Drop what is before `position`, and get more: at least twice what is left. Returns the new position, 0.

        Raises
        ------
        TruncatedFileError, FileFormatError, MissingExtraError, OSError
            See :func:`cw2v.io.packed.file_pieces`.
        """
        parts = [self.data[position:]]
        size, enough = len(parts[0]), max(_WINDOW_BYTES, 2 * len(parts[0]))
        while size < enough:
            piece = next(self._pieces, None)
            if piece is None:
                self.is_last = True
                break
            parts.append(piece)
            size += len(piece)
        self.data = b"".join(parts)
        return 0

    def close(self) -> None:
        """Close the file; what has been read of it stays."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def file_bytes(path: str | os.PathLike[str]) -> Buffer:
    """The whole content of `path`, see :class:`Source`.

    Raises
    ------
    OSError
        The file cannot be opened.
    TruncatedFileError, FileFormatError
        The packed data end early or are damaged.
    """
    with closing(Source(path)) as source:
        while not source.is_last:
            source.more(0)
        return source.data
