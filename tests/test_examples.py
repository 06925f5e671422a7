"""Every script of examples/ runs on its planted data, as a user runs it, and beats its baselines there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
SCRIPTS = sorted(path.name for path in EXAMPLES.glob("[!_]*.py"))
Example = Callable[..., tuple[int, str, str]]


def table(example: Example, name: str, *options: str) -> dict[str, list[float]]:
    """First cell and numbers of the rows of the Markdown table that an example prints."""
    code, out, error = example(name, "--small", *options)
    assert code == 0, error
    assert error == ""
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in out.splitlines() if line[:1] == "|"]
    assert set(rows[1][1:]) == {"---:"}, out
    assert len(rows) > 2
    return {row[0]: [float(cell) for cell in row[1:]] for row in rows[2:]}


def test_there_are_the_five() -> None:
    assert SCRIPTS == ["analogies.py", "nodes.py", "recommend.py", "sentiment.py", "svd_against_skipgram.py"]


@pytest.mark.parametrize("name", SCRIPTS)
def test_an_example_is_short_and_says_what_it_shows(name: str) -> None:
    text = (EXAMPLES / name).read_text()
    assert len(text.splitlines()) < 80
    docstring = text.split('"""')[1]
    assert "--small" in docstring
    assert "akes" in docstring or "minute" in docstring  # how long it takes


def test_the_page_shows_each_example() -> None:
    page = (EXAMPLES.parent / "docs" / "examples.md").read_text()
    for name in SCRIPTS:
        assert f"\n    python examples/{name}" in page, name


def test_analogies_are_answered_by_arithmetic_and_not_by_nearness(example: Example) -> None:
    rows = table(example, "analogies.py")
    asked, arithmetic, nearest = rows["Total accuracy"]
    assert asked == 840
    assert arithmetic > 80
    assert arithmetic > nearest + 40
    assert "king - man + woman: queen" in example("analogies.py", "--small")[1]


def test_nodes_of_a_planted_graph_find_their_groups(example: Example) -> None:
    pytest.importorskip("sklearn", reason="the example classifies with scikit-learn")
    rows = table(example, "nodes.py")
    assert list(rows) == ["10%", "50%", "90%"]
    for micro, macro, likeliest_micro, likeliest_macro in rows.values():
        assert micro > likeliest_micro + 40
        assert macro > likeliest_macro + 40
    assert rows["90%"][0] > rows["10%"][0]


def test_reviews_are_told_apart(example: Example) -> None:
    pytest.importorskip("sklearn", reason="the example classifies with scikit-learn")
    rows = table(example, "sentiment.py")
    assert rows["majority class"][0] == 50
    averaged = {name: row for name, row in rows.items() if name.startswith("averaged vectors")}
    assert len(averaged) == 3
    for name, (mean, _, smallest, largest) in averaged.items():
        assert mean > rows["majority class"][0] + 15, name
        assert smallest <= mean <= largest


def test_recommendation_beats_popularity(example: Example) -> None:
    rows = table(example, "recommend.py")
    popular = rows["most popular"]
    for name in ("word2vec, nearest to the last item", "word2vec, likeliest near the last item"):
        assert rows[name][0] > 1.3 * popular[0], name
    # The planted sessions are walks: the counts are the true model, so vectors may only come near it.
    assert rows["word2vec, likeliest near the last item"][0] > 0.8 * rows["followed the last item most often"][0]


def test_sessions_may_come_from_a_file(example: Example, tmp_path: Path) -> None:
    path = tmp_path / "sessions.txt"
    path.write_text("".join(f"a{i % 3} b{i % 3} c{i % 3}\n" for i in range(200)))
    rows = table(example, "recommend.py", "--sessions", str(path))
    assert rows["followed the last item most often"] == [100, 100]
    assert rows["word2vec, likeliest near the last item"][0] == 100


def test_counting_and_predicting_both_beat_chance(example: Example) -> None:
    rows = table(example, "svd_against_skipgram.py")
    assert list(rows) == ["random vectors", "co-occurrence + SVD", "skip-gram", "CBOW", "CBOW, exact gradient"]
    chance = rows.pop("random vectors")
    for name, scores in rows.items():
        assert scores[0] > chance[0] + 30, name
        assert scores[1] > chance[1] + 30, name


@pytest.mark.parametrize("name", SCRIPTS)
def test_missing_data_are_one_line(example: Example, tmp_path: Path, name: str) -> None:
    if name in ("nodes.py", "sentiment.py"):
        pytest.importorskip("sklearn", reason="the example classifies with scikit-learn")
    options = ["--sessions", str(tmp_path / "none.txt")] if name == "recommend.py" else ["--data", str(tmp_path)]
    code, out, error = example(name, *options)
    assert code == 1
    assert out == ""
    assert len(error.splitlines()) == 1
    assert "is not there: give the folder of the data with --data, or --small" in error
