"""The inputs that csrc/tests/fuzz_vectors.c found interesting (make -C csrc/tests fuzz), through the public readers."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest

from cw2v.errors import FileFormatError
from cw2v.io import word2vec_format

FOLDER = Path(__file__).resolve().parent / "data" / "fuzz"


def inputs(name: str) -> list[bytes]:
    return [bytes.fromhex(line) for line in (FOLDER / f"{name}.hex").read_text().splitlines()]


@pytest.mark.parametrize("name", ["text", "binary", "decimals", "written"])
def test_every_input_is_read_or_refused(tmp_path: Path, name: str) -> None:
    path, n_read, n_refused = tmp_path / "f", 0, 0
    for data in inputs(name):
        header = b"%d %d\n" % (data.count(b"\n"), 1 + (data[0] if data else 0) % 8)
        for content in (data, header + data[1:], b"1 1\nw " + data, gzip.compress(header + data[1:])):
            path.write_bytes(content)
            for binary, no_header, dtype in ((False, False, "f4"), (False, True, "f8"), (True, False, "f2")):
                try:
                    loaded = word2vec_format.load(path, binary=binary, no_header=no_header, datatype=dtype,
                                                  unicode_errors="replace")  # fmt: skip
                except FileFormatError:
                    n_refused += 1
                    continue
                n_read += 1
                assert loaded.vectors.shape[0] == len(loaded.keys) == len(loaded.counts)
                assert loaded.key_to_index == {key: row for row, key in enumerate(loaded.keys)}
                assert loaded.vectors.dtype == np.dtype(dtype)
    assert n_read > 0
    assert n_refused > n_read
