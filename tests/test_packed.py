"""Packed files: what is unpacked, and what is said of files that are cut or damaged."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import random
import sys
import zlib
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cw2v.errors import FileFormatError, MissingExtraError, TruncatedFileError
from cw2v.io.packed import PIECE_BYTES, file_pieces, packer_by_content, packer_by_name, unpack


def _zstd(data: bytes) -> bytes:
    zstandard = pytest.importorskip("zstandard")
    packed: bytes = zstandard.ZstdCompressor(write_checksum=True).compress(data)
    return packed


PACK: dict[str, Callable[[bytes], bytes]] = {
    "gzip": lambda data: gzip.compress(data, mtime=0), "bzip2": bz2.compress, "xz": lzma.compress, "zstd": _zstd,
}  # fmt: skip
PACKERS = pytest.mark.parametrize("packer", PACK)
SUFFIX = {"gzip": ".gz", "bzip2": ".bz2", "xz": ".xz", "zstd": ".zst"}


def cut(data: bytes, size: int) -> Iterator[bytes]:
    return (data[begin : begin + size] for begin in range(0, len(data), size))


@PACKERS
@settings(max_examples=40, deadline=None)
@given(st.lists(st.binary(max_size=300), min_size=1, max_size=4), st.integers(1, 50), st.integers(1, 60),
       st.integers(0, 9))  # fmt: skip
def test_streams_one_after_the_other(packer: str, parts: list[bytes], size: int, most: int, padding: int) -> None:
    packed = b"".join(PACK[packer](part) + bytes(padding) for part in parts)
    pieces = list(unpack(cut(packed, size), packer, "name", most))
    assert b"".join(pieces) == b"".join(parts)
    if packer != "zstd":
        assert max(map(len, pieces), default=0) <= most


@PACKERS
def test_a_file_cut_anywhere_is_an_error(packer: str) -> None:
    data = bytes(random.Random(1).choices(range(97, 110), k=700))
    packed = PACK[packer](data)
    for end in range(len(packed)):
        seen: list[bytes] = []
        with pytest.raises(TruncatedFileError, match=f"name: the {packer} data end early"):
            seen.extend(unpack(cut(packed[:end], 100), packer, "name"))
        assert data.startswith(b"".join(seen))
    assert b"".join(unpack([packed], packer, "name")) == data


@PACKERS
def test_a_damaged_file_never_gives_other_text(packer: str) -> None:
    data = bytes(random.Random(2).choices(range(97, 110), k=400))
    packed = PACK[packer](data) + PACK[packer](data[::-1])
    n_errors = 0
    for place in range(len(packed)):
        damaged = bytearray(packed)
        damaged[place] ^= 0x55
        try:
            unpacked = b"".join(unpack([bytes(damaged)], packer, "name"))
        except FileFormatError:
            n_errors += 1
        else:
            assert unpacked == data + data[::-1]
    assert n_errors > len(packed) - 40, "only header fields without a meaning for the content may change"


@PACKERS
def test_what_is_not_packed_or_goes_on_with_something_else(packer: str) -> None:
    for text in (b"x", b"plain text, a longer one than any header is"):
        with pytest.raises(FileFormatError, match=f"^corpus is not {packer} data"):
            list(unpack([text], packer, "corpus"))
        with pytest.raises(FileFormatError, match=f"^corpus goes on, after a whole stream, with what is not {packer}"):
            list(unpack([PACK[packer](b"sound") + text], packer, "corpus"))
    with pytest.raises(TruncatedFileError):
        list(unpack([], packer, "corpus"))


@PACKERS
def test_a_bomb_is_unpacked_little_by_little(packer: str) -> None:
    packed = PACK[packer](bytes(1 << 26))
    largest = total = 0
    for piece in unpack(cut(packed, 1 << 18), packer, "name"):
        largest, total = max(largest, len(piece)), total + len(piece)
    assert total == 1 << 26
    assert largest <= (PIECE_BYTES if packer != "zstd" else 40 << 20)


@PACKERS
def test_by_name_and_by_content(packer: str) -> None:
    assert packer_by_name("a.b/corpus.txt" + SUFFIX[packer]) == packer_by_name("C" + SUFFIX[packer].upper()) == packer
    for data in (b"", b"text"):
        assert packer_by_content(PACK[packer](data)[:10]) == packer
    for name in ("corpus.txt", "gz", "corpus.gz.txt", SUFFIX[packer] + "/corpus"):
        assert packer_by_name(name) is None
    for head in (b"", b"BZh is a word", b"(", b"\xfd7", "\u4e2d".encode()):
        assert packer_by_content(head) is None


def test_a_plain_file_is_given_as_it_is() -> None:
    assert b"".join(file_pieces(io.BytesIO(b"\x1f\x8b text"), "name.txt", 2)) == b"\x1f\x8b text"
    assert list(file_pieces(io.BytesIO(b""), "name.txt")) == []


def test_another_program_reads_the_same() -> None:
    # gzip with a name and a comment in its header, which Python's gzip does not write.
    packer = zlib.compressobj(wbits=-15)
    header = b"\x1f\x8b\x08\x18\0\0\0\0\0\x03corpus.txt\0a comment\0"
    data = b"the cat\n"
    packed = header + packer.compress(data) + packer.flush() + zlib.crc32(data).to_bytes(4, "little") + b"\x08\0\0\0"
    assert gzip.decompress(packed) == data
    assert b"".join(unpack(cut(packed, 3), "gzip", "name")) == data


def test_zstd_without_its_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "zstandard", None)
    with pytest.raises(MissingExtraError, match=r"pip install cw2v\[zstd\]"):
        list(unpack([b"x"], "zstd", "name"))


def test_zstd_frames_without_content() -> None:
    skippable = b"\x50\x2a\x4d\x18\x03\0\0\0abc"
    packed = _zstd(b"one ") + skippable + _zstd(b"two")
    assert b"".join(unpack(cut(packed, 5), "zstd", "name")) == b"one two"
    assert b"".join(unpack([skippable + packed], "zstd", "name")) == b"one two"
