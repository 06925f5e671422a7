"""The bytes of a file: mapped, or unpacked when it is a gzip file."""

from __future__ import annotations

import gzip
import mmap
import os
import stat
import zlib

from cw2v.errors import FileFormatError, ParameterError, TruncatedFileError

__all__ = ["Buffer", "check_suffix", "file_bytes"]

Buffer = bytes | mmap.mmap

_GZIP_MAGIC = b"\x1f\x8b"
_OTHER_PACKERS = (".bz2", ".xz", ".zst", ".zip", ".lz4")


def check_suffix(path: str | os.PathLike[str], argument: str = "fname") -> str:
    """Return `path` as text; refuse a name that promises a compression other than gzip.

    Raises
    ------
    ParameterError
        The name ends in ``.bz2``, ``.xz``, ``.zst``, ``.zip`` or ``.lz4``, or is not a path.
    """
    try:
        name = os.fsdecode(path)
    except TypeError:
        raise ParameterError(f"{argument} must be a path, got {type(path).__name__}") from None
    if name.lower().endswith(_OTHER_PACKERS):
        raise ParameterError(f"{argument}: only .gz files are packed and unpacked, got {name!r}")
    return name


def file_bytes(path: str | os.PathLike[str]) -> Buffer:
    """The whole content of `path`.

    A regular file is memory-mapped and costs no memory of its own; a file that starts with gzip's signature
    is unpacked into memory, whatever its name is; a pipe is read to its end.

    Raises
    ------
    OSError
        The file cannot be opened.
    TruncatedFileError, FileFormatError
        The gzip file ends early or is damaged.
    """
    name = check_suffix(path)
    with open(name, "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            content: Buffer = file.read()
        elif status.st_size == 0:  # cannot be mapped
            return b""
        else:
            content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    if content[:2] != _GZIP_MAGIC:
        return content
    try:
        return gzip.decompress(content)
    except EOFError as error:
        raise TruncatedFileError(f"{name}: the gzip data end early") from error
    except (OSError, zlib.error) as error:
        raise FileFormatError(f"{name}: damaged gzip data: {error}") from error
