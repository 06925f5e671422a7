"""Pictures: what is drawn, and what is said when something is missing."""

from __future__ import annotations

import builtins
import logging
import os
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cw2v import KeyedVectors, Word2Vec, plot
from cw2v.errors import MissingExtraError, ParameterError, UnknownKeyError
from cw2v.plot import labels
from cw2v.plot.words import counts_of

matplotlib = pytest.importorskip("matplotlib", reason="matplotlib is not installed")
Log, Patch = pytest.LogCaptureFixture, pytest.MonkeyPatch


def keyed(words: list[Any], size: int = 8, seed: int = 1) -> KeyedVectors:
    kv = KeyedVectors(size)
    kv.add_vectors(words, np.random.default_rng(seed).normal(size=(len(words), size)))
    return kv


@pytest.fixture
def kv() -> KeyedVectors:
    return keyed([f"word{i}" for i in range(40)])


def boxes_of(figure: Any) -> np.ndarray[Any, Any]:
    """Boxes in pixels of all labels of a scatter or of arrows, as they are drawn."""
    renderer = figure.canvas.get_renderer()
    drawn = [text for text in figure.axes[0].texts if text.get_text()]
    return np.array([text.get_window_extent(renderer).extents for text in drawn]).reshape(-1, 4)


def words_of(figure: Any) -> list[str]:
    return [text.get_text() for text in figure.axes[0].texts if text.get_text()]


# --- scatter


@pytest.mark.parametrize("count", [1, 2, 40, 300])
def test_labels_of_a_scatter_do_not_overlap(count: int) -> None:
    figure = plot.scatter(keyed([f"word{i}" for i in range(count)], 30), top=count)
    boxes = boxes_of(figure)
    assert len(boxes) > 0.8 * count
    assert labels.overlaps(boxes, boxes).sum() == len(boxes)
    inside = figure.axes[0].get_window_extent(figure.canvas.get_renderer()).extents
    assert (boxes[:, :2] >= inside[:2] - 1).all()
    assert (boxes[:, 2:] <= inside[2:] + 1).all()
    notes = [text.get_text() for text in figure.texts if "no room" in text.get_text()]
    assert notes == ([f"no room for {count - len(boxes)} of {count} labels"] if len(boxes) < count else [])


def test_the_labels_stay_apart_in_every_format(kv: KeyedVectors, tmp_path: Path) -> None:
    """SVG and PDF have 72 dots an inch and no hinting: the same places, from the file itself."""
    plot.scatter(kv, path=tmp_path / "a.svg")
    figure = plot.scatter(kv, path=tmp_path / "b.pdf")
    figure.set_dpi(72)
    boxes = boxes_of(figure)
    assert labels.overlaps(boxes, boxes).sum() == len(boxes)
    svg = (tmp_path / "a.svg").read_text()
    assert len(boxes) >= 38
    assert all(f"<!-- {word} -->" in svg for word in words_of(figure))


def test_points_are_the_projection_with_one_unit_on_both_axes(kv: KeyedVectors) -> None:
    words = ["word7", "word3", "word9", "word1"]
    figure = plot.scatter(kv, words)
    axes = figure.axes[0]
    points = np.concatenate([line.get_xydata() for line in axes.lines if line.get_linestyle() == "None"])
    np.testing.assert_allclose(points, kv.project(words))
    unit = axes.transData.transform([[0, 0], [1, 0], [0, 1]])
    assert unit[1, 0] - unit[0, 0] == pytest.approx(unit[2, 1] - unit[0, 1])
    assert words_of(figure) == words
    assert "of the variance" in axes.get_xlabel()


def test_groups_have_colours_shapes_and_a_legend(kv: KeyedVectors) -> None:
    figure = plot.scatter(kv, {"odd": ["word1", "word3"], "even $x$": ["word2", "word1"]}, title="a $b$")
    points = [line for line in figure.axes[0].lines if line.get_linestyle() == "None"]
    assert [len(line.get_xydata()) for line in points] == [2, 1]  # a word is in its first group
    assert points[0].get_color() != points[1].get_color()
    assert points[0].get_marker() != points[1].get_marker()
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["odd", "even $x$"]


def test_top_takes_the_most_frequent_words(kv: KeyedVectors) -> None:
    assert sorted(words_of(plot.scatter(kv, top=3))) == ["word0", "word1", "word2"]
    kv.expandos["count"] = np.array([*range(20), *range(5, 25)])
    assert sorted(words_of(plot.scatter(kv, top=2))) == ["word38", "word39"]


def test_numbers_that_only_keep_the_order_are_no_counts(kv: KeyedVectors, tmp_path: Path) -> None:
    assert counts_of(kv) is None
    kv.save_word2vec_format(tmp_path / "v.txt")
    assert counts_of(KeyedVectors.load_word2vec_format(tmp_path / "v.txt")) is None
    model = Word2Vec([["a", "b", "a"], ["c", "a", "b"]], min_count=1, vector_size=4, workers=1)
    counts = counts_of(model.wv)
    assert counts is None or counts.tolist() == [3, 2, 1]  # three words with 3, 2, 1: nobody can know
    model = Word2Vec([["a", "b", "a"], ["c", "a", "a"]], min_count=1, vector_size=4, workers=1)
    assert dict(zip(model.wv.index_to_key, counts_of(model.wv), strict=True)) == {"a": 4, "b": 1, "c": 1}


def test_a_method_of_the_callers(kv: KeyedVectors) -> None:
    class First:
        def fit_transform(self, rows: Any) -> Any:
            return rows[:, :2]

    figure = plot.scatter(kv, ["word1", "word2", "word3"], method=First())
    points = next(line.get_xydata() for line in figure.axes[0].lines if line.get_linestyle() == "None")
    np.testing.assert_allclose(points, kv[["word1", "word2", "word3"]][:, :2], rtol=1e-6)
    assert figure.axes[0].get_xlabel() == "First 1"


def test_a_model_will_do(tmp_path: Path) -> None:
    options = {"min_count": 1, "vector_size": 4, "workers": 1, "sg": 1, "sample": 0, "compute_loss": True}
    model = Word2Vec([["a", "b"], ["b", "c"]] * 5, **options)
    assert sorted(words_of(plot.scatter(model))) == ["a", "b", "c"]
    (line,) = plot.loss(model).axes[0].lines
    assert line.get_ydata().tolist() == model.loss_history


# --- arrows, loss, heat map


def test_arrows_go_from_the_first_word_to_the_second(kv: KeyedVectors) -> None:
    pairs = [("word1", "word2"), ("word3", "word4"), ("word1", "word5")]
    figure = plot.analogy(kv, pairs)
    place = dict(zip([f"word{i}" for i in range(1, 6)],
                     kv.project(["word1", "word2", "word3", "word4", "word5"]), strict=True))
    arrows = [text for text in figure.axes[0].texts if text.arrow_patch is not None]
    assert len(arrows) == 3
    for (one, other), arrow in zip(pairs, arrows, strict=True):
        np.testing.assert_allclose(arrow.xyann, place[one], atol=1e-12)
        np.testing.assert_allclose(arrow.xy, place[other], atol=1e-12)
    assert sorted(words_of(figure)) == ["word1", "word2", "word3", "word4", "word5"]
    boxes = boxes_of(figure)
    assert labels.overlaps(boxes, boxes).sum() == 5


def test_arrows_of_a_planted_relation_are_parallel() -> None:
    kv = KeyedVectors(3)
    kv.add_vectors(["man", "king", "woman", "queen"], [[0, 0, 0], [4, 0, 0], [0, 1, 0], [4, 1, 0]])
    figure = plot.analogy(kv, {"rank": [("man", "king"), ("woman", "queen")]})
    one, other = ([*a.xy, *a.xyann] for a in figure.axes[0].texts if a.arrow_patch is not None)
    np.testing.assert_allclose(np.subtract(one[:2], one[2:]), np.subtract(other[:2], other[2:]), atol=1e-12)
    assert np.hypot(*np.subtract(one[:2], one[2:])) == pytest.approx(4)


def test_a_pair_with_an_unknown_word_is_left_out(kv: KeyedVectors, caplog: Log) -> None:
    figure = plot.analogy(kv, [("word1", "word2"), ("word3", "nosuch"), ("never", "nosuch")])
    assert sorted(words_of(figure)) == ["word1", "word2"]
    (record,) = caplog.records
    assert record.getMessage().endswith("'nosuch', 'never'")
    with pytest.raises(UnknownKeyError, match="no pair has both words in the vocabulary; unknown: 'x'"):
        plot.analogy(kv, [("x", "word1")])


@pytest.mark.parametrize("pairs", [[], {}, {"a": []}, ["ab"], [("a",)], [("a", "b", "c")], "word1", [1], {"a": 3}])
def test_what_is_no_pair(kv: KeyedVectors, pairs: Any) -> None:
    with pytest.raises(ParameterError, match="pairs must"):
        plot.analogy(kv, pairs)


def test_loss_curves(tmp_path: Path) -> None:
    figure = plot.loss({"skip-gram": [3.0, 2.0, 1.5], "CBOW": np.array([4.0])}, tmp_path / "loss.png")
    one, other = figure.axes[0].lines
    assert one.get_xydata().tolist() == [[1, 3], [2, 2], [3, 1.5]]
    assert other.get_xydata().tolist() == [[1, 4]]
    assert [text.get_text() for text in figure.axes[0].get_legend().get_texts()] == ["skip-gram", "CBOW"]
    assert figure.axes[0].get_xlabel() == "epoch"
    assert plot.loss([1.0, 0.5]).axes[0].get_legend() is None


@pytest.mark.parametrize(("history", "expected"), [
    ([], "compute_loss=True"), ({}, "empty"), ({"a": []}, r"loss_history\['a'\]"), ([[1.0]], "finite numbers"),
    ([1.0, float("nan")], "finite numbers"), ("text", "sequence of numbers"), (None, "finite numbers"),
])
def test_bad_losses(history: Any, expected: str) -> None:
    with pytest.raises(ParameterError, match=expected):
        plot.loss(history)


def test_the_heat_map_has_the_cosines_of_words_and_neighbours(kv: KeyedVectors) -> None:
    figure = plot.neighbors(kv, ["word3", "word8"], topn=4)
    axes = figure.axes[0]
    names = [text.get_text() for text in axes.get_yticklabels()]
    assert names == [text.get_text() for text in axes.get_xticklabels()]
    wanted = [key for word in ("word3", "word8") for key in [word, *(k for k, _ in kv.most_similar(word, topn=4))]]
    assert names == list(dict.fromkeys(wanted))
    image = axes.images[0].get_array()
    for (row, column), cosine in np.ndenumerate(image):
        assert cosine == pytest.approx(kv.similarity(names[row], names[column]), abs=1e-6)
    bold = {text.get_text() for text in axes.get_yticklabels() if text.get_fontweight() == "bold"}
    assert bold == {"word3", "word8"}
    assert len(plot.neighbors(kv, ["word1"], topn=0).axes[0].get_yticklabels()) == 1


@pytest.mark.parametrize(("words", "topn", "expected"), [
    (["word1"], -1, "topn"), (["word1"], True, "topn"), ([], 5, "empty"), ("word1", 5, "list of words"),
    ([f"word{i}" for i in range(40)], 5, "at most 150"), (None, 5, "empty"),
])
def test_bad_heat_maps(kv: KeyedVectors, words: Any, topn: Any, expected: str) -> None:
    with pytest.raises(ParameterError, match=expected):
        plot.neighbors(kv, words, topn)


# --- words that are not there, and other bad input


@pytest.mark.parametrize("draw", [plot.scatter, plot.neighbors])
def test_unknown_words_are_named_once_and_the_others_drawn(kv: KeyedVectors, caplog: Log, draw: Any) -> None:
    draw(kv, ["word1", "no", "word2", "such", "no"])
    (record,) = caplog.records
    assert record.levelno == logging.WARNING
    assert record.getMessage().endswith("left out of the picture: 'no', 'such'")
    with pytest.raises(UnknownKeyError, match="none of the words is in the vocabulary: 'no', 'such'"):
        draw(kv, ["no", "such"])


def test_a_long_list_of_unknown_words_is_cut(kv: KeyedVectors, caplog: Log) -> None:
    plot.scatter(kv, ["word1", *(f"no{i}" for i in range(500))])
    assert "'no9' and 490 more" in caplog.records[0].getMessage()
    assert "'no10'" not in caplog.records[0].getMessage()


@pytest.mark.parametrize(("options", "expected"), [
    ({"top": 0}, "top must be"), ({"top": 2.5}, "top must be"), ({"words": []}, "empty"), ({"words": {}}, "empty"),
    ({"words": "word1"}, "list of words"), ({"words": [["word1"]]}, "list of words"), ({"words": 3}, "list of words"),
    ({"words": {"a": "word1"}}, r"words\['a'\]"), ({"method": "tsne"}, "method must be"), ({"size": (1, 5)}, "size"),
    ({"path": "a.jpg"}, r"must end in .png, .svg or .pdf, got 'a.jpg'"), ({"path": "a"}, "must end in"),
    ({"path": "a.html"}, "cw2v.plot.html"),
])
def test_bad_arguments(kv: KeyedVectors, tmp_path: Path, options: dict[str, Any], expected: str) -> None:
    with pytest.raises(ParameterError, match=expected):
        plot.scatter(kv, **options)


def test_nothing_to_draw() -> None:
    with pytest.raises(ParameterError, match="nothing to draw"):
        plot.scatter(KeyedVectors(4))
    with pytest.raises(ParameterError, match="wv must be KeyedVectors or a model, got list"):
        plot.scatter([1, 2])


def test_degenerate_vectors_are_drawn() -> None:
    kv = keyed(list("abc"), 1)
    assert len(words_of(plot.scatter(kv))) == 3
    kv.vectors[:] = 0
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(words_of(plot.scatter(kv))) == 3
        plot.neighbors(kv, ["a"])
        plot.analogy(kv, [("a", "b")])


def test_keys_that_are_no_words() -> None:
    kv = keyed([1, ("a", 2), "$x^2$ & <b>", "a\nb\x01", "x" * 5000, "\ud800", "\u3000", "-->"])
    assert set(words_of(plot.scatter(kv))) == {
        "1", "('a', 2)", "$x^2$ & <b>", "a b\ufffd", "x" * 31 + "…", "?", "␣", "-->",
    }


def test_svg_of_strange_keys_is_sound_xml(tmp_path: Path) -> None:
    from xml.etree import ElementTree

    plot.scatter(keyed(["<b>&amp;", "--> x", "a\x01b", "\ud800", "ﷺ", "😀"]), path=tmp_path / "a.svg")
    ElementTree.parse(tmp_path / "a.svg")


# --- files


@pytest.mark.parametrize(("name", "start"), [("a.png", b"\x89PNG"), ("a.SVG", b"<?xml"), ("a.pdf", b"%PDF")])
def test_files_have_the_format_of_their_name_and_are_the_same_twice(
    kv: KeyedVectors, tmp_path: Path, name: str, start: bytes
) -> None:
    plot.scatter(kv, top=5, path=tmp_path / name)
    first = (tmp_path / name).read_bytes()
    assert first.startswith(start)
    plot.scatter(kv, top=5, path=str(tmp_path / name))
    assert (tmp_path / name).read_bytes() == first
    assert os.listdir(tmp_path) == [name]


def test_a_failure_leaves_the_old_file(kv: KeyedVectors, tmp_path: Path, monkeypatch: Patch) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(b"old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        plot.scatter(kv, top=3, path=path)
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a.png"]
    with pytest.raises(FileNotFoundError, match="directory does not exist"):
        plot.loss([1.0], tmp_path / "no" / "a.png")


def test_no_display_no_pyplot_and_the_users_settings_stay(tmp_path: Path) -> None:
    code = """
import os, sys
os.environ.pop("DISPLAY", None)
os.environ["MPLBACKEND"] = "TkAgg"
import numpy as np, cw2v, matplotlib
from cw2v import plot
matplotlib.rcParams["font.size"] = 31
matplotlib.rcParams["text.usetex"] = True
before = dict(matplotlib.rcParams)
kv = cw2v.KeyedVectors(4)
kv.add_vectors(["a", "b", "c"], np.eye(3, 4))
for draw in (plot.scatter, plot.neighbors):
    draw(kv, ["a", "b"], path="x.png") if draw is plot.scatter else draw(kv, ["a", "b"], 1, "y.svg")
plot.analogy(kv, [("a", "b")], "z.pdf")
plot.loss([1.0, 2.0], "w.png")
assert dict(matplotlib.rcParams) == before
assert "matplotlib.pyplot" not in sys.modules
"""
    run = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert run.stderr == ""
    assert sorted(os.listdir(tmp_path)) == ["w.png", "x.png", "y.svg", "z.pdf"]


def test_without_matplotlib(kv: KeyedVectors, tmp_path: Path, monkeypatch: Patch) -> None:
    for name in [name for name in sys.modules if name.split(".")[0] == "matplotlib"]:
        monkeypatch.delitem(sys.modules, name)
    real = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name.split(".")[0] == "matplotlib":
            raise ImportError(f"No module named {name!r}")
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    for draw in (lambda: plot.scatter(kv), lambda: plot.analogy(kv, [("word1", "word2")]),
                 lambda: plot.loss([1.0]), lambda: plot.neighbors(kv, ["word1"])):
        with pytest.raises(MissingExtraError, match=r"pip install cw2v\[plot\]"):
            draw()
    plot.html(kv, tmp_path / "a.html")
