"""Files of words and counts: what comes back, what is refused, and training from them."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cw2v import Word2Vec, load_vocab
from cw2v.cli import main
from cw2v.errors import FileFormatError, ParameterError, VocabularyError
from cw2v.io import vocabulary_text

OPTIONS = {"vector_size": 8, "min_count": 1, "workers": 1, "epochs": 2, "sg": 1}
words = st.text(min_size=1).filter(lambda w: not set(w) & set(" \t\n\v\f\r") and w[0] != "\ufeff")


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@given(st.dictionaries(words.filter(lambda w: w.isprintable()), st.integers(0, 2**50), min_size=1))
def test_what_is_saved_comes_back(tmp_path_factory: pytest.TempPathFactory, counts: dict[str, int]) -> None:
    path = tmp_path_factory.mktemp("vocabulary") / "words"
    vocabulary_text.save(path, list(counts), np.array(list(counts.values()), np.int64))
    assert list(load_vocab(path).items()) == list(counts.items())


def test_the_file_is_word2vecs(tmp_path: Path) -> None:
    model = Word2Vec([["b", "a", "b", "über"], ["b"]], **OPTIONS)
    model.save_vocab(tmp_path / "words")
    assert (tmp_path / "words").read_bytes() == "b 3\nüber 1\na 1\n".encode()
    (tmp_path / "c").write_bytes(b"</s> 0\nthe 10\r\nking 3")  # as the C program writes it, or an editor
    assert load_vocab(tmp_path / "c") == {"</s>": 0, "the": 10, "king": 3}
    (tmp_path / "packed").write_bytes(gzip.compress(b"\xef\xbb\xbfthe 10\n"))
    assert load_vocab(tmp_path / "packed") == {"the": 10}


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [(b"a 1\nb\n", 2, "b'b'"), (b"a 1\n\nb 2\n", 2, "b''"), (b"a 1 2\n", 1, "b'a 1 2'"), (b"a -1\n", 1, "b'a -1'"),
     (b"a 1.5\n", 1, "b'a 1.5'"), (b"a 1\n\xff 2\n", 2, "UTF-8"), (b"a 1\nb 2\na 3\n", 3, "'a' was there before"),
     (b"a " + b"9" * 30 + b"\n", 1, "count"), (b"a " + b"9" * 9000 + b"\n", 1, "count"), (b"12\n", 1, "b'12'"),
     (b"a 1\n  \n", 2, "b'  '")],
)  # fmt: skip
def test_bad_lines_are_named(tmp_path: Path, text: bytes, line: int, what: str) -> None:
    path = tmp_path / "words"
    path.write_bytes(text)
    with pytest.raises(FileFormatError) as caught:
        load_vocab(path)
    assert f"words, line {line}: " in str(caught.value)
    assert what in str(caught.value)


@pytest.mark.parametrize(
    ("word", "what"),
    [("", "is empty"), ("a b", "white space"), ("a\nb", "white space"), ("\ufeffa", "byte order mark"), (5, "type int"),
     ("\udc80", "cannot be written in UTF-8")],
)  # fmt: skip
def test_words_that_would_not_come_back_are_refused(tmp_path: Path, word: object, what: str) -> None:
    path = tmp_path / "words"
    path.write_text("old")
    with pytest.raises(FileFormatError, match=what):
        vocabulary_text.save(path, [word, "a"], np.array([2, 1]))
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["words"]


def test_an_empty_file_and_an_empty_model_have_no_words(tmp_path: Path) -> None:
    (tmp_path / "words").write_bytes(b"")
    assert load_vocab(tmp_path / "words") == {}
    with pytest.raises(VocabularyError, match=r"file '.*words' contains no words"):
        Word2Vec(**OPTIONS).build_vocab(vocab_file=tmp_path / "words")
    with pytest.raises(VocabularyError, match="first build vocabulary"):
        Word2Vec(**OPTIONS).save_vocab(tmp_path / "none")
    assert not (tmp_path / "none").exists()


CORPUS = [[f"w{i % 7}", f"w{i % 3}", f"w{i % 11}"] for i in range(100)]


class TestTrainingFromAFile:
    def file(self, folder: Path) -> Path:
        path = folder / "corpus.txt"
        path.write_text("".join(" ".join(s) + "\n" for s in CORPUS))
        return path

    def test_it_is_the_training_that_made_the_file(self, tmp_path: Path) -> None:
        corpus = self.file(tmp_path)
        whole = Word2Vec(corpus_file=corpus, **OPTIONS)
        whole.save_vocab(tmp_path / "words")
        model = Word2Vec(**OPTIONS)
        model.build_vocab(corpus_file=corpus, vocab_file=tmp_path / "words")
        assert model.wv.index_to_key == whole.wv.index_to_key  # also among equal counts
        assert (model.corpus_count, model.corpus_total_words) == (100, 300)
        model.train(corpus_file=corpus, total_words=model.corpus_total_words, epochs=model.epochs)
        assert np.array_equal(model.wv.vectors, whole.wv.vectors)

    def test_without_a_corpus_it_is_the_counts(self, tmp_path: Path) -> None:
        whole = Word2Vec(CORPUS, **OPTIONS)
        whole.save_vocab(tmp_path / "words")
        model = Word2Vec(**OPTIONS)
        model.build_vocab(vocab_file=tmp_path / "words", keep_raw_vocab=True, min_count=20)
        assert model.raw_vocab == load_vocab(tmp_path / "words")
        assert model.corpus_total_words == 300
        assert 0 < len(model.wv) < len(whole.wv)
        fresh = Word2Vec(**OPTIONS)
        fresh.build_vocab_from_freq(load_vocab(tmp_path / "words"), corpus_count=100)
        assert (fresh.corpus_count, fresh.corpus_total_words) == (100, 300)
        fresh.build_vocab(vocab_file=tmp_path / "words", dry_run=True)
        assert fresh.raw_vocab == model.raw_vocab
        assert np.array_equal(fresh.wv.expandos["count"], whole.wv.expandos["count"])

    def test_the_command_writes_and_reads_it(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        corpus, vectors = str(self.file(tmp_path)), str(tmp_path / "vectors.txt")
        options = ["--min-count", "1", "--vector-size", "8", "--workers", "1"]
        assert main(["train", corpus, "-o", vectors, *options, "--save-vocab", str(tmp_path / "words")]) == 0
        first = digest(tmp_path / "vectors.txt")
        listed = [*options, "--read-vocab", str(tmp_path / "words"), "--save-vocab", str(tmp_path / "again")]
        assert main(["train", corpus, "-o", vectors, *listed, "--checkpoint", str(tmp_path / "run")]) == 0
        assert digest(tmp_path / "vectors.txt") == first
        assert digest(tmp_path / "again") == digest(tmp_path / "words")
        resumed = Word2Vec.resume(tmp_path / "run", corpus_file=corpus)
        assert resumed.wv.index_to_key == list(load_vocab(tmp_path / "words"))
        (tmp_path / "words").write_text("broken\n")
        capsys.readouterr()
        assert main(["train", corpus, "-o", vectors, *listed]) == 2
        assert "words, line 1: expected a word in UTF-8 and its count" in capsys.readouterr().err
        assert main(["train", corpus, "-o", vectors, *options, "--save-vocab", corpus]) == 2
        assert "--save-vocab must be an ordinary file other than the corpus" in capsys.readouterr().err


@pytest.mark.parametrize("freq", [[("a", 5)], {"a": 5.5}, {"a": -1}, {"a": "5"}, {"a": True}, {"a": float("nan")}, 5,
                                  {"a": 2**63}])  # fmt: skip
def test_what_are_no_counts_are_refused(freq: object) -> None:
    model = Word2Vec(**OPTIONS)
    with pytest.raises(ParameterError, match=r"must be a mapping|count of 'a' must be an integer of at least 0"):
        model.build_vocab_from_freq(freq)  # type: ignore[arg-type]
    assert len(model.wv) == 0
