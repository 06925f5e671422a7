"""word2vec.c's own command lines, typed after ``cw2v``."""

from __future__ import annotations

import importlib
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from cw2v import KeyedVectors, Word2Vec
from cw2v.cli import main


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    rng = np.random.default_rng(3)
    lines = [" ".join(f"w{i}" for i in (30 * rng.random(12) ** 2).astype(int)) for _ in range(500)]
    path = tmp_path / "text8"
    path.write_text("\n".join(lines) + "\nrare\n")
    return path


def word2vec(corpus: Path, *arguments: str) -> None:
    assert main(["word2vec", "-train", str(corpus), "-threads", "1", "-debug", "0", *arguments]) == 0


def test_the_command_line_of_its_read_me(corpus: Path) -> None:
    """All numbers of word2vec.c's README but for the passes, in its binary format, read by gensim."""
    output = corpus.with_name("vectors.bin")
    line = "-cbow 1 -size 200 -window 8 -negative 25 -hs 0 -sample 1e-4 -threads 20 -binary 1 -iter 3"
    assert main(["word2vec", "-train", str(corpus), "-output", str(output), *line.split()]) == 0
    header = output.read_bytes().split(b"\n", 1)[0]
    ours = KeyedVectors.load_word2vec_format(str(output), binary=True)
    assert header == f"{len(ours)} 200".encode()
    theirs = pytest.importorskip("gensim") and importlib.import_module("gensim.models").KeyedVectors
    read = theirs.load_word2vec_format(str(output), binary=True)
    assert read.index_to_key == ours.index_to_key
    np.testing.assert_array_equal(read.vectors, ours.vectors)


def as_distance_reads(data: bytes) -> tuple[list[str], np.ndarray]:
    """Words and vectors of a binary file, byte by byte as word2vec.c's distance and word-analogy read it.

    Two numbers that white space parts; then for each word its characters up to a blank, line ends left out, and
    that many float32.
    """
    head = data.split(maxsplit=2)
    n_words, size = int(head[0]), int(head[1])
    at = len(b" ".join(head[:2]))
    words, rows = [], np.empty((n_words, size), np.float32)
    for number in range(n_words):
        end = data.index(b" ", at)
        words.append(data[at:end].replace(b"\n", b"").decode())
        rows[number] = np.frombuffer(data, "<f4", size, end + 1)
        at = end + 1 + 4 * size
    assert data[at:] == b"\n"
    return words, rows


@pytest.mark.parametrize("cbow", ["0", "1"])
def test_its_files_are_laid_out_as_its_tools_read_them(cbow: str, corpus: Path) -> None:
    binary, text, counted = (corpus.with_name(name) for name in ("vectors.bin", "vectors.txt", "vocab.txt"))
    for output, flag in ((binary, "1"), (text, "0")):
        word2vec(corpus, "-output", str(output), "-cbow", cbow, "-size", "20", "-window", "8", "-negative", "25", "-hs",
                 "0", "-sample", "1e-4", "-binary", flag, "-iter", "3", "-save-vocab", str(counted))  # fmt: skip
    words, rows = as_distance_reads(binary.read_bytes())
    first, *lines = text.read_text().split("\n")
    assert first == f"{len(words)} 20"
    assert lines.pop() == ""  # the last line ends, too
    split = [line.rstrip(" ").split(" ") for line in lines]
    assert [line[0] for line in split] == words
    np.testing.assert_allclose(np.array([line[1:] for line in split], np.float32), rows, rtol=1e-5, atol=1e-7)
    counts = Counter(corpus.read_text().split())
    listed = [line.split(" ") for line in counted.read_text().splitlines()]
    assert [(word, int(count)) for word, count in listed] == [(word, counts[word]) for word in words]
    gensim = pytest.importorskip("gensim.models")
    for output in (binary, text):
        read = gensim.KeyedVectors.load_word2vec_format(str(output), str(counted), binary=output == binary)
        assert read.index_to_key == words
        assert [read.get_vecattr(word, "count") for word in words] == [counts[word] for word in words]
        np.testing.assert_allclose(read.vectors, rows, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize(
    ("flags", "parameters"),
    [
        ("", {"alpha": 0.05, "min_alpha": 0.05e-4}),
        ("-cbow 0", {"sg": 1, "alpha": 0.025, "min_alpha": 0.025e-4}),
        ("-cbow 0 -hs 1 -negative 0 -alpha 0.1",
         {"sg": 1, "hs": 1, "negative": 0, "alpha": 0.1, "min_alpha": 1e-5}),
        ("-window 2 -sample 0.01 -min-count 1 -iter 2 -size 7",
         {"window": 2, "sample": 0.01, "min_count": 1, "epochs": 2,
          "vector_size": 7, "alpha": 0.05, "min_alpha": 5e-6}),
    ],
)  # fmt: skip
def test_flags_mean_what_they_mean_there(flags: str, parameters: dict[str, object], corpus: Path) -> None:
    output = corpus.with_name("vectors.txt")
    word2vec(corpus, "-output", str(output), *flags.split())
    expected = Word2Vec(corpus_file=corpus, workers=1, **parameters)  # type: ignore[arg-type]
    found = KeyedVectors.load_word2vec_format(str(output))
    assert found.index_to_key == expected.wv.index_to_key
    np.testing.assert_array_equal(found.vectors, expected.wv.vectors)


def test_a_vocabulary_is_saved_and_read(corpus: Path) -> None:
    vocabulary, first, second = (corpus.with_name(name) for name in ("vocab", "a.txt", "b.txt"))
    word2vec(corpus, "-output", str(first), "-save-vocab", str(vocabulary), "-min-count", "1")
    counts = Counter(corpus.read_text().split())
    lines = [line.split(" ") for line in vocabulary.read_text().splitlines()]
    assert {word: int(n) for word, n in lines} == counts
    assert [int(n) for _, n in lines] == sorted((int(n) for _, n in lines), reverse=True)
    # word2vec.c writes the mark of a line's end before the words.
    vocabulary.write_text("</s> 501\n" + vocabulary.read_text())
    word2vec(corpus, "-output", str(second), "-read-vocab", str(vocabulary), "-min-count", "1")
    assert second.read_bytes() == first.read_bytes()


def test_a_vocabulary_alone(corpus: Path) -> None:
    word2vec(corpus, "-save-vocab", str(corpus.with_name("vocab")))
    assert corpus.with_name("vocab").read_text().startswith("w0 ")


def test_classes(corpus: Path) -> None:
    output = corpus.with_name("classes.txt")
    word2vec(corpus, "-output", str(output), "-classes", "4", "-min-count", "1")
    rows = [line.split(" ") for line in output.read_text().splitlines()]
    assert {word for word, _ in rows} == set(corpus.read_text().split())
    assert {int(label) for _, label in rows} <= set(range(4))
    assert len({label for _, label in rows}) > 1


def test_word2phrase(corpus: Path) -> None:
    corpus.write_text("new york is big\nnew york is old\na big house\nan old house\n" * 50)
    ours, phrases = corpus.with_name("phrases"), corpus.with_name("same")
    line = "-threshold 5 -min-count 3"
    assert main(["word2phrase", "-train", str(corpus), "-output", str(ours), "-debug", "0", *line.split()]) == 0
    assert "new_york" in ours.read_text().split()
    assert main(["phrases", str(corpus), str(phrases), *line.split()]) == 0
    assert ours.read_bytes() == phrases.read_bytes()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-min", "2"], "unrecognized arguments: -min"),
        (["-size", "many"], "argument -size: invalid int value: 'many'"),
        (["-size", "0"], "vector_size must be"),
        (["-hs", "0", "-negative", "0"], "leaves nothing to train"),
        (["-read-vocab", "absent"], "absent"),
        (["-output", "absent/v.bin"], "there is no directory"),
    ],
)
def test_mistakes_are_one_line(
    arguments: list[str], message: str, corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = corpus.with_name("v.bin")
    assert main(["word2vec", "-train", str(corpus), "-output", str(output), *arguments]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1
    assert not output.exists()


def test_something_must_be_kept(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["word2vec", "-train", str(corpus)]) == 2
    assert "-output FILE or -save-vocab FILE" in capsys.readouterr().err
