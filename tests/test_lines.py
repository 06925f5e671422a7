"""LineSentence, PathLineSentences and Text8Corpus, against a reader of two lines, gensim's and real corpora."""

from __future__ import annotations

import bz2
import gzip
import io
import itertools
import lzma
import os
import pickle
import re
import sys
import tempfile
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cw2v import LineSentence, PathLineSentences, Text8Corpus, Word2Vec
from cw2v.corpus import scan, source
from cw2v.corpus.lines import split_lines
from cw2v.errors import (
    CorpusDecodeError,
    CorpusError,
    CorpusTypeError,
    FileFormatError,
    MissingExtraError,
    ParameterError,
    TruncatedFileError,
)

# Line ends of three systems, white space of Unicode, NUL, a mark within the text, two, three and four bytes a letter.
LETTERS = "ab\u00e9\u4e2d\U0001f600\0\ufeff \t\n\n\n\r\x0b\x1c\x85\u00a0\u2028\u3000"
TEXTS = st.text(st.sampled_from(LETTERS), max_size=60)
ENCODINGS = ["utf-8", "utf-16", "utf-16-le", "utf-8-sig", "gb18030", "utf-7"]
LIMITS = st.none() | st.integers(0, 6)
PACK: dict[str, Callable[[bytes], bytes]] = {
    "": bytes, ".gz": gzip.compress, ".BZ2": bz2.compress, ".xz": lzma.compress,
    ".zst": lambda data: pytest.importorskip("zstandard").ZstdCompressor().compress(data),
}  # fmt: skip


def by_hand(text: str, size: int = 10_000, limit: int | None = None) -> list[list[str]]:
    lines = [line.split() for line in text.removeprefix("\ufeff").split("\n")[:limit]]
    return [line[begin : begin + size] for line in lines for begin in range(0, len(line), size)]


@settings(max_examples=300)
@given(TEXTS, st.integers(1, 5), LIMITS, st.lists(st.integers(1, 60)))
def test_a_text_cut_anywhere(text: str, size: int, limit: int | None, cuts: list[int]) -> None:
    bounds = sorted({0, len(text), *(c for c in cuts if c < len(text))})
    chunks = [text[begin:end] for begin, end in itertools.pairwise(bounds)]
    assert list(split_lines(chunks, size, limit)) == by_hand("\ufeff" + text, size, limit)


@settings(max_examples=300)
@given(TEXTS, st.sampled_from(ENCODINGS), st.integers(1, 9), LIMITS)
def test_bytes_read_in_small_pieces(text: str, encoding: str, piece: int, limit: int | None) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(source, "PIECE_BYTES", piece)
        reader = LineSentence(io.BytesIO(text.encode(encoding)), 3, limit, encoding=encoding)
        assert list(reader) == by_hand(text, 3, limit)
        assert list(reader) == by_hand(text, 3, limit), "it can be read again"
        stream = Text8Corpus(io.StringIO(text), 3)
        assert list(stream) == by_hand(text.replace("\n", " "), 3)


@settings(max_examples=200)
@given(st.binary(max_size=40), st.sampled_from(["utf-8", "utf-16-le", "gb18030", "ascii", "shift_jis"]),
       st.integers(1, 9))  # fmt: skip
def test_bad_bytes_are_found_where_python_finds_them(data: bytes, encoding: str, piece: int) -> None:
    try:
        expected = by_hand(data.decode(encoding))
    except UnicodeDecodeError as error:
        bad = error
    else:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(source, "PIECE_BYTES", piece)
            if source.packer_by_content(data[:piece][:10]) is None:
                assert list(LineSentence(io.BytesIO(data), encoding=encoding)) == expected
        return
    before = data[: bad.start].decode(encoding)
    line = before.count("\n") + 1
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(source, "PIECE_BYTES", piece)
        reader = LineSentence(io.BytesIO(data), encoding=encoding)
        place = f"line {line}, byte offset {bad.start}: byte 0x{data[bad.start]:02x} in "
        with pytest.raises(CorpusDecodeError, match=place):
            list(reader)
        reader.limit = line - 1
        assert list(reader) == by_hand(before, limit=line - 1), "what was asked for lies before the bad bytes"


@pytest.mark.parametrize("suffix", PACK)
def test_packed_files(suffix: str, tmp_path: Path) -> None:
    text = "\ufeffthe c\u00e4t\r\n\r\n" + "one two three \u4e2d\u6587\n" * 40_000 + "end"
    path = tmp_path / f"corpus{suffix}"
    path.write_bytes(PACK[suffix](text.encode()))
    for name in (path, str(path), os.fsencode(path)):
        reader = LineSentence(name, limit=30_000)
        assert list(reader) == by_hand(text, limit=30_000)
    reader = pickle.loads(pickle.dumps(LineSentence(path)))
    assert list(reader) == list(reader) == by_hand(text)
    assert list(Text8Corpus(path, 7)) == by_hand(text.replace("\n", " "), 7)
    if suffix:
        cut = tmp_path / f"cut{suffix}"
        cut.write_bytes(path.read_bytes()[:-1])
        with pytest.raises(TruncatedFileError, match=re.escape(str(cut))):
            list(LineSentence(cut))
        cut.write_text("plain text in a file with the wrong name")
        with pytest.raises(FileFormatError, match=r"is not \w+ data"):
            list(LineSentence(cut))
        bare = tmp_path / "bare.txt"
        bare.write_bytes(path.read_bytes())
        with pytest.raises(CorpusError, match=r"bare\.txt is \w+ data that are not unpacked"):
            list(LineSentence(bare, encoding="latin-1"))


def test_zst_without_its_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "zstandard", None)
    (tmp_path / "corpus.zst").write_bytes(b"x")
    with pytest.raises(MissingExtraError, match=r"\.zst are unpacked with zstandard: pip install cw2v\[zstd\]"):
        list(LineSentence(tmp_path / "corpus.zst"))


class Pipe:
    """Can be read once, as a socket."""

    def __init__(self, data: bytes) -> None:
        self.read = io.BytesIO(data).read


def test_file_objects(tmp_path: Path) -> None:
    path = tmp_path / "corpus.txt"
    path.write_bytes(b"\xef\xbb\xbfa b\r\n\nc")
    expected = [["a", "b"], ["c"]]
    (tmp_path / "packed").write_bytes(gzip.compress(path.read_bytes()))
    with open(path, "rb") as binary, open(path, encoding="utf-8") as text, gzip.open(tmp_path / "packed") as packed:
        for file in (binary, text, packed, io.StringIO("\ufeffa b\n\nc")):
            file.read(1)
            reader = LineSentence(file)
            assert list(reader) == list(reader) == expected, "from the beginning each time"
            assert reader.source is file
            assert not file.closed
    reader = LineSentence(Pipe(b"a b\n\nc"))
    assert list(reader) == expected
    with pytest.raises(CorpusError, match="Pipe cannot be read a second time, because it cannot seek"):
        list(reader)
    with pytest.raises(CorpusError, match=r"corpus\.txt is closed"):
        list(LineSentence(binary))
    with open(path, "ab") as file, pytest.raises(CorpusError, match=r"corpus\.txt is not open for reading"):
        list(LineSentence(file))


def test_two_readings_of_one_file_object_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "PIECE_BYTES", 4)
    text = "\n".join(map(str, range(50)))
    for file in (io.BytesIO(text.encode()), io.StringIO(text)):
        reader = LineSentence(file)
        assert [a for a, b in zip(reader, reader, strict=True) if a == b] == by_hand(text)


def test_a_pipe_of_the_system_is_read_once() -> None:
    read, write = os.pipe()
    os.write(write, b"a b\nc")
    os.close(write)
    with open(read, "rb") as file:
        assert scan(LineSentence(file)).raw_words == 3


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "texts").mkdir()
    for name, text in {"10.txt": "ten\nX", "9.txt": "nine\nX\nY", "empty": "", ".hidden": "hidden"}.items():
        (tmp_path / "texts" / name).write_text(text)
    (tmp_path / "texts" / "8.txt.gz").write_bytes(gzip.compress(b"\xef\xbb\xbfeight a b c"))
    return tmp_path / "texts"


def test_a_folder(folder: Path) -> None:
    reader = PathLineSentences(folder)
    assert [os.path.basename(path) for path in reader.input_files] == ["10.txt", "8.txt.gz", "9.txt", "empty"]
    assert list(reader) == list(reader) == [["ten"], ["X"], ["eight", "a", "b", "c"], ["nine"], ["X"], ["Y"]]
    assert list(PathLineSentences(str(folder), 3, 1)) == [["ten"], ["eight", "a", "b"], ["c"], ["nine"]]
    assert list(PathLineSentences(folder / "9.txt", limit=2)) == [["nine"], ["X"]]
    (folder / "10.txt").write_bytes(b"a\n\xff")
    with pytest.raises(CorpusDecodeError, match=r"10\.txt, line 2, byte offset 2: byte 0xff"):
        list(reader)
    assert next(iter(PathLineSentences(folder, encoding="latin-1", limit=2))) == ["a"]
    (folder / "10.txt").unlink()
    with pytest.raises(FileNotFoundError, match=r"10\.txt"):
        list(reader)


def test_folders_in_a_folder(folder: Path) -> None:
    (folder / "8b" / "deep").mkdir(parents=True)
    (folder / "8b" / "deep" / "x").write_text("deep")
    with pytest.raises(IsADirectoryError, match=r"source has a folder in it; recursive=True reads it too: '.*8b'"):
        PathLineSentences(folder)
    reader = PathLineSentences(folder, recursive=True, limit=1)
    assert [s[0] for s in reader] == ["ten", "eight", "deep", "nine"]
    (folder / "8b" / "deep" / "loop").symlink_to("..")
    with pytest.raises(CorpusError, match="loop is a link to a folder around it"):
        PathLineSentences(folder, recursive=True)


BAD: list[tuple[Callable[[Path], Any], type[Exception], str]] = [
    (lambda p: LineSentence(p), IsADirectoryError, "source is a directory; .*PathLineSentences"),
    (lambda p: Text8Corpus(p), IsADirectoryError, "fname is a directory"),
    (lambda p: LineSentence(p / "no"), FileNotFoundError, r"source does not exist; check the path: '.*no'"),
    (lambda p: PathLineSentences(p / "no"), FileNotFoundError, "source does not exist"),
    (lambda p: PathLineSentences(io.StringIO("a")), CorpusTypeError, "source must be a path .* got StringIO"),
    (lambda p: LineSentence(None), CorpusTypeError, "source must be a path or a file object .* got NoneType"),
    (lambda p: LineSentence(["a b"]), CorpusTypeError, r"got list; .*\[line.split\(\) for line in lines\]"),
    (lambda p: Text8Corpus(3), CorpusTypeError, "fname must be a path or a file object .* got int"),
    (lambda p: LineSentence("s3://bucket/x"), CorpusError, "is an address: nothing is fetched"),
    (lambda p: LineSentence("a\0b"), CorpusError, "NUL byte"),
    (lambda p: LineSentence(p / "pipe"), CorpusError, "is a pipe or a device"),
    (lambda p: LineSentence("/dev/zero"), CorpusError, "is a pipe or a device"),
    (lambda p: LineSentence(p / "a", 0), ParameterError, "max_sentence_length must be an int of at least 1, got 0"),
    (lambda p: Text8Corpus(p / "a", None), ParameterError, "max_sentence_length must be .* got None"),
    (lambda p: LineSentence(p / "a", limit=-1), ParameterError, "limit must be an int of at least 0, got -1"),
    (lambda p: PathLineSentences(p / "a", limit=1.5), ParameterError, "limit must be an int .* got 1.5"),
    (lambda p: PathLineSentences(p / "a", True), ParameterError, "max_sentence_length must be .* got True"),
    (lambda p: LineSentence(p / "a", encoding="utf8000"), ParameterError, "encoding must be .* got 'utf8000'"),
    (lambda p: LineSentence(p / "a", encoding="rot13"), ParameterError, "encoding must be .* got 'rot13'"),
    (lambda p: PathLineSentences(p / "a", encoding=None), ParameterError, "encoding must be a str .* got None"),
    (lambda p: Text8Corpus(p / "a", errors="skip"), ParameterError, "errors must be .* got 'skip'"),
    (lambda p: LineSentence(p / "a", errors="namereplace"), ParameterError, "errors must be .* got 'namereplace'"),
    (lambda p: LineSentence(p / "16"), CorpusDecodeError, r"16, line 1, byte offset 0: .* pass encoding='utf-16'"),
    (lambda p: LineSentence(p / "a", encoding="utf-16"), CorpusDecodeError, "a is not utf-16: .*BOM"),
    (lambda p: LineSentence(p / "cut"), CorpusDecodeError, "offset 1: byte 0xc3 .* the text ends within a character"),
]


@pytest.mark.parametrize(("make", "error", "message"), BAD)
def test_it_says_what_is_wrong(
    make: Callable[[Path], Any], error: type[Exception], message: str, tmp_path: Path
) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name, data in {"a": b"a b", "16": "a".encode("utf-16"), "cut": b"a\xc3"}.items():
        (tmp_path / name).write_bytes(data)
    with pytest.raises(error, match=message):
        list(make(tmp_path))


def test_other_ways_to_meet_bad_bytes() -> None:
    data = b"caf\xe9 noir\nb"
    assert list(LineSentence(io.BytesIO(data), encoding="latin-1")) == [["caf\u00e9", "noir"], ["b"]]
    assert list(LineSentence(io.BytesIO(data), errors="replace")) == [["caf\ufffd", "noir"], ["b"]]
    assert list(Text8Corpus(io.BytesIO(data), errors="ignore")) == [["caf", "noir", "b"]]


class LongLine:
    """100 MB in one line, made while it is read."""

    def __init__(self) -> None:
        self.n_left = 100 << 20

    def read(self, size: int) -> bytes:
        size = min(size, self.n_left)
        self.n_left -= size
        return (b"x" * 999 + b" ") * (size // 1000) + b"y" * (size % 1000)


def test_a_line_of_100_megabytes_needs_little_memory(tmp_path: Path) -> None:
    packed = tmp_path / "line.xz"
    with lzma.open(packed, "wb", preset=0) as file:
        for _ in range(100):
            file.write(b"word " * 200 + b"x" * ((1 << 20) - 1000))
    for reader in (LineSentence(LongLine(), 1000), LineSentence(packed, 200)):
        tracemalloc.start()
        n_letters = sum(len(word) for sentence in reader for word in sentence)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert 99 << 20 < n_letters < 101 << 20
        assert peak < 16 << 20


def test_a_word_of_30_megabytes_takes_linear_time() -> None:
    word = "x" * (30 << 20)
    assert list(LineSentence(io.StringIO("a " + word + " b\nc"))) == [["a", word, "b"], ["c"]]


@pytest.fixture(scope="module")
def gensims() -> Any:
    return pytest.importorskip("gensim.models.word2vec")


@settings(max_examples=200, deadline=None)
@given(text=TEXTS.filter(lambda text: not text.startswith("\ufeff")), size=st.integers(1, 4), limit=LIMITS)
def test_it_is_what_gensim_reads(gensims: Any, text: str, size: int, limit: int | None) -> None:
    expected = list(gensims.LineSentence(io.BytesIO(text.encode()), size, limit))
    assert list(LineSentence(io.BytesIO(text.encode()), size, limit)) == expected
    with tempfile.TemporaryDirectory() as place:
        for name in ("b.txt.gz", "a.txt"):
            data = text.encode() if name == "a.txt" else gzip.compress(text[::-1].lstrip("\ufeff").encode())
            Path(place, name).write_bytes(data)
        theirs, ours = gensims.PathLineSentences(place, size, limit), PathLineSentences(place, size, limit)
        assert ours.input_files == theirs.input_files
        assert list(ours) == list(theirs)
        path = os.path.join(place, "a.txt")
        # gensim does not cut what comes after the last blank of a file.
        theirs = [s[begin : begin + size] for s in gensims.Text8Corpus(path, size) for begin in range(0, len(s), size)]
        assert list(Text8Corpus(path, size)) == theirs


def test_real_corpora_as_gensim_reads_them(gensims: Any, shared_data: Path) -> None:
    for name, limit in (("enwiki_sentences.txt", 5000), ("brown_sentences.txt", None)):
        path = str(shared_data / "corpora" / name)
        assert list(LineSentence(path, limit=limit)) == list(gensims.LineSentence(path, limit=limit))
    path = str(shared_data / "corpora" / "text8like.txt")
    theirs = iter(gensims.Text8Corpus(path))
    for number, sentence in enumerate(Text8Corpus(path)):
        assert sentence == next(theirs)
        if number == 100:
            break
    assert number > 1


@pytest.mark.parametrize("folder", ["corpora", "multilingual"])
def test_no_word_of_a_real_corpus_is_lost(folder: str, shared_data: Path) -> None:
    paths = sorted((shared_data / folder).glob("*.txt"))
    assert len(paths) >= 4
    for path in paths:
        n_words = sum(map(len, LineSentence(path)))
        if folder == "multilingual":  # white space of Unicode parts words here, not in a corpus file
            text = path.read_text(encoding="utf-8").removeprefix("\ufeff")
            assert n_words == len(re.findall(r"\S+", text)), path.name
        else:
            assert n_words == scan(corpus_file=path).raw_words, path.name


def test_the_same_vectors_as_from_the_file(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    text = "".join(" ".join(f"w{i}" for i in rng.integers(0, 40, 12)) + "\r\n" for _ in range(400))
    path, packed = tmp_path / "corpus.txt", tmp_path / "corpus.txt.xz"
    path.write_text(text, newline="")
    packed.write_bytes(lzma.compress(text.encode()))
    options: dict[str, Any] = {"min_count": 1, "vector_size": 8, "epochs": 2, "workers": 1, "seed": 7}
    expected = Word2Vec(corpus_file=str(path), **options)
    for corpus in (LineSentence(packed), PathLineSentences(path), LineSentence(Pipe(text.encode()))):
        model = Word2Vec(corpus, **options)
        assert model.wv.index_to_key == expected.wv.index_to_key
        np.testing.assert_array_equal(model.wv.vectors, expected.wv.vectors)
