"""The project's own file: named arrays and a dictionary in one file, checked byte by byte.

Layout, all little-endian::

    8 bytes   magic  "CW2V" CR LF 0x1A LF   (a transfer that changes line ends destroys it visibly)
    uint32    version, 1
    uint64    length of the header
    uint32    CRC-32 of the header
    header    JSON in UTF-8: {"sections": [{name, dtype, shape, offset, crc32}...], "size": ..., "meta": {...}}
    zeros     up to a multiple of 64
    sections  raw arrays in C order, each at a multiple of 64; offsets and size count from the first of them

Loading reads numbers and text; it never runs code.
"""

from __future__ import annotations

import json
import math
import os
import re
import struct
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from cw2v.errors import FileFormatError, ParameterError, TruncatedFileError
from cw2v.io.atomic import atomic_write
from cw2v.io.keys import pack_keys, unpack_keys
from cw2v.io.source import Buffer, file_bytes

__all__ = ["MAGIC", "VERSION", "check_section", "pack_keys", "read", "read_unchecked", "unpack_keys", "write"]

MAGIC = b"CW2V\r\n\x1a\n"
VERSION = 1
_PREFIX = struct.Struct("<8sIQI")
_ALIGN = 64
_AT_ONCE = 1 << 24  # bytes of an array that are read or written before Ctrl-C and `relax` have their turn
# Booleans, integers, floats, complex numbers, bytes and text of fixed width: nothing that refers to an
# object.
_DTYPE = re.compile(r"[<|][biufcSU][1-9][0-9]{0,8}\Z")

MmapMode = Literal["r", "c"]
Arrays = dict[str, npt.NDArray[Any]]


def _aligned(offset: int) -> int:
    return -(-offset // _ALIGN) * _ALIGN


def write(
    path: str | os.PathLike[str],
    arrays: Mapping[str, npt.NDArray[Any]],
    meta: Mapping[str, Any],
    relax: Callable[[], object] | None = None,
) -> None:
    """Save arrays and a dictionary; an old file survives any failure.

    Parameters
    ----------
    path : str or path
    arrays : dict of str to ndarray
        Any shapes; booleans, integers, floats, complex numbers, or bytes or text of fixed width.
    meta : dict
        Anything JSON holds.
    relax : callable, optional
        Called often on the way; arrays that are mapped files can give their pages back in it.

    Raises
    ------
    ParameterError
        An array holds Python objects, or `meta` is not JSON; nothing is written.
    OSError
        See :func:`cw2v.io.atomic.atomic_write`.
    """
    sections: list[dict[str, Any]] = []
    blocks: list[npt.NDArray[Any]] = []
    end = 0
    for name, array in arrays.items():
        block = np.asarray(array, order="C")
        block = block.astype(block.dtype.newbyteorder("<"), copy=False)
        if not _DTYPE.match(block.dtype.str):
            raise ParameterError(f"arrays[{name!r}] has dtype {block.dtype}, which needs pickle")
        offset = _aligned(end)
        end = offset + block.nbytes
        sections.append({"name": name, "dtype": block.dtype.str, "shape": list(block.shape), "offset": offset,
                         "crc32": _crc32(block, relax)})
        blocks.append(block)
    try:
        header = json.dumps({"sections": sections, "size": end, "meta": dict(meta)}).encode("utf-8")
    except (TypeError, ValueError) as error:
        raise ParameterError(f"meta must hold only what JSON holds: {error}") from None
    with atomic_write(path) as file:
        file.write(_PREFIX.pack(MAGIC, VERSION, len(header), zlib.crc32(header)))
        file.write(header)
        position = _PREFIX.size + len(header)
        start = _aligned(position)
        for section, block in zip(sections, blocks, strict=True):
            file.write(bytes(start + section["offset"] - position))
            for piece in _pieces(block, relax):
                file.write(piece)
            position = start + section["offset"] + block.nbytes
        if not sections:
            file.write(bytes(start - position))


def _raw(block: npt.NDArray[Any]) -> npt.NDArray[np.uint8]:
    """The bytes of a C-contiguous array, without a copy."""
    return block.reshape(-1).view(np.uint8) if block.size and block.dtype.itemsize else np.empty(0, np.uint8)


def _pieces(block: npt.NDArray[Any], relax: Callable[[], object] | None = None) -> Iterator[memoryview]:
    data = _raw(block).data
    for begin in range(0, len(data), _AT_ONCE):
        yield data[begin : begin + _AT_ONCE]
        if relax is not None:
            relax()


def _crc32(block: npt.NDArray[Any], relax: Callable[[], object] | None = None) -> int:
    crc = 0
    for piece in _pieces(block, relax):
        crc = zlib.crc32(piece, crc)
    return crc


def read(
    path: str | os.PathLike[str],
    mmap: MmapMode | None = None,
    *,
    views: Collection[str] = (),
    unchecked: Collection[str] = (),
    data: Buffer | None = None,
) -> tuple[Arrays, dict[str, Any]]:
    """Load what :func:`write` saved, and check every byte of it.

    Parameters
    ----------
    path : str or path
    mmap : {"r", "c"}, optional
        Leave the arrays in the file, shared with other processes: read-only, or copied where they are
        changed. None (default) copies them into memory.
    views : collection of str
        Sections that are read-only views of `data`, whatever `mmap` is.
    unchecked : collection of str
        Views that are not read, so that opening a file does not depend on their size.
    data : bytes or mmap, optional
        The file's bytes, if they are there already.

    Returns
    -------
    arrays : dict of str to ndarray
    meta : dict

    Raises
    ------
    TruncatedFileError
        The file ends early.
    FileFormatError
        It is no such file, is damaged, or was written by a newer version; the message says where.
    OSError
        The file cannot be opened.
    """
    arrays, meta, checksums = read_unchecked(path, mmap, views=views, data=data)
    for label, array in arrays.items():
        if label not in unchecked:
            check_section(os.fsdecode(path), label, array, checksums[label])
    return arrays, meta


def check_section(name: str, label: str, array: npt.NDArray[Any], checksum: Any) -> None:
    """Raise FileFormatError, naming the file and the section, unless these are the bytes that were written."""
    if _crc32(array) != checksum:
        raise FileFormatError(f"{name}: section {label!r} is damaged (its checksum differs)")


def read_unchecked(
    path: str | os.PathLike[str], mmap: MmapMode | None, *, views: Collection[str] = (), data: Buffer | None = None
) -> tuple[Arrays, dict[str, Any], dict[str, Any]]:
    """As :func:`read`, without looking at the bytes of the arrays, so that a mapped file opens at once.

    Returns
    -------
    arrays, meta
    checksums : dict of str
        Of each array, for :func:`check_section`.
    """
    if mmap not in (None, "r", "c"):
        raise ParameterError(f"mmap must be None, 'r' or 'c', got {mmap!r}")
    name = os.fsdecode(path)
    data = file_bytes(name) if data is None else data
    header, start = _read_header(name, data)
    try:
        sections, size, meta = header["sections"], header["size"], header["meta"]
        if not isinstance(meta, dict):
            raise TypeError("meta is not a dictionary")
        if len(data) < start + size:
            raise TruncatedFileError(f"{name}: {len(data)} bytes, but its header promises {start + size}")
        if len(data) > start + size:
            raise FileFormatError(f"{name}: {len(data) - start - size} bytes follow the last section")
        arrays = _read_sections(name, data, sections, start, mmap, views)
        return arrays, meta, {section["name"]: section["crc32"] for section in sections}
    except (KeyError, TypeError, OverflowError, AttributeError) as error:
        raise FileFormatError(f"{name}: damaged header: {error!r}") from error


def _read_header(name: str, data: Buffer) -> tuple[Any, int]:
    """The parsed header, and where the sections start."""
    magic = data[: len(MAGIC)]
    if magic[:1] == b"\x80":
        raise FileFormatError(
            f"{name} looks like a Python pickle, as gensim's save() writes; cw2v never unpickles. "
            "KeyedVectors.load reads the vectors of gensim's files, without running what is in them"
        )
    if magic != MAGIC[: len(magic)]:
        raise FileFormatError(f"{name} is not a cw2v file: it starts with {magic!r}, expected {MAGIC!r}")
    if len(data) < _PREFIX.size:
        raise TruncatedFileError(f"{name}: {len(data)} bytes, too short for a cw2v file")
    _, version, length, crc = _PREFIX.unpack(data[: _PREFIX.size])
    if version != VERSION:
        raise FileFormatError(f"{name}: format version {version}; this cw2v reads version {VERSION}")
    if length > len(data) - _PREFIX.size:
        raise TruncatedFileError(f"{name}: a header of {length} bytes does not fit in {len(data)} bytes")
    raw = data[_PREFIX.size : _PREFIX.size + length]
    if zlib.crc32(raw) != crc:
        raise FileFormatError(f"{name}: the header is damaged (its checksum differs)")
    try:
        header = json.loads(raw.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise FileFormatError(f"{name}: the header is not JSON: {error}") from error
    end = _PREFIX.size + length
    _check_padding(name, data, end, _aligned(end))
    return header, _aligned(end)


def _check_padding(name: str, data: Buffer, begin: int, end: int) -> None:
    if len(data) < end:
        raise TruncatedFileError(f"{name}: the file ends at byte {len(data)}, in the padding up to {end}")
    if any(data[begin:end]):
        raise FileFormatError(f"{name}: damaged: bytes {begin} to {end} should be zero")


def _read_sections(
    name: str, data: Buffer, sections: Any, start: int, mmap: MmapMode | None, views: Collection[str]
) -> Arrays:  # fmt: skip
    """Every array, after its place and size have been compared with the file's."""
    arrays: Arrays = {}
    position = start
    for section in sections:
        label, shape, offset = section["name"], section["shape"], section["offset"]
        if not isinstance(label, str) or not all(type(n) is int and n >= 0 for n in [*shape, offset]):
            raise FileFormatError(f"{name}: section {label!r} has shape {shape!r} at {offset!r}")
        if not isinstance(section["dtype"], str) or not _DTYPE.match(section["dtype"]):
            raise FileFormatError(f"{name}: section {label!r} has the unknown dtype {section['dtype']!r}")
        dtype = np.dtype(section["dtype"])
        begin, nbytes = start + offset, math.prod(shape) * dtype.itemsize
        if begin != _aligned(position) or begin + nbytes > len(data):
            raise FileFormatError(f"{name}: section {label!r} of {nbytes} bytes does not fit at byte {begin}")
        _check_padding(name, data, position, begin)
        view = np.frombuffer(data, np.uint8, nbytes, begin) if nbytes else np.empty(0, np.uint8)
        position = begin + nbytes
        if label in views:
            arrays[label] = view.view(dtype).reshape(shape)
        elif mmap is not None and nbytes and not isinstance(data, bytes):
            arrays[label] = np.memmap(name, dtype, mmap, begin, tuple(shape))
        else:
            arrays[label] = view.view(dtype).reshape(shape).copy()
    if position != len(data):
        raise FileFormatError(f"{name}: {len(data) - position} bytes follow the last section")
    return arrays
