"""The page for the browser, as a file; test_browser.py opens it."""

from __future__ import annotations

import json
import os
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cw2v import KeyedVectors, plot
from cw2v.errors import ParameterError, UnknownKeyError

STRANGE = ["</script><script>alert(1)</script>", "<!--", "]]>", "\"'`", "a&b", "&lt;", "{{DATA}}", "\\u003c", "שלום",
           "مرحبا", "😀👩‍👩‍👧", "漢字", "a\u2028b", "line\nbreak", "\x00\x01", "\u202eover"]


def keyed(words: list[Any], size: int = 8) -> KeyedVectors:
    kv = KeyedVectors(size)
    kv.add_vectors(words, np.random.default_rng(1).normal(size=(len(words), size)))
    return kv


class Page(HTMLParser):
    """What a parser of HTML sees: the elements, and the text of each script."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "script":
            self.scripts.append("")

    def handle_data(self, data: str) -> None:
        if self.scripts and self.lasttag == "script":
            self.scripts[-1] += data

    @property
    def data(self) -> dict[str, Any]:
        result: dict[str, Any] = json.loads(self.scripts[0])
        return result


def page_of(kv: KeyedVectors, path: Path, *args: Any, **options: Any) -> Page:
    assert plot.html(kv, path, *args, **options) is None
    return Page(path.read_bytes().decode("utf-8"))


def test_words_places_counts_and_neighbours(tmp_path: Path) -> None:
    kv = keyed([f"w{i}" for i in range(30)])
    kv.expandos["count"] = np.arange(100, 130)
    data = page_of(kv, tmp_path / "a.html", ["w3", "w20", "w7"], neighbors=5).data
    assert data["words"] == ["w3", "w20", "w7"]
    assert data["counts"] == [103, 120, 107]
    plane = kv.project(["w3", "w20", "w7"])
    np.testing.assert_allclose(np.stack([data["x"], data["y"]], axis=1), plane, atol=1e-4)
    names = data["words"] + data["others"]
    for word, near in zip(data["words"], data["near"], strict=True):
        expected = kv.most_similar(word, topn=5)
        assert [names[i] for i, _ in near] == [key for key, _ in expected]
        np.testing.assert_allclose([cosine for _, cosine in near], [cosine for _, cosine in expected], atol=1e-4)


def test_the_most_frequent_words_without_a_list(tmp_path: Path) -> None:
    kv = keyed([f"w{i}" for i in range(30)])
    kv.expandos["count"] = np.arange(30) * 2
    data = page_of(kv, tmp_path / "a.html", top=4).data
    assert data["words"] == ["w29", "w28", "w27", "w26"]
    assert len(page_of(kv, tmp_path / "a.html").data["words"]) == 30


def test_groups(tmp_path: Path) -> None:
    data = page_of(keyed(list("abcd")), tmp_path / "a.html", {"one": ["a"], "two & <b>": ["c", "a", "b"]}).data
    assert (data["words"], data["groups"], data["group"]) == (["a", "c", "b"], ["one", "two & <b>"], [0, 1, 1])


def test_no_word_gets_out_of_the_data(tmp_path: Path) -> None:
    """Whatever a word is made of, the page has the elements of any other page, and the word comes back whole."""
    page = page_of(keyed(STRANGE), tmp_path / "a.html", title="<img src=x onerror=alert(1)> & \"'")
    plain = page_of(keyed([f"w{i}" for i in range(len(STRANGE))]), tmp_path / "b.html", title="plain")
    assert page.tags == plain.tags
    assert page.data["words"] == STRANGE
    assert page.scripts[1] == plain.scripts[1]
    assert not set("<>&\u2028\u2029") & set(page.scripts[0])


def test_half_a_surrogate_pair_is_no_utf8(tmp_path: Path) -> None:
    assert page_of(keyed(["a\ud800", 7, ("x", 1)]), tmp_path / "a.html").data["words"] == ["a?", "7", "('x', 1)"]


def test_the_page_is_one_file_that_asks_for_no_other(tmp_path: Path) -> None:
    text = (page_of(keyed(list("abc")), tmp_path / "a.html"), (tmp_path / "a.html").read_text("utf-8"))[1]
    assert not re.search(r"https?:|//[a-z]|\bsrc=|\bhref=|@import|url\(|fetch\(|XMLHttp|import\(", text)
    assert "default-src 'none'" in text
    assert '<meta charset="utf-8">' in text[:200]
    assert "innerHTML" not in text
    assert os.listdir(tmp_path) == ["a.html"]


def test_words_that_are_not_there(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    kv = keyed(list("abc"))
    assert page_of(kv, tmp_path / "a.html", ["a", "no", "c"]).data["words"] == ["a", "c"]
    (record,) = caplog.records
    assert record.getMessage().endswith("'no'")
    with pytest.raises(UnknownKeyError, match="'no', 'such'"):
        plot.html(kv, tmp_path / "b.html", ["no", "such"])
    assert not (tmp_path / "b.html").exists()


@pytest.mark.parametrize(("options", "expected"), [
    ({"top": 0}, "top must be"), ({"neighbors": -1}, "neighbors must be"), ({"neighbors": 101}, "neighbors must"),
    ({"words": []}, "empty"), ({"method": "tsne"}, "method must be"),
])
def test_bad_arguments(tmp_path: Path, options: dict[str, Any], expected: str) -> None:
    with pytest.raises(ParameterError, match=expected):
        plot.html(keyed(list("abc")), tmp_path / "a.html", **options)
    with pytest.raises(ParameterError, match=r"must end in .html or .htm"):
        plot.html(keyed(list("abc")), tmp_path / "a.svg")
    assert os.listdir(tmp_path) == []


def test_vectors_without_a_direction(tmp_path: Path) -> None:
    kv = keyed(list("abc"))
    kv.vectors[:] = 0
    data = page_of(kv, tmp_path / "a.html").data
    assert data["x"] == data["y"] == [0, 0, 0]
    assert [cosine for near in data["near"] for _, cosine in near] == [0] * 6
    assert page_of(keyed(["a"]), tmp_path / "a.html").data["near"] == [[]]


def test_places_are_kept_to_five_digits_whatever_their_size(tmp_path: Path) -> None:
    for scale in (1e-12, 1.0, 1e9):
        kv = keyed([f"w{i}" for i in range(9)])
        kv.vectors *= np.float32(scale)
        data = page_of(kv, tmp_path / "a.html").data
        plane = kv.project()
        np.testing.assert_allclose(np.stack([data["x"], data["y"]], axis=1), plane, atol=2e-5 * np.abs(plane).max())


def test_a_failure_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.html").write_text("old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        plot.html(keyed(list("abc")), tmp_path / "a.html")
    assert (tmp_path / "a.html").read_text() == "old"
    assert os.listdir(tmp_path) == ["a.html"]
