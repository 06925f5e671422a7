"""``cw2v phrases`` against word2phrase's rule, written plainly."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from pathlib import Path

import pytest

from cw2v import cli
from cw2v.phrases import Phrases

Capture = pytest.CaptureFixture[str]


def word2phrase(text: str, min_count: int, threshold: float) -> str:
    """One pass over the words: a word is joined to the one before unless that was just joined itself."""
    lines = [line.split() for line in text.split("\n") if line.split()]
    counts = Counter(word for line in lines for word in line)
    n_words = sum(counts.values())
    counts.update(f"{a}_{b}" for line in lines for a, b in itertools.pairwise(line))
    joined = []
    for line in lines:
        before, before_count, out = None, 0, ""
        for word in line:
            pa, pb, pab = before_count, counts[word], counts[f"{before}_{word}"] if before else 0
            enough = min(pa, pb, pab) >= min_count
            score = (pab - min_count) / pa / pb * n_words if enough else 0
            out += ("_" if score > threshold else " ") + word
            before, before_count = word, 0 if score > threshold else pb
        joined.append(out[1:] + "\n")
    return "".join(joined)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    rng = random.Random(5)
    words = [f"w{min(int(rng.expovariate(0.08)), 99)}" for _ in range(20_000)]
    for place in range(0, 20_000, 100):
        words[place : place + 2] = ["new", "york"] if rng.random() < 0.5 else ["größe", "北京"]
    lines = []
    while words:
        size = rng.randint(0, 30)
        lines.append(" ".join(words[:size]))
        del words[:size]
    path = tmp_path / "in.txt"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(("flags", "min_count", "threshold"), [
    ([], 5, 100.0), (["-min-count", "2", "-threshold", "5"], 2, 5.0), (["--threshold=1.5", "--workers", "2"], 5, 1.5),
    (["--min-count", "60", "--threshold", "10"], 60, 10.0),
])  # fmt: skip
def test_the_text_is_word2phrases(
    corpus: Path, tmp_path: Path, capsys: Capture, flags: list[str], min_count: int, threshold: float
) -> None:
    once, twice = tmp_path / "once.txt", tmp_path / "twice.txt"
    assert cli.main(["phrases", str(corpus), str(once), *flags]) == 0
    text = corpus.read_text(encoding="utf-8")
    expected = word2phrase(text, min_count, threshold)
    assert once.read_text(encoding="utf-8") == expected
    assert expected.count("new_york") > 60
    assert expected.replace("_", " ").split() == text.split()
    assert f"wrote {once}: {len(expected.split()):,} words" in capsys.readouterr().out
    assert cli.main(["phrases", str(once), str(twice), *flags]) == 0
    assert twice.read_text(encoding="utf-8") == word2phrase(expected, min_count, threshold)


@pytest.mark.parametrize(("scoring", "threshold"), [("default", 10.0), ("npmi", 0.5)])
def test_other_scores_delimiters_and_connector_words(
    corpus: Path, tmp_path: Path, scoring: str, threshold: float
) -> None:
    out = tmp_path / "out.txt"
    flags = ["--scoring", scoring, "--delimiter", "+", "--connector-words", "w0,w1"]
    assert cli.main(["phrases", str(corpus), str(out), *flags]) == 0
    lines = [line.split() for line in corpus.read_text(encoding="utf-8").split("\n") if line.split()]
    phrases = Phrases(lines, threshold=threshold, scoring=scoring, delimiter="+", connector_words=["w0", "w1"])
    joined = list(phrases[lines])
    assert out.read_text(encoding="utf-8") == "".join(" ".join(line) + "\n" for line in joined)
    assert joined != lines


def test_english_connector_words(tmp_path: Path) -> None:
    (tmp_path / "in").write_text("he met the bank of america today\n" * 3 + "a man of honour walked\n" * 40)
    flags = ["--connector-words", "--threshold", "1", "--min-count", "1"]
    assert cli.main(["phrases", str(tmp_path / "in"), str(tmp_path / "out"), *flags]) == 0
    assert (tmp_path / "out").read_text().startswith("he_met the bank_of_america today\n")


def test_one_long_line_and_nothing(tmp_path: Path) -> None:
    text = "new york is big " * 30_000
    (tmp_path / "in").write_text(text)
    assert cli.main(["phrases", str(tmp_path / "in"), str(tmp_path / "out"), "--threshold", "1"]) == 0
    assert (tmp_path / "out").read_text() == word2phrase(text, 5, 1.0)
    (tmp_path / "in").write_text("")
    assert cli.main(["phrases", str(tmp_path / "in"), str(tmp_path / "out")]) == 0
    assert (tmp_path / "out").read_text() == ""


@pytest.mark.parametrize(("flags", "message"), [
    (["--min-count", "0"], "min_count must be a finite number above 0"), (["--min-count", "few"], "--min-count"),
    (["--threshold", "0"], "threshold must be"), (["--scoring", "pmi"], "--scoring"),
    (["--scoring", "npmi", "--threshold", "2"], "from -1 to 1"), (["--delimiter", ""], "delimiter must be"),
    (["--delimiter", "a b"], "white space"), (["--workers", "0"], "workers"), (["--max", "3"], "unrecognized"),
])  # fmt: skip
def test_bad_options(corpus: Path, tmp_path: Path, capsys: Capture, flags: list[str], message: str) -> None:
    out = tmp_path / "out.txt"
    out.write_text("kept")
    assert cli.main(["phrases", str(corpus), str(out), *flags]) == 2
    error = capsys.readouterr().err
    assert error.startswith("cw2v: error: ")
    assert error.count("\n") == 1
    assert message in error
    assert out.read_text() == "kept"


def test_bad_files(corpus: Path, tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "latin1").write_bytes(b"caf\xe9 bar\n")
    for source, out, message in (
        (tmp_path / "nothing", "out", "does not exist"), (tmp_path, "out", "latin1' is not UTF-8"),
        (corpus, corpus, "OUT must be"),
        (tmp_path / "latin1", "out", "UTF-8"), (corpus, "no/out", "OUT: there is no directory"),
        (corpus, "out.gz", "plain text"), (corpus, "", "OUT must be"),
    ):  # fmt: skip
        assert cli.main(["phrases", str(source), str(tmp_path / out)]) == 2
        assert message in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.txt", "latin1"]
