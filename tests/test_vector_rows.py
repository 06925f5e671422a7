"""Files of vectors read in blocks, by threads and from packed files: the same rows, and the first error is named."""

from __future__ import annotations

import bz2
import gzip
import logging
import lzma
import os
import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cw2v.errors import FileFormatError, TruncatedFileError
from cw2v.io import rows, source, word2vec_format


@pytest.fixture(params=[1, 3])
def threads(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """Small blocks in one thread or three, and small windows of packed files."""
    monkeypatch.setattr(rows, "_VALUES_AT_ONCE", 12)
    monkeypatch.setattr(rows, "_ONE_THREAD_BYTES", 0)
    monkeypatch.setattr(rows, "default_workers", lambda: request.param)
    monkeypatch.setattr(source, "_PIECE_BYTES", 37)
    monkeypatch.setattr(source, "_WINDOW_BYTES", 50)
    return int(request.param)


def vectors(count: int, size: int, seed: int = 3) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((count, size)).astype(np.float32)


PACK = {"plain": lambda data: data, "gzip": gzip.compress, "bzip2": bz2.compress, "xz": lzma.compress}


@pytest.mark.parametrize("packer", PACK)
@pytest.mark.parametrize("binary", [False, True])
def test_packed_and_plain_files_hold_the_same(tmp_path: Path, threads: int, packer: str, binary: bool) -> None:
    keys, matrix, path = [f"w{i}" for i in range(101)], vectors(101, 5), tmp_path / "f"
    word2vec_format.save(path, keys, matrix, binary=binary)
    path.write_bytes(PACK[packer](path.read_bytes()))
    for limit in (None, 1, 100, 101, 1000):
        loaded = word2vec_format.load(path, binary=binary, limit=limit)
        assert loaded.keys == keys[:limit]
        assert loaded.vectors.tobytes() == matrix[:limit].tobytes()
        assert loaded.key_to_index == {key: i for i, key in enumerate(loaded.keys)}
    for dtype in (np.float16, np.float64):
        loaded = word2vec_format.load(path, binary=binary, datatype=dtype)
        assert loaded.vectors.dtype == dtype
        expected = matrix if binary else np.array([[float(str(x)) for x in row] for row in matrix])
        assert (loaded.vectors == expected.astype(dtype)).all()


@pytest.mark.parametrize("packer", PACK)
def test_files_without_a_header(tmp_path: Path, threads: int, packer: str) -> None:
    keys, matrix, path = [f"w{i}" for i in range(30)], vectors(30, 3), tmp_path / "f"
    for end in (b"", b"\n" * 100, b" \r\n\n"):
        word2vec_format.save(path, keys, matrix, write_header=False)
        path.write_bytes(PACK[packer](path.read_bytes() + end))
        loaded = word2vec_format.load(path, no_header=True)
        assert loaded.keys == keys
        assert loaded.vectors.tobytes() == matrix.tobytes()
        assert loaded.counts.tolist() == list(range(30, 0, -1))
    word2vec_format.save(path, keys, matrix, write_header=False)
    path.write_bytes(PACK[packer](path.read_bytes() + b"\n" * 50 + b"late 1 2 3\n"))
    with pytest.raises(FileFormatError, match="row 31"):
        word2vec_format.load(path, no_header=True)


def test_a_pipe(tmp_path: Path, threads: int) -> None:
    keys, matrix, pipe = [f"w{i}" for i in range(30)], vectors(30, 3), tmp_path / "pipe"
    word2vec_format.save(tmp_path / "f", keys, matrix)
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=((tmp_path / "f").read_bytes(),), daemon=True)
    writer.start()
    loaded = word2vec_format.load(pipe)
    writer.join()
    assert loaded.keys == keys
    assert loaded.vectors.tobytes() == matrix.tobytes()


def test_the_first_bad_row_is_named(tmp_path: Path, threads: int) -> None:
    lines = [f"w{i} 1 2 3\n" for i in range(200)]
    for bad in (7, 60, 61, 199):
        damaged = [*lines[:bad], "w 1 x 3\n", *lines[bad + 1 : 150], *["short 1\n"] * len(lines[max(150, bad + 1) :])]
        (tmp_path / "f").write_text(f"{len(damaged)} 3\n{''.join(damaged)}")
        with pytest.raises(FileFormatError, match=f"row {bad + 1}: b'x' is no number"):
            word2vec_format.load(tmp_path / "f")


@pytest.mark.parametrize("packer", PACK)
@pytest.mark.parametrize("binary", [False, True])
def test_every_cut_is_noticed(tmp_path: Path, threads: int, packer: str, binary: bool) -> None:
    path = tmp_path / "f"
    word2vec_format.save(path, [f"w{i}" for i in range(12)], vectors(12, 2), binary=binary)
    data = path.read_bytes()
    last_number = 1 if binary else len(data.split()[-1]) + 1  # what is left of a last number may be one
    for end in range(0, len(data) - last_number, 1 if packer == "plain" else 5):
        path.write_bytes(PACK[packer](data[:end]))
        with pytest.raises(FileFormatError):
            word2vec_format.load(path, binary=binary)
    packed = PACK[packer](data)
    if packer != "plain":
        for end in range(20, len(packed) - 1, 7):
            path.write_bytes(packed[:end])
            with pytest.raises(TruncatedFileError):
                word2vec_format.load(path, binary=binary)


def test_a_cut_in_the_last_number_is_told(tmp_path: Path, threads: int, caplog: pytest.LogCaptureFixture) -> None:
    for text, is_told in (("1 2\nw 1.25 2.5", True), ("1 2\nw 1.25 2", True), ("1 2\nw 1.25 2.5\n", False)):
        caplog.clear()
        (tmp_path / "f").write_text(text)
        assert word2vec_format.load(tmp_path / "f").keys == ["w"]
        assert ("no line end" in caplog.text) == is_told


def test_values_that_are_not_finite_are_told(tmp_path: Path, threads: int, caplog: pytest.LogCaptureFixture) -> None:
    matrix = vectors(40, 3)
    matrix[[17, 30], [1, 2]] = np.nan, -np.inf
    for binary in (False, True):
        caplog.clear()
        word2vec_format.save(tmp_path / "f", [f"w{i}" for i in range(40)], matrix, binary=binary)
        with caplog.at_level(logging.WARNING):
            loaded = word2vec_format.load(tmp_path / "f", binary=binary)
        assert np.array_equal(loaded.vectors, matrix, equal_nan=True)
        assert "2 rows have values that are infinite or not numbers, the first is row 18" in caplog.text
    with caplog.at_level(logging.WARNING):
        caplog.clear()
        word2vec_format.load(tmp_path / "f", binary=True, limit=17)
    assert not caplog.records


@pytest.mark.parametrize(("line", "word"), [
    ("a b 1 2 3", "a b"), (". . . 1 2 3", ". . ."), ("a  1 2 3", "a"), ("\ta 1\t2 3 \r", "a"), ("x\t5 1 2 3", "x\t5"),
    ("1 1 2 3", "1"), ("a\u00a0b 1 2 3", "a\u00a0b"), (" 1 2 3", ""), ("nan 1 2 3", "nan"), ("a\vb 1 2 3", "a\vb"),
    ("a b  c\t1 2 3", "a b  c"),
])  # fmt: skip
def test_words(tmp_path: Path, line: str, word: str) -> None:
    (tmp_path / "f").write_text(f"2 3\n{line}\nb 1 2 3\n", newline="\n")
    loaded = word2vec_format.load(tmp_path / "f")
    assert loaded.keys == [word, "b"]
    assert loaded.vectors.tolist() == [[1, 2, 3]] * 2


@pytest.mark.parametrize("line", ["a 1 2", "a 1 2 3 4", "a b 4 1 2 3", "1 2 3", "", "a 1 2 3x", "a 1 2 ", "  1 2 3"])
def test_lines_that_are_no_rows(tmp_path: Path, line: str) -> None:
    (tmp_path / "f").write_text(f"2 3\n{line}\nb 1 2 3\n")
    with pytest.raises(FileFormatError, match="row 1"):
        word2vec_format.load(tmp_path / "f")


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(), unique=True, max_size=12), st.booleans(), st.data())
def test_any_vocabulary_comes_back_or_is_refused(
    tmp_path_factory: pytest.TempPathFactory, keys: list[str], binary: bool, data: st.DataObject
) -> None:
    numbers = st.floats(width=32, allow_nan=False)
    matrix = np.array(data.draw(st.lists(numbers, min_size=2 * len(keys), max_size=2 * len(keys))), np.float32)
    path = tmp_path_factory.getbasetemp() / "any"
    path.write_bytes(b"old")
    try:
        word2vec_format.save(path, keys, matrix.reshape(-1, 2), binary=binary)
    except FileFormatError:
        assert any(not key or set(key) & set(" \t\n\v\f\r") for key in keys)
        assert path.read_bytes() == b"old"
        return
    loaded = word2vec_format.load(path, binary=binary)
    assert loaded.keys == keys
    assert loaded.vectors.tobytes() == matrix.tobytes()


def test_threads_write_rows_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys, matrix = [f"w{i}" for i in range(500)], vectors(500, 3)
    word2vec_format.save(tmp_path / "one", keys, matrix)
    monkeypatch.setattr(word2vec_format, "_VALUES_AT_ONCE", 9)
    monkeypatch.setattr(word2vec_format, "default_workers", lambda: 3)
    word2vec_format.save(tmp_path / "three", keys, matrix)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "three").read_bytes()


@pytest.mark.parametrize("packer", PACK)
@pytest.mark.parametrize("binary", [False, True])
@pytest.mark.parametrize("header", [
    b"0 1" + b"0" * 40, b"1 1" + b"0" * 40, b"1" + b"0" * 40 + b" 2", b"99999999999 1", b"0 0", b"-1 2", b"1 -2", b"2",
    b"1 2 3", b"x y", b"1e3 2", b"", b" ", b"1" * 2000,
])  # fmt: skip
def test_headers_that_lie(tmp_path: Path, threads: int, packer: str, binary: bool, header: bytes) -> None:
    for rest in (b"", b"w 1 2\n", b"w 12345678\n", b"\n\n\n"):
        (tmp_path / "f").write_bytes(PACK[packer](header + b"\n" + rest))
        with pytest.raises(FileFormatError, match=r"f[,: ]"):
            word2vec_format.load(tmp_path / "f", binary=binary)


def test_what_is_no_file(tmp_path: Path) -> None:
    for binary in (False, True):
        with pytest.raises(IsADirectoryError):
            word2vec_format.load(tmp_path, binary=binary)
        with pytest.raises(FileNotFoundError):
            word2vec_format.load(tmp_path / "none", binary=binary)
        (tmp_path / "empty").write_bytes(b"")
        with pytest.raises(TruncatedFileError, match="empty"):
            word2vec_format.load(tmp_path / "empty", binary=binary)
