"""Reading files and iterables: equal ids whatever the chunks, workers, source; errors that name the place."""

from __future__ import annotations

import os
import random
import signal
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cw2v.corpus import EncodedCorpus, ScannedCorpus, encode, file_fingerprint, scan, scan_file, scan_iterable
from cw2v.corpus import file as file_module
from cw2v.errors import CorpusDecodeError, CorpusError, CorpusTypeError, ParameterError, VocabularyError
from cw2v.vocabulary import Vocabulary


def sentences_of(encoded: EncodedCorpus, vocabulary: Vocabulary) -> list[list[Any]]:
    words = [vocabulary.index_to_key[i] for i in encoded.ids]
    return [words[a:b] for a, b in zip(encoded.offsets[:-1], encoded.offsets[1:], strict=True)]


def result(scanned: ScannedCorpus, min_count: int = 1) -> tuple[Any, ...]:
    """Everything that must be equal."""
    vocabulary = Vocabulary.build(scanned.keys(), scanned.counts, min_count=min_count)
    encoded = scanned.encode(vocabulary)
    assert encoded.ids.dtype == np.int32
    assert encoded.offsets.dtype == np.int64
    assert encoded.raw_words == scanned.raw_words == encoded.n_words + encoded.out_of_vocabulary
    return (
        list(scanned.keys()),
        scanned.counts.tolist(),
        vocabulary.index_to_key,
        encoded.ids.tolist(),
        encoded.offsets.tolist(),
        encoded.raw_words,
        encoded.n_sentences,
    )


lines = st.lists(
    st.lists(
        st.sampled_from(["a", "b", "cc", "ddd", "é", "longer-than-eight", "日本"]), min_size=1, max_size=9
    ),
    max_size=25,
)


@given(
    lines,
    st.sampled_from(["\n", "\r\n", "\n \n\t\n", " \v\n\f"]),
    st.booleans(),
    st.booleans(),
    st.integers(1, 30),
)
def test_file_and_list_give_the_same_with_any_chunks_and_workers(
    sentences: list[list[str]], end: str, bom: bool, closed: bool, chunk: int
) -> None:
    text = end.join(" \t".join(s) for s in sentences) + (end if closed else "")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "corpus.txt")
        path.write_bytes(("\ufeff" * bom + text).encode())
        if not sentences:
            assert scan_file(path).raw_words == 0
            return
        expected = result(scan_iterable(sentences, max_sentence_words=4))
        for workers in (1, 2, 3):
            got = result(scan_file(path, workers=workers, chunk_bytes=chunk, max_sentence_words=4))
            assert got == expected
    assert expected[0] == list(dict.fromkeys(w for s in sentences for w in s))
    assert expected[1] == list(Counter(w for s in sentences for w in s).values())


@given(lines.filter(bool), st.integers(1, 3))
def test_dropped_words_leave_their_sentences(sentences: list[list[str]], min_count: int) -> None:
    counts = Counter(w for s in sentences for w in s)
    if max(counts.values()) < min_count:
        return
    scanned = scan(sentences)
    vocabulary = Vocabulary.build(scanned.keys(), scanned.counts, min_count=min_count)
    kept = [[w for w in s if counts[w] >= min_count] for s in sentences]
    encoded = scanned.encode(vocabulary)
    assert sentences_of(encoded, vocabulary) == kept
    # A vocabulary that exists already takes the other way through the code, to the same end.
    again = encode(Vocabulary(vocabulary.index_to_key, vocabulary.counts), sentences)
    assert sentences_of(again, vocabulary) == kept
    assert again.raw_words == encoded.raw_words


def test_long_lines_are_cut_at_ten_thousand_words(tmp_path: Path) -> None:
    path = tmp_path / "long.txt"
    counts = [25_000, 10_000, 1, 20_000, 9_999]
    path.write_text("\n".join("w " * n for n in counts))
    expected = [10_000, 10_000, 5_000, 10_000, 1, 10_000, 10_000, 9_999]
    for scanned in (
        scan(corpus_file=path),
        scan_file(path, workers=2, chunk_bytes=1000),
        scan(["w"] * n for n in counts),
    ):
        encoded = scanned.encode(Vocabulary(["w"], [1]))
        assert np.diff(encoded.offsets).tolist() == expected
        assert encoded.raw_words == sum(counts)


def test_more_tokens_than_a_block_and_more_words_than_the_first_table() -> None:
    # ListEncoder's blocks (2^20 tokens), its counts (2^14 words) and its offsets (2^12 sentences) all grow.
    numbers = np.random.default_rng(1).integers(0, 40_000, 1_200_000).tolist()
    sentences = [numbers[i : i + 100] for i in range(0, len(numbers), 100)]
    scanned = scan(sentences)
    vocabulary = Vocabulary.build(scanned.keys(), scanned.counts, min_count=1)
    counts = Counter(numbers)
    assert dict(zip(scanned.keys(), scanned.counts.tolist(), strict=True)) == counts
    assert sentences_of(scanned.encode(vocabulary), vocabulary) == sentences


def test_empty_lists_are_sentences_and_blank_lines_are_not(tmp_path: Path) -> None:
    assert scan([["a"], [], ["b"]]).n_sentences == 3
    path = tmp_path / "blank.txt"
    path.write_bytes(b"\n\na\n \n\r\nb c\n\n")
    assert scan(corpus_file=path).n_sentences == 2


@pytest.mark.parametrize(
    "sentences",
    [
        [("a", "b"), ("a",)],
        (s for s in [["a", "b"], ["a"]]),
        [iter(["a", "b"]), (w for w in "a")],
        [np.array(["a", "b"]), np.array(["a"], object)],
        [[np.str_("a"), "b"], [np.str_("a")]],
        [{"a": 1, "b": 2}, ["a"]],
    ],
    ids=["tuples", "generator", "iterators", "arrays", "numpy scalars", "dict"],
)
def test_any_iterable_is_a_sentence(sentences: Any) -> None:
    keys, counts, index_to_key, ids, offsets, *_ = result(scan(sentences))
    assert (keys, counts, index_to_key, ids, offsets) == (
        ["a", "b"],
        [2, 1],
        ["a", "b"],
        [0, 1, 0],
        [0, 2, 3],
    )
    assert [type(k) for k in keys] == [str, str]


def test_tokens_of_other_types_keep_them() -> None:
    keys = list(scan([[1, np.int64(1), np.float64(2.5), ("x", 1), b"y", np.int32(7), 7]]).keys())
    assert keys == [1, 2.5, ("x", 1), b"y", 7]
    assert [type(k) for k in keys] == [int, float, tuple, bytes, int]


@pytest.mark.parametrize(
    ("corpus", "parts"),
    [
        ("corpus.txt", ["corpus_iterable is the str 'corpus.txt'", "corpus_file="]),
        (b"corpus.txt", ["bytes", "corpus_file="]),
        (7, ["corpus_iterable must be", "int"]),
        ([["a"], "human"], ["sentence 2 is the str 'human'", "sentence.split()"]),
        (["human"], ["sentence 1"]),
        ([b"human"], ["sentence 1", "bytes"]),
        ([["a"], ["b"], None], ["sentence 3", "None"]),
        ([5], ["sentence 1", "int"]),
        ([["a"], ["b", None]], ["token 2 of sentence 2 is None"]),
        ([["a", "b", float("nan")]], ["token 3 of sentence 1 is nan"]),
        ([["a", np.float32("nan")]], ["token 2 of sentence 1 is nan"]),
        ([np.array(["a", np.nan], object)], ["token 2 of sentence 1 is nan"]),
        ([["a"], [["b"]]], ["token 1 of sentence 2", "list", "not hashable"]),
        ([[("a", [])]], ["token 1 of sentence 1", "not hashable"]),
        ([["ok", "\ud800"]], ["token 2 of sentence 1", "UTF-8"]),
        ([["x"] * 25_000 + [None]], ["token 25001 of sentence 1"]),
    ],
)
def test_bad_corpora_name_the_place_and_the_fix(corpus: Any, parts: list[str]) -> None:
    with pytest.raises(CorpusTypeError) as caught:
        scan(corpus)
    for part in parts:
        assert part in str(caught.value)
    assert isinstance(caught.value, TypeError)
    assert isinstance(caught.value, ValueError)


def test_one_source_must_be_given(tmp_path: Path) -> None:
    with pytest.raises(CorpusTypeError, match="neither"):
        scan()
    with pytest.raises(CorpusTypeError, match="both"):
        scan([["a"]], tmp_path)
    with pytest.raises(CorpusTypeError, match=r"corpus_file must be a path.*, got a list with list"):
        scan(corpus_file=[["a"]])  # type: ignore[list-item]
    with pytest.raises(CorpusTypeError, match=r"corpus_file must be a path.*, got int"):
        scan(corpus_file=3)  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match="workers"):
        scan(corpus_file=tmp_path, workers=0)
    with pytest.raises(ParameterError, match="encoding must be"):
        scan([["a"]], encoding="latin-77")
    with pytest.raises(ParameterError, match="unicode_errors must be"):
        scan([["a"]], unicode_errors="ignored")
    with pytest.raises(ParameterError, match="tokenizer must be None, 'whitespace' or a function"):
        scan(["a b"], tokenizer="spaces")


def test_an_error_of_the_corpus_passes_through_with_a_note() -> None:
    def broken() -> Iterator[list[str]]:
        yield ["a"]
        yield ["b"]
        raise OSError("the disk is gone")

    def broken_sentence() -> Iterator[str]:
        yield "a"
        raise KeyError("inside")

    with pytest.raises(OSError, match="the disk is gone") as caught:
        scan(broken())
    assert "after 2 whole sentences" in caught.value.__notes__[0]
    with pytest.raises(KeyError, match="inside") as inside:
        scan([["a"], broken_sentence()])
    assert "after 1 whole sentences" in inside.value.__notes__[0]


def test_an_error_in_a_tokens_own_equality_passes_through() -> None:
    class Odd:
        def __hash__(self) -> int:
            return hash("a")

        def __eq__(self, other: object) -> bool:
            raise RuntimeError("never compare me")

    with pytest.raises(RuntimeError, match="never compare me"):
        scan([["a", Odd()]])


def test_a_token_that_changes_its_list_does_no_harm() -> None:
    sentence: list[Any] = ["a"] * 50

    class Clears:
        def __hash__(self) -> int:
            sentence.clear()
            return 5

    sentence.insert(3, Clears())
    scanned = scan([sentence])
    assert scanned.raw_words == 4


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"corpus_file does not exist.*missing\.txt"):
        scan(corpus_file=tmp_path / "missing.txt")
    with pytest.raises(CorpusError, match="is a folder without files"):
        scan(corpus_file=tmp_path)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(CorpusError, match="is a pipe or a device"):
        scan(corpus_file=str(tmp_path / "pipe"))
    with pytest.raises(CorpusError, match="not a valid path"):
        scan(corpus_file="a\0b")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission(tmp_path: Path) -> None:
    path = tmp_path / "secret.txt"
    path.write_text("a")
    path.chmod(0)
    with pytest.raises(PermissionError, match="corpus_file may not be read"):
        scan(corpus_file=path)


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b" \n\t\n"])
def test_a_file_without_words_ends_in_a_vocabulary_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "empty.txt"
    path.write_bytes(content)
    scanned = scan(corpus_file=path, workers=2)
    assert (scanned.raw_words, scanned.n_sentences, list(scanned.keys())) == (0, 0, [])
    with pytest.raises(VocabularyError, match=r"empty\.txt' contains no words"):
        Vocabulary.build(scanned.keys(), scanned.counts, min_count=1)
    encoded = scanned.encode(Vocabulary(["a"], [1]))
    assert (encoded.n_words, encoded.n_sentences) == (0, 0)


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_the_first_bad_byte_is_named_whatever_the_workers(tmp_path: Path, workers: int) -> None:
    generator = random.Random(workers)
    path = tmp_path / "bad.txt"
    for _ in range(10):
        good = [generator.choice(["aa", "béb", "cccccccccc"]) + generator.choice(" \n") for _ in range(200)]
        where = sorted(generator.sample(range(200), 3))
        text = b"".join(
            (b"xx\xffyy\n" if i == where[0] else b"zz\xfe ") if i in where else word.encode()
            for i, word in enumerate(good)
        )
        path.write_bytes(text)
        offset = text.index(b"\xff")
        with pytest.raises(CorpusDecodeError) as caught:
            scan_file(path, workers=workers, chunk_bytes=generator.randint(1, 200))
        line = text[:offset].count(b"\n") + 1
        for part in (f"line {line},", f"byte offset {offset}:", "0xff", "bad.txt", "xx\\xffyy", "UTF-8"):
            assert part in str(caught.value)
        assert caught.value.object[caught.value.start] == 0xFF
        assert isinstance(caught.value, UnicodeDecodeError)


def test_a_bad_byte_in_a_very_long_word_and_a_packed_file(tmp_path: Path) -> None:
    path = tmp_path / "bad.txt"
    path.write_bytes(b"w\n" + b"x" * 5000 + b"\x80 y")
    with pytest.raises(CorpusDecodeError, match=r"line 2, byte offset 5002"):
        scan(corpus_file=path)
    path.write_bytes(b"\x1f\x8b\x08\x00 text")
    with pytest.raises(CorpusError, match="gzip data that are not unpacked"):
        scan(corpus_file=path)


def test_a_corpus_is_encoded_once() -> None:
    scanned = scan([["a"]])
    vocabulary = Vocabulary.build(scanned.keys(), scanned.counts, min_count=1)
    scanned.encode(vocabulary)
    with pytest.raises(CorpusError, match="encoded before"):
        scanned.encode(vocabulary)


def test_words_outlive_their_file(tmp_path: Path) -> None:
    path = tmp_path / "corpus.txt"
    path.write_text("one two two")
    scanned = scan(corpus_file=path)
    path.unlink()
    assert list(scanned.keys()) == ["one", "two"]
    assert scanned.keys()[-1] == "two"
    assert scanned.keys()[:1] == ["one"]


def test_the_fingerprint_changes_with_the_file(tmp_path: Path) -> None:
    path = tmp_path / "corpus.txt"
    path.write_text("one")
    before = file_fingerprint(path)
    assert before == file_fingerprint(str(path))
    path.write_text("two words")
    assert file_fingerprint(path) != before


def test_progress_and_stopping(tmp_path: Path) -> None:
    path = tmp_path / "corpus.txt"
    path.write_text("word " * 1000)
    seen: list[tuple[int, int | None]] = []
    scan(corpus_file=path, on_progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (5000, 5000)
    scan([["a"]] * 7, on_progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (7, 7)
    with pytest.raises(CorpusError, match="stopped"):
        scan((["a"] * 1000 for _ in range(10_000)), should_stop=lambda: True)


@pytest.fixture
def slow_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    take = file_module._Reader.take

    def slow(self: Any) -> tuple[int, int] | None:
        time.sleep(0.02)
        return take(self)

    monkeypatch.setattr(file_module._Reader, "take", slow)


def test_stopping_a_file_joins_every_thread(tmp_path: Path, slow_chunks: None) -> None:
    path = tmp_path / "corpus.txt"
    path.write_text("word " * 100_000)
    before = threading.active_count()
    with pytest.raises(CorpusError, match="stopped after"):
        scan_file(path, workers=3, chunk_bytes=1000, should_stop=lambda: True)
    assert threading.active_count() == before


def test_ctrl_c_stops_every_thread_at_once(tmp_path: Path, slow_chunks: None) -> None:
    path = tmp_path / "corpus.txt"
    path.write_text("word " * 100_000)
    sent: list[float] = []

    def interrupt() -> None:
        sent.append(time.perf_counter())
        os.kill(os.getpid(), signal.SIGINT)

    def seconds_to_stop() -> float:
        before = threading.active_count()
        timer = threading.Timer(0.15, interrupt)
        timer.start()
        with pytest.raises(KeyboardInterrupt):
            scan_file(path, workers=3, chunk_bytes=1000)
        seconds = time.perf_counter() - sent[-1]
        timer.join()
        assert threading.active_count() == before
        return seconds

    # The best of a few tries: a busy machine may hold up any one of them.
    assert min(seconds_to_stop() for _ in range(3)) < 0.2


def test_a_failure_in_a_thread_reaches_the_caller(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: Any) -> None:
        raise MemoryError("no room")

    monkeypatch.setattr(file_module._Reader, "take", fail)
    path = tmp_path / "corpus.txt"
    path.write_text("word")
    before = threading.active_count()
    with pytest.raises(MemoryError, match="no room"):
        scan_file(path, workers=2)
    assert threading.active_count() == before


@pytest.mark.parametrize(
    ("name", "words", "sentences"),
    [("text8like.txt", 16_941_211, 1695), ("brown_sentences.txt", 1_161_192, 57_340)],
)
def test_totals_of_real_corpora(shared_data: Path, name: str, words: int, sentences: int) -> None:
    scanned = scan(corpus_file=shared_data / "corpora" / name, workers=2)
    assert (scanned.raw_words, int(scanned.counts.sum()), scanned.n_sentences) == (words, words, sentences)
