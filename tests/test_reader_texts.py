"""Readers of text are read without a Python object a word: the result must be that of their token lists."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cw2v import LineSentence, PathLineSentences, Text8Corpus
from cw2v.corpus import scan, scan_iterable
from cw2v.corpus.reader_texts import texts_of_reader
from cw2v.errors import CorpusDecodeError, CorpusError, CorpusTypeError

SPACES = "".join(chr(i) for i in range(0x110000) if chr(i).isspace())
TEXTS = st.text(st.sampled_from("ab\u00e9\u4e2d\ufeff\0\n\n  " + SPACES), max_size=200)


def same(a, b):
    """Two scanned corpora, as words, counts and sentences."""
    found = []
    for scanned in (a, b):
        words = list(scanned.keys())
        ids = [word for ids, id_map in scanned._blocks for word in (ids if id_map is None else id_map[ids]).tolist()]
        found.append((words, scanned.counts.tolist(), scanned._offsets.tolist(), ids))
    return found[0] == found[1]


@given(TEXTS, st.integers(1, 5), st.none() | st.integers(0, 8))
def test_lines_are_those_of_the_token_lists(text, length, limit):
    reader = LineSentence(io.StringIO(text), length, limit)
    assert texts_of_reader(reader, 10_000) is not None
    assert same(scan_iterable(reader), scan_iterable(iter(list(reader))))


@given(TEXTS, st.integers(1, 5))
def test_one_line_texts_are_those_of_the_token_lists(text, length):
    reader = Text8Corpus(io.StringIO(text), length)
    assert texts_of_reader(reader, 10_000) is not None
    assert same(scan_iterable(reader), scan_iterable(iter(list(reader))))


def test_folders_are_those_of_the_token_lists(tmp_path):
    for name, text in (("a.txt", "one two\u3000three\n\nfour"), ("b.txt", "\ufeff\ufefffive\x1csix\nseven\neight\n")):
        (tmp_path / name).write_text(text, encoding="utf-8", newline="")
    for limit in (None, 2):
        reader = PathLineSentences(tmp_path, limit=limit)
        assert texts_of_reader(reader, 10_000) is not None
        scanned = scan_iterable(reader)
        assert list(scanned.keys())[:4] == ["one", "two", "three", "four"][: 4 if limit is None else 3] + (
            [] if limit is None else ["\ufefffive"])  # fmt: skip
        assert same(scan_iterable(reader), scan_iterable(iter(list(reader))))


def test_long_texts_are_cut_in_chunks(tmp_path):
    words = [f"w{i % 977}\u00e9" for i in range(200_000)]
    path = tmp_path / "long.txt"
    path.write_text("\n".join(" ".join(words[i : i + 1500]) for i in range(0, len(words), 1500)), encoding="utf-8")
    reader = LineSentence(path, 1000)
    assert same(scan_iterable(reader), scan_iterable(iter(list(reader))))


def test_readers_of_ones_own_and_half_characters_are_iterated(tmp_path):
    class Upper(LineSentence):
        def __iter__(self):
            return ([word.upper() for word in words] for words in super().__iter__())

    assert list(scan_iterable(Upper(io.StringIO("a b\n"))).keys()) == ["A", "B"]
    assert texts_of_reader(LineSentence(io.StringIO(""), 20_000), 10_000) is None  # cut twice, at other places
    path = tmp_path / "bad.txt"
    path.write_bytes(b"good b\xe4d\n")
    with pytest.raises(CorpusTypeError, match="token 2 of sentence 1"):
        scan_iterable(LineSentence(path, errors="surrogateescape"))
    assert list(scan_iterable(LineSentence(path, errors="replace")).keys()) == ["good", "b\ufffdd"]
    with pytest.raises(CorpusDecodeError, match="line 1, byte offset 6"):
        scan(LineSentence(path))


def test_a_pipe_is_read_once():
    class Pipe(io.StringIO):
        def seekable(self):
            return False

    reader = LineSentence(Pipe("a b\nc\n"))
    assert scan(reader).raw_words == 3
    with pytest.raises(CorpusError, match="second time"):
        scan(reader)
