"""The command lines of word2vec.c's tools and of fastText."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from cw2v import KeyedVectors, Word2Vec
from cw2v.cli import main

Run = Callable[..., str]


@pytest.fixture
def vectors(tmp_path: Path) -> str:
    """Six words in a plane: the difference of king and man is that of queen and woman."""
    kv = KeyedVectors(3)
    rows = {"man": [2, 1, 0], "king": [2, 1, 2], "woman": [1, 2, 0], "queen": [1, 2, 2], "far": [-1, -1, 0.1],
            "other": [0, 0, -1]}  # fmt: skip
    kv.add_vectors(list(rows), np.array(list(rows.values()), np.float32))
    path = tmp_path / "vectors.bin"
    kv.save_word2vec_format(str(path), binary=True)
    return str(path)


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command with what is typed; its output."""

    def run(text: str, *arguments: str) -> str:
        monkeypatch.setattr("sys.stdin", io.StringIO(text))
        assert main(arguments) == 0
        return capsys.readouterr().out

    return run


def answers(output: str) -> list[tuple[str, float]]:
    return [(word, float(value)) for word, value in re.findall(r"^ +(\S+)\t\t(-?[\d.]+)$", output, re.M)]


def test_distance_shows_the_nearest(typed: Run, vectors: str) -> None:
    output = typed("king\nEXIT\nman\n", "distance", vectors)
    expected = KeyedVectors.load_word2vec_format(vectors, binary=True).most_similar("king", topn=40)
    assert [word for word, _ in answers(output)] == [word for word, _ in expected]
    assert [value for _, value in answers(output)] == pytest.approx([value for _, value in expected], abs=1e-6)
    assert "Word: king  Position in vocabulary: 1" in output
    assert "Position in vocabulary: 0" not in output, "it went on after EXIT"


def test_distance_of_several_words_and_unknown_ones(typed: Run, vectors: str) -> None:
    assert answers(typed("king man\n", "distance", vectors))[0][0] == "queen"
    output = typed("nobody\nking\n", "distance", vectors)
    assert "Word: nobody  is out of dictionary" in output
    assert len(answers(output)) == 5


def test_word_analogy(typed: Run, vectors: str) -> None:
    output = typed("man king\nman king woman\n", "word-analogy", vectors)
    assert "Three words are needed, 2 came." in output
    assert answers(output)[0][0] == "queen"


def test_compute_accuracy(typed: Run, vectors: str) -> None:
    questions = ": family\nman king woman queen\nman woman king queen\nman king woman nobody\n"
    questions += ": wrong\nman king woman far\n"
    output = typed(questions, "compute-accuracy", vectors)
    assert "FAMILY:\nACCURACY TOP1: 100.00 %  (2 / 2)" in output.upper()
    assert "WRONG:\nACCURACY TOP1: 0.00 %  (0 / 1)" in output.upper()
    assert "Total accuracy: 66.67 %" in output
    assert "Questions seen / total: 3 4   75.00 %" in output
    with_threshold = typed(questions, "compute-accuracy", vectors, "3")
    assert "Questions seen / total: 0 4   0.00 %" in with_threshold


# ---- fastText ----


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    path = tmp_path / "corpus.txt"
    path.write_text("\n".join(f"a{i % 5} b{i % 3} c{i % 7} a{(i + 1) % 5}" for i in range(400)))
    return path


@pytest.mark.parametrize(
    ("loss", "parameters"),
    [("ns", {}), ("hs", {"hs": 1, "negative": 0}), ("softmax", {"objective": "softmax"})],
)
@pytest.mark.parametrize("command", ["skipgram", "cbow"])
def test_fasttext_trains_what_its_flags_say(
    command: str, loss: str, parameters: dict[str, object], corpus: Path
) -> None:
    output = corpus.with_name("model")
    arguments = [command, "-input", str(corpus), "-output", str(output), "-loss", loss]
    for flag in ("dim 9", "lr 0.1", "ws 2", "epoch 2", "minCount 1", "neg 3", "thread 1", "t 0.01", "verbose 0"):
        arguments += f"-{flag}".split()
    assert main(arguments) == 0
    expected = Word2Vec(
        corpus_file=corpus, vector_size=9, alpha=0.1, min_alpha=0, window=2, epochs=2, min_count=1, sample=0.01, seed=0,
        workers=1, sg=int(command == "skipgram"), **{"negative": 3, **parameters},  # type: ignore[arg-type]
    )  # fmt: skip
    found = KeyedVectors.load_word2vec_format(str(output) + ".vec")
    assert found.index_to_key == expected.wv.index_to_key
    np.testing.assert_array_equal(found.vectors, expected.wv.vectors)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-minn", "3"], "-minn and -maxn must be 0"),
        (["-loss", "ova"], "-loss must be one of ns, hs, softmax, got 'ova'"),
        (["-wordNgrams", "2"], "unrecognized arguments: -wordNgrams"),
        (["-minC", "2"], "unrecognized arguments: -minC"),
        (["-dim", "0"], "vector_size must be"),
    ],
)
def test_fasttext_refuses(
    arguments: list[str], message: str, corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["skipgram", "-input", str(corpus), "-output", str(corpus.with_name("m")), *arguments]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1
    assert not corpus.with_name("m.vec").exists()
