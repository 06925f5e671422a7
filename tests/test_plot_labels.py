"""Labels: where they stand, and with which letters."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pytest

from cw2v import KeyedVectors, plot
from cw2v.plot import fonts, labels


def test_boxes_overlap_or_not() -> None:
    one = np.array([[0, 0, 2, 2]])
    others = np.array([[1, 1, 3, 3], [2, 0, 4, 2], [0.5, 0.5, 1, 1], [-5, 1, 5, 1.1], [3, 3, 4, 4], [0, 2, 2, 3]])
    assert labels.overlaps(one, others).tolist() == [[True, False, True, True, False, False]]


def test_segments_cross_boxes_or_not() -> None:
    """Against points along the segment: brute force."""
    rng = np.random.default_rng(1)
    segments, corners = rng.uniform(0, 10, (60, 4)), rng.uniform(0, 10, (60, 2, 2))
    segments[0, 2] = segments[0, 0]  # upright
    segments[1, 3] = segments[1, 1]  # level
    boxes = np.concatenate([corners.min(axis=1), corners.max(axis=1)], axis=1)
    t = np.linspace(0, 1, 4001)[:, None, None]
    x = segments[None, :, 0, None] * (1 - t) + segments[None, :, 2, None] * t
    y = segments[None, :, 1, None] * (1 - t) + segments[None, :, 3, None] * t
    inside = ((x > boxes[:, 0]) & (x < boxes[:, 2]) & (y > boxes[:, 1]) & (y < boxes[:, 3])).sum(axis=0)
    crosses = labels.crosses(segments, boxes)
    assert crosses[inside > 0].all()
    assert 0.1 < crosses.mean() < 0.6
    assert (crosses & (inside == 0)).sum() <= 3  # corners cut between two of the points


def test_a_label_stands_right_of_its_point_where_there_is_room() -> None:
    (placed,) = labels.place(np.array([[50.0, 50.0]]), np.array([[30.0, 10.0]]), (0, 0, 200, 100))
    assert placed is not None
    assert placed.leader is None
    assert 50 < placed.x < 60
    assert placed.y == pytest.approx(45)
    (placed,) = labels.place(np.array([[190.0, 50.0]]), np.array([[30.0, 10.0]]), (0, 0, 200, 100))
    assert placed is not None
    assert placed.x + 30 < 190


@pytest.mark.parametrize("spread", [300.0, 40.0, 0.0])
def test_placed_labels_keep_clear_of_each_other_and_of_leaders(spread: float) -> None:
    rng = np.random.default_rng(2)
    points = 300 + spread * rng.normal(size=(80, 2))
    sizes = np.stack([rng.uniform(10, 60, 80), np.full(80, 12.0)], axis=1)
    places = labels.place(points, sizes, (0, 0, 600, 600))
    shown = [(place, size) for place, size in zip(places, sizes, strict=True) if place is not None]
    assert len(shown) >= {300.0: 50, 40.0: 40, 0.0: 3}[spread]
    boxes = np.array([(p.x, p.y, p.x + w, p.y + h) for p, (w, h) in shown])
    assert labels.overlaps(boxes, boxes).sum() == len(shown)  # each with itself
    assert boxes.min() >= 0
    assert boxes.max() <= 600
    leaders = np.array([p.leader for p, _ in shown if p.leader is not None]).reshape(-1, 4)
    assert len(leaders) > 5 or spread == 0
    for number, leader in enumerate(leaders):
        met = np.flatnonzero(labels.crosses(leader[None], boxes)[0])
        assert len(met) == 0, f"leader {number} runs through labels {met}"


def test_the_first_labels_are_the_last_to_be_left_out() -> None:
    points, sizes = np.full((60, 2), 50.0), np.tile([30.0, 12.0], (60, 1))
    places = labels.place(points, sizes, (0, 0, 100, 100))
    shown = [place is not None for place in places]
    assert 2 < sum(shown) < 60
    assert shown == sorted(shown, reverse=True)


# --- fonts


def test_letters_that_no_font_has_are_told_once_and_drawn_as_boxes(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(fonts, "_installed", lambda: [])
    pytest.importorskip("matplotlib")
    words = ["漢字", "かな", "ไทย", "café", "漢x", "😀"]
    kv = KeyedVectors(8)
    kv.add_vectors(words, np.random.default_rng(1).normal(size=(6, 8)))
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # matplotlib's warnings, one a letter
        figure = plot.scatter(kv, path=tmp_path / "a.png")
        plot.scatter(kv, path=tmp_path / "a.svg")
    first, second = (record.getMessage() for record in caplog.records)
    assert first == second
    assert all(part in first for part in ("CJK", "HIRAGANA", "THAI", "漢", "か"))
    assert "é" not in first
    emoji = "😀" if "😀" not in first else "□"  # matplotlib's own font has some of these
    assert sorted(t.get_text() for t in figure.axes[0].texts) == sorted(["□□", "□□", "□□□", "café", "□x", emoji])


def test_a_font_that_has_the_letters_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """An installed font stands in for the missing letters: here one of matplotlib's own, with letters of its own."""
    findfont = pytest.importorskip("matplotlib.font_manager").findfont
    first, other = str(findfont("DejaVu Sans")), str(findfont("DejaVu Sans Mono"))
    only = {first: frozenset(map(ord, "abc")), other: frozenset(map(ord, "xyzd"))}
    monkeypatch.setattr(fonts, "_letters", lambda path: only.get(path, frozenset()))
    monkeypatch.setattr(fonts, "_installed", lambda: [("Empty", "empty"), ("DejaVu Sans Mono", other)])
    assert fonts.drawable(["abc"]) == (["DejaVu Sans"], ["abc"])
    assert fonts.drawable(["ax", "q"]) == (["DejaVu Sans", "DejaVu Sans Mono"], ["ax", "□"])


def test_installed_fonts_have_no_boxes_in_place_of_letters() -> None:
    pytest.importorskip("matplotlib")
    names = [name for name, _ in fonts._installed()]
    assert "DejaVu Sans" in names
    assert not any(name.startswith(("Last Resort", "cm")) for name in names)
    assert fonts._letters(__file__) == frozenset()  # no font: not an error
