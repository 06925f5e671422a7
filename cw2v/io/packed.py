"""The bytes of a file, a piece at a time, unpacked by the suffix of its name: .gz, .bz2, .xz, .zst.

The standard library's `bz2.open` and `lzma.open` leave out in silence what comes after a damaged second stream, so the
streams are put together here: a file that ends early, or is damaged anywhere, is an error. No piece is larger than
what was asked for, however well the file is packed (.zst: about 30 MB in the worst case).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from typing import IO, Any, Protocol

from cw2v.errors import FileFormatError, MissingExtraError, TruncatedFileError

__all__ = ["PIECE_BYTES", "file_pieces", "packer_by_content", "packer_by_name", "unpack"]

PIECE_BYTES = 1 << 16
"""What is read, and what is unpacked, at a time: the words of a piece stay in the processor's cache."""

_SUFFIXES = {".gz": "gzip", ".bz2": "bzip2", ".xz": "xz", ".zst": "zstd"}
_MAGIC = {"gzip": b"\x1f\x8b\x08", "bzip2": b"BZh", "xz": b"\xfd7zXZ\x00", "zstd": b"\x28\xb5\x2f\xfd"}
_BZIP2_BLOCKS = (b"1AY&SY", b"\x17\x72\x45\x38\x50\x90")  # of the first block, or of the end where there is none


def packer_by_name(path: str) -> str | None:
    """"gzip", "bzip2", "xz" or "zstd" by the suffix of a name in either case; None for any other."""
    return _SUFFIXES.get(os.path.splitext(path)[1].lower())


def packer_by_content(head: bytes) -> str | None:
    """"gzip", "bzip2", "xz" or "zstd" by the first ten bytes; None for any other."""
    for packer, magic in _MAGIC.items():
        if head.startswith(magic) and (packer != "bzip2" or head[4:10] in _BZIP2_BLOCKS):
            return packer
    return None


def file_pieces(file: IO[bytes], name: str, piece_bytes: int = PIECE_BYTES) -> Iterator[bytes]:
    """The content of an open file in pieces, unpacked where `name` ends in .gz, .bz2, .xz or .zst.

    Raises
    ------
    TruncatedFileError, FileFormatError
        It ends before the packed data do, or these are damaged.
    MissingExtraError
        .zst, and there is no `zstandard`.
    OSError
        It cannot be read.
    """
    pieces = iter(lambda: file.read(piece_bytes), b"")
    packer = packer_by_name(name)
    return pieces if packer is None else unpack(pieces, packer, name, piece_bytes)


class _Stream(Protocol):
    """One packed stream; a file may have several, one after the other."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """What comes of more packed bytes."""
        ...

    @property
    def rest(self) -> bytes | None:
        """What was fed beyond the end of the stream; None as long as it has not ended."""
        ...


def unpack(pieces: Iterable[bytes], packer: str, name: str, piece_bytes: int = PIECE_BYTES) -> Iterator[bytes]:
    """Unpack bytes that were packed with gzip, bzip2, xz or zstd, in one stream or several.

    Zeros between and behind the streams are padding and left out, as by the programs themselves.

    Parameters
    ----------
    pieces : iterable of bytes
    packer : {"gzip", "bzip2", "xz", "zstd"}
    name : str
        The file, for messages.
    piece_bytes : int, default 64 KiB
        The most that is given at a time.
    """
    new_stream, failures = _OPENERS[packer]()
    stream: _Stream | None = None
    n_streams = 0
    for data in pieces:
        while data:
            if stream is None:
                data = data.lstrip(b"\0") if n_streams else data
                if not data:
                    break
                stream = new_stream(piece_bytes)
                n_streams += 1
                if not _begins(packer, data):  # some libraries wait for more bytes before they say so
                    raise _damaged(packer, name, n_streams, "wrong first bytes")
            yield from _guarded(stream.feed(data), failures, packer, name, n_streams)
            rest = stream.rest
            if rest is not None:
                stream = None
            data = rest or b""
    if stream is not None or n_streams == 0:
        raise TruncatedFileError(f"{name}: the {packer} data end early; the file was cut, or is not whole yet")


def _guarded(
    pieces: Iterator[bytes], failures: tuple[type[Exception], ...], packer: str, name: str, number: int
) -> Iterator[bytes]:
    # Errors of the library become ours, which name the file; those of whoever takes the pieces do not come by here.
    while True:
        try:
            piece = next(pieces, None)
        except failures as error:
            raise _damaged(packer, name, number, error) from error
        if piece is None:
            return
        yield piece


def _begins(packer: str, data: bytes) -> bool:
    magic = _MAGIC[packer]
    if packer == "zstd" and data[0] >> 4 == 5:
        magic = data[:1] + b"\x2a\x4d\x18"  # a frame without content, to be skipped
    return magic.startswith(data[: len(magic)])


def _damaged(packer: str, name: str, number: int, reason: object) -> FileFormatError:
    what = "is not" if number == 1 else "goes on, after a whole stream, with what is not"
    return FileFormatError(f"{name} {what} {packer} data, or is damaged: {reason}")


class _Gzip:
    def __init__(self, piece_bytes: int) -> None:
        import zlib

        self._zlib, self._piece_bytes = zlib.decompressobj(wbits=31), piece_bytes  # 31: gzip, with its checksum

    def feed(self, data: bytes) -> Iterator[bytes]:
        while data and not self._zlib.eof:
            piece = self._zlib.decompress(data, self._piece_bytes)
            data = self._zlib.unconsumed_tail
            if piece:
                yield piece

    @property
    def rest(self) -> bytes | None:
        return self._zlib.unused_data if self._zlib.eof else None


class _Standard:
    """bzip2 and xz, whose decompressors are alike."""

    def __init__(self, decompressor: Any, piece_bytes: int) -> None:
        self._decompressor, self._piece_bytes = decompressor, piece_bytes

    def feed(self, data: bytes) -> Iterator[bytes]:
        while not self._decompressor.eof:
            piece = self._decompressor.decompress(data, self._piece_bytes)
            data = b""
            if piece:
                yield piece
            if self._decompressor.needs_input:
                return

    @property
    def rest(self) -> bytes | None:
        return self._decompressor.unused_data if self._decompressor.eof else None


class _Zstd:
    """zstd has no bound on what one call gives, so it is fed little at a time."""

    _STEP = 1024

    def __init__(self, decompressor: Any) -> None:
        self._decompressor, self._unfed = decompressor, b""

    def feed(self, data: bytes) -> Iterator[bytes]:
        for begin in range(0, len(data), self._STEP):
            piece = self._decompressor.decompress(data[begin : begin + self._STEP])
            if piece:
                yield piece
            if self._decompressor.eof:
                self._unfed = data[begin + self._STEP :]
                return

    @property
    def rest(self) -> bytes | None:
        return self._decompressor.unused_data + self._unfed if self._decompressor.eof else None


_Opener = tuple[Callable[[int], _Stream], tuple[type[Exception], ...]]


def _gzip() -> _Opener:
    import zlib

    return _Gzip, (zlib.error,)


def _bzip2() -> _Opener:
    import bz2

    return lambda piece_bytes: _Standard(bz2.BZ2Decompressor(), piece_bytes), (OSError, ValueError)


def _xz() -> _Opener:
    import lzma

    return lambda piece_bytes: _Standard(lzma.LZMADecompressor(lzma.FORMAT_XZ), piece_bytes), (lzma.LZMAError,)


def _zstd() -> _Opener:
    try:
        import zstandard
    except ImportError as error:
        raise MissingExtraError("files that end in .zst are unpacked with zstandard: pip install cw2v[zstd]") from error
    return lambda _: _Zstd(zstandard.ZstdDecompressor().decompressobj()), (zstandard.ZstdError,)


_OPENERS: dict[str, Callable[[], _Opener]] = {"gzip": _gzip, "bzip2": _bzip2, "xz": _xz, "zstd": _zstd}
