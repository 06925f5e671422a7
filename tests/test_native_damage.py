"""Files of our own format whose headers lie, with checksums that are right: errors that name the file, or vectors."""

from __future__ import annotations

import json
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cw2v import KeyedVectors
from cw2v.errors import FileFormatError
from cw2v.io import native

PREFIX = struct.Struct("<8sIQI")
VALUES = [0, -1, 1, 3, 64, 10**20, 1.5, None, True, [], {}, [3], [3, 3], [0, 10**12], [2**62, 4], [[1]], "<f8", "<f2",
          "<U2", "|b1", "|O", "<V4", "<S0", "vectors", "keys_ends", "keys_are_int", "keys_bytes"]  # fmt: skip


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any], bytes]:
    """A place to write, and the header and the sections of a sound file."""
    path = tmp_path_factory.mktemp("native") / "v.cw2v"
    kv = KeyedVectors(3)
    kv.add_vectors(["a", "b", "cé"], np.ones((3, 3), np.float32))
    kv.set_vecattr("a", "count", 3)
    kv.save(path)
    data = path.read_bytes()
    end = PREFIX.size + PREFIX.unpack(data[: PREFIX.size])[2]
    return path, json.loads(data[PREFIX.size : end]), data[-(-end // 64) * 64 :]


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.integers(0, 4), st.sampled_from(["name", "dtype", "shape", "offset", "crc32"]),
                          st.sampled_from(VALUES)), max_size=3),
       st.sampled_from([None, *VALUES]), st.booleans(), st.binary(max_size=3))  # fmt: skip
def test_forged_headers(
    parts: tuple[Path, dict[str, Any], bytes], changes: list[tuple[int, str, Any]], size: Any, drop: bool, junk: bytes
) -> None:
    path, sound, body = parts
    header = json.loads(json.dumps(sound))
    for row, field, value in changes:
        header["sections"][row % len(header["sections"])][field] = value
    if size is not None:
        header["size"] = size
    if drop:
        header["sections"].pop()
    raw = json.dumps(header).encode() + junk
    data = PREFIX.pack(native.MAGIC, native.VERSION, len(raw), zlib.crc32(raw)) + raw
    path.write_bytes(data + bytes(-len(data) % 64) + body)
    for mmap in (None, "r", "c"):
        try:
            kv = KeyedVectors.load(path, mmap=mmap)
            assert len(kv.index_to_key) == len(kv.vectors)
        except FileFormatError as error:
            message = str(error)
            assert str(path) in message
