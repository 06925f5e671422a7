"""Files of vectors: nothing half written, nothing believed, bit-equal round trips."""

import gzip
import os
import stat
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cw2v.errors import FileFormatError, ParameterError, TruncatedFileError
from cw2v.io import atomic_write, native, word2vec_format

ROW = np.arange(3, dtype="<f4").tobytes()


def make(count=50, size=7, seed=0):
    rng = np.random.default_rng(seed)
    keys = [f"wörd{i}" for i in range(count)]
    vectors = rng.standard_normal((count, size)) * 10.0 ** rng.integers(-20, 20, (count, 1))
    return keys, vectors.astype(np.float32), rng.integers(1, 9, count)


# --- atomic_write ---


def test_failure_keeps_the_old_file(tmp_path):
    path = tmp_path / "f"
    path.write_bytes(b"old")
    with pytest.raises(OSError, match="No space"), atomic_write(path) as file:  # noqa: PT012
        file.write(b"new")
        raise OSError(28, "No space left on device")
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["f"]


def test_failing_fsync_keeps_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "f"
    path.write_bytes(b"old")

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        word2vec_format.save(path, *make())
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["f"]


def test_permissions(tmp_path):
    old = os.umask(0o027)
    try:
        with atomic_write(tmp_path / "new", "w") as file:
            file.write("ä\n")
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o640
    assert (tmp_path / "new").read_bytes() == b"\xc3\xa4\n"
    (tmp_path / "new").chmod(0o604)
    with atomic_write(tmp_path / "new") as file:
        file.write(b"x")
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o604


def test_link_and_device(tmp_path):
    (tmp_path / "target").write_bytes(b"old")
    (tmp_path / "link").symlink_to("target")
    with atomic_write(tmp_path / "link") as file:
        file.write(b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "target").read_bytes() == b"new"
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    with atomic_write(tmp_path / "pipe") as file:
        file.write(b"through")
    assert os.read(reader, 99) == b"through"
    os.close(reader)
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)


@pytest.mark.parametrize(("name", "error"), [("no/f", FileNotFoundError), (".", IsADirectoryError)])
def test_impossible_targets(tmp_path, name, error):
    with pytest.raises(error, match="cannot save"), atomic_write(tmp_path / name):
        pass


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_read_only_places(tmp_path):
    (tmp_path / "f").write_bytes(b"old")
    (tmp_path / "f").chmod(0o444)
    with pytest.raises(PermissionError, match="read-only"), atomic_write(tmp_path / "f"):
        pass
    tmp_path.chmod(0o555)
    with pytest.raises(PermissionError, match="not writable"), atomic_write(tmp_path / "g"):
        pass
    tmp_path.chmod(0o755)


# --- word2vec's formats ---


@pytest.mark.parametrize("binary", [False, True])
@pytest.mark.parametrize("suffix", [".vec", ".vec.gz"])
def test_round_trip_is_bit_equal(tmp_path, binary, suffix):
    keys, vectors, counts = make()
    path, vocab = tmp_path / ("v" + suffix), tmp_path / "vocab"
    word2vec_format.save(path, keys, vectors, counts, fvocab=vocab, binary=binary)
    assert (path.read_bytes()[:2] == b"\x1f\x8b") == suffix.endswith("gz")
    again, rows, seen, _ = word2vec_format.load(path, fvocab=vocab, binary=binary)
    order = np.argsort(-counts, kind="stable")
    assert again == [keys[i] for i in order]
    assert rows.tobytes() == vectors[order].tobytes()
    assert rows.flags.c_contiguous
    assert rows.flags.writeable
    assert seen.tolist() == counts[order].tolist()


def test_exact_bytes(tmp_path):
    vectors = np.array([[0.1, -2], [1e-20, 3]], np.float32)
    word2vec_format.save(tmp_path / "t", ["a", "b"], vectors, np.array([1, 5]), prefix="*", total_vec=9)
    assert (tmp_path / "t").read_bytes() == b"9 2\n*b 1e-20 3.0\n*a 0.1 -2.0\n"
    word2vec_format.save(tmp_path / "t", ["c"], vectors[:1], append=True, write_header=False)
    assert (tmp_path / "t").read_bytes().endswith(b"*a 0.1 -2.0\nc 0.1 -2.0\n")
    word2vec_format.save(tmp_path / "b", ["a", "b"], vectors, np.array([1, 5]), binary=True, sort_attr="none")
    rows = vectors.astype("<f4")
    assert (tmp_path / "b").read_bytes() == b"2 2\na %s\nb %s\n" % (rows[0].tobytes(), rows[1].tobytes())


@pytest.mark.parametrize("word", ["", "a b", "a\nb", "a\tb", "\ud800"])
def test_words_that_do_not_fit_are_refused_before_opening(tmp_path, word):
    path = tmp_path / "f"
    path.write_bytes(b"old")
    with pytest.raises(FileFormatError, match="row 1"):
        word2vec_format.save(path, ["x", word], np.zeros((2, 3)))
    assert path.read_bytes() == b"old"


def test_wide_white_space_is_part_of_a_word(tmp_path):
    keys = ["a\u00a0b", "\u3000", "x\u2028", "y\x85"]
    for binary in (False, True):
        word2vec_format.save(tmp_path / "f", keys, np.eye(4, dtype=np.float32), binary=binary)
        assert word2vec_format.load(tmp_path / "f", binary=binary)[0] == keys
    word2vec_format.save(tmp_path / "f", ["a\tb"], np.ones((1, 2)), binary=True)
    assert word2vec_format.load(tmp_path / "f", binary=True)[0] == ["a\tb"]
    with pytest.raises(FileFormatError, match="twice"):
        word2vec_format.save(tmp_path / "f", [1, "1"], np.ones((2, 2)))


@pytest.mark.parametrize(("data", "binary", "error", "text"), [
    (b"", False, TruncatedFileError, "empty"),
    (b"hello\n", False, FileFormatError, "header"),
    (b"-1 3\n", False, FileFormatError, "-1 rows"),
    (b"1 0\na\n", False, FileFormatError, "0 dimensions"),
    (b"0 3\na 1 2 3\n", False, FileFormatError, "0 rows"),
    (b"99999999999999 3\na 1 2 3\n", False, TruncatedFileError, "row 2 of 99999999999999"),
    (b"1 99999999999999\na 1 2 3\n", False, FileFormatError, "99999999999999 dimensions"),
    (b"99999999999999 3\na " + ROW, True, TruncatedFileError, "row 2 of 99999999999999"),
    (b"1 99999999999999\na " + ROW, True, FileFormatError, "99999999999999 dimensions"),
    (b"2 3\na " + ROW + b"b " + ROW[:-1], True, TruncatedFileError, "row 2 of 2"),
    (b"2 3\na 1 2 3\nb 1", False, TruncatedFileError, "row 2 of 2"),
    (b"2 3\na 1\nb 1 2 3\n", False, FileFormatError, "row 1"),
    (b"1 3\na 1 2 3 4\n", False, FileFormatError, "row 1"),
    (b"1 3\na 1 x 3\n", False, FileFormatError, "row 1"),
    (b"2 3\na 1 2 3\n\nb 1 2 3\n", False, FileFormatError, "row 2"),
    (b"1 3\n\xff 1 2 3\n", False, UnicodeDecodeError, "row 1"),
    (b"\x1f\x8bxx", False, FileFormatError, "gzip"),
    (gzip.compress(b"1 3\na 1 2 3\n")[:-9], False, EOFError, "end early"),
])
def test_damaged_files(tmp_path, data, binary, error, text):
    (tmp_path / "f").write_bytes(data)
    with pytest.raises(error, match=text) as caught:
        word2vec_format.load(tmp_path / "f", binary=binary)
    assert str(tmp_path) in str(caught.value)
    assert isinstance(caught.value, FileFormatError)


def test_every_truncation_is_noticed(tmp_path):
    keys, vectors, _ = make(3, 2)
    word2vec_format.save(tmp_path / "b", keys, vectors, binary=True)
    data = (tmp_path / "b").read_bytes()
    for end in range(len(data) - 1):  # the very last byte is a line feed that may be left out
        (tmp_path / "c").write_bytes(data[:end])
        with pytest.raises(FileFormatError):
            word2vec_format.load(tmp_path / "c", binary=True)


def test_tolerated_files(tmp_path, caplog):
    def load(data, **options):
        (tmp_path / "f").write_bytes(data)
        keys, vectors, counts, _ = word2vec_format.load(tmp_path / "f", **options)
        return keys, vectors[:, 0].tolist(), counts.tolist()

    assert load(b"2 3\na " + ROW + b"b " + ROW, binary=True)[0] == ["a", "b"]
    assert load(b"2 3\na " + ROW + b"\nb " + ROW + b"\n", binary=True)[0] == ["a", "b"]
    assert load(b"1 3\r\na 1 2 3 \r\n") == (["a"], [1.0], [1])
    assert load(b"1 3\n. . . 1 2 3\n")[0] == [". . ."]
    assert load(b"1 3\na\t1\t2\t3\n")[0] == ["a"]
    assert load(b"a 1 2\nb 3 4\n\n", no_header=True) == (["a", "b"], [1.0, 3.0], [2, 1])
    assert load(b"9 2\na 1 2\nb 3 4\n", limit=1) == (["a"], [1.0], [1])
    assert load(b"1 2\nq\xff 1 2\n", unicode_errors="ignore")[0] == ["q"]
    assert load(b"0 3\n") == ([], [], [])
    assert not caplog.records
    assert load(b"3 2\na 1 2\na 3 4\nb 5 6\n") == (["a", "b"], [1.0, 5.0], [3, 2])
    assert "duplicate" in caplog.text
    assert load(b"1 2\na 1 2\nb 3 4\n")[0] == ["a"]
    assert "after the 1 rows" in caplog.text
    with pytest.raises(ParameterError, match="no_header"):
        load(b"", no_header=True, binary=True)


@pytest.mark.parametrize("binary", [False, True])
def test_gensim_reads_ours_and_we_read_gensims(tmp_path, binary):
    gensim_vectors = pytest.importorskip("gensim.models").KeyedVectors
    keys, vectors, _ = make()
    word2vec_format.save(tmp_path / "ours", keys, vectors, binary=binary)
    theirs = gensim_vectors.load_word2vec_format(str(tmp_path / "ours"), binary=binary)
    assert theirs.index_to_key == keys
    assert theirs.vectors.tobytes() == vectors.tobytes()
    theirs.save_word2vec_format(str(tmp_path / "theirs"), binary=binary)
    again, rows, counts, _ = word2vec_format.load(tmp_path / "theirs", binary=binary)
    assert again == keys
    assert rows.tobytes() == vectors.tobytes()
    assert counts.tolist() == theirs.expandos["count"].tolist()


# --- the native format ---


def sample():
    return {"a": np.arange(6, dtype=np.float32).reshape(2, 3), "b": np.zeros((0, 4), np.int64),
            "c": np.array(["x", "yz"]), "d": np.array(7, np.uint8), **native.pack_keys(["é", 12, ""])}


@pytest.mark.parametrize("mmap", [None, "r", "c"])
def test_native_round_trip(tmp_path, mmap):
    native.write(tmp_path / "f", sample(), {"alpha": 0.025, "name": "ß"})
    arrays, meta = native.read(tmp_path / "f", mmap)
    assert meta == {"alpha": 0.025, "name": "ß"}
    assert list(arrays) == list(sample())
    for name, array in sample().items():
        assert arrays[name].dtype == array.dtype
        assert arrays[name].shape == array.shape
        assert (arrays[name] == array).all()
        assert arrays[name].flags.writeable == (mmap != "r") or not array.size


def test_every_changed_byte_and_every_truncation_is_noticed(tmp_path):
    native.write(tmp_path / "f", sample(), {"k": 1})
    data = (tmp_path / "f").read_bytes()
    for place in range(len(data)):
        (tmp_path / "g").write_bytes(data[:place] + bytes([data[place] ^ 0x20]) + data[place + 1 :])
        with pytest.raises(FileFormatError):
            native.read(tmp_path / "g")
        (tmp_path / "g").write_bytes(data[:place])
        with pytest.raises(TruncatedFileError):
            native.read(tmp_path / "g")
    (tmp_path / "g").write_bytes(data + b"\0")
    with pytest.raises(FileFormatError, match="follow"):
        native.read(tmp_path / "g")


def test_foreign_files(tmp_path):
    (tmp_path / "f").write_bytes(b"\x80\x04\x95")
    with pytest.raises(FileFormatError, match="pickle"):
        native.read(tmp_path / "f")
    with pytest.raises(ParameterError, match=r"'o'.*pickle"):
        native.write(tmp_path / "g", {"o": np.array([{}])}, {})
    with pytest.raises(ParameterError, match="meta"):
        native.write(tmp_path / "g", {}, {"x": object()})
    assert not (tmp_path / "g").exists()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(st.text(st.characters()), st.integers())))
def test_keys_keep_their_types(keys):
    again = native.unpack_keys(native.pack_keys(keys))
    assert again == keys
    assert list(map(type, again)) == list(map(type, keys))


def test_keys_of_other_types_are_named():
    with pytest.raises(FileFormatError, match=r"\('a', 1\).*row 1"):
        native.pack_keys(["x", ("a", 1)])
    packed = native.pack_keys(["x", "y"])
    with pytest.raises(FileFormatError, match="keys_ends"):
        native.unpack_keys({**packed, "keys_ends": packed["keys_ends"][::-1]})


@pytest.mark.skipif(sys.platform == "win32", reason="no limits on file sizes there")
def test_a_full_disk_names_the_file_and_the_old_one_survives(tmp_path: Path) -> None:
    target = tmp_path / "vectors.txt"
    target.write_text("old")
    script = (
        "import resource, signal, sys\n"
        "from cw2v.io.atomic import atomic_write\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "with atomic_write(sys.argv[1]) as file:\n"
        "    file.write(b'x' * 100_000)\n"
    )
    run = subprocess.run([sys.executable, "-c", script, str(target)], capture_output=True, text=True, check=False)
    assert "vectors.txt" in run.stderr
    assert "the old file is unchanged" in run.stderr
    assert target.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["vectors.txt"]
