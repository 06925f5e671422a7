"""``cw2v plot``, and the pictures at the end of ``cw2v demo``."""

from __future__ import annotations

import io
import json
import os
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cw2v import KeyedVectors, cli, demo

Capture, Patch = pytest.CaptureFixture[str], pytest.MonkeyPatch
needs_matplotlib = pytest.mark.skipif(find_spec("matplotlib") is None, reason="matplotlib is not installed")


@pytest.fixture
def vectors(tmp_path: Path) -> str:
    kv = KeyedVectors(5)
    kv.add_vectors([f"w{i}" for i in range(2000)], np.random.default_rng(1).normal(size=(2000, 5)))
    kv.save_word2vec_format(tmp_path / "v.bin", binary=True)
    return str(tmp_path / "v.bin")


def words_of(path: Path) -> list[str]:
    text = path.read_text("utf-8")
    start = text.index('id="data">') + len('id="data">')
    words: list[str] = json.loads(text[start : text.index("</script>", start)])["words"]
    return words


def error_of(capsys: Capture, *argv: str) -> str:
    assert cli.main(argv) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("cw2v: error: ")
    assert captured.err.find("\n") == len(captured.err) - 1
    return captured.err


def test_a_page(capsys: Capture, vectors: str, tmp_path: Path) -> None:
    output = tmp_path / "map.html"
    assert cli.main(["plot", vectors, "-o", str(output)]) == 0
    assert capsys.readouterr().out == f"wrote {output}\n"
    assert words_of(output) == [f"w{i}" for i in range(1000)]
    assert cli.main(["plot", vectors, "-o", str(output), "--top", "7", "--title", "a <title>"]) == 0
    assert len(words_of(output)) == 7
    assert "<title>a &lt;title&gt;</title>" in output.read_text()
    assert cli.main(["plot", vectors, "-o", str(output), "--words", "w5", "w1999", "--words", "w3"]) == 0
    assert words_of(output) == ["w5", "w1999", "w3"]


@needs_matplotlib
@pytest.mark.parametrize(("name", "start"), [("a.png", b"\x89PNG"), ("a.svg", b"<?xml"), ("a.pdf", b"%PDF")])
def test_pictures(vectors: str, tmp_path: Path, name: str, start: bytes) -> None:
    assert cli.main(["plot", vectors, "-o", str(tmp_path / name), "--top", "3"]) == 0
    assert (tmp_path / name).read_bytes().startswith(start)


def test_integer_keys(tmp_path: Path) -> None:
    kv = KeyedVectors(2)
    kv.add_vectors([1, 22, 3], [[1, 0], [1, 0.1], [0, 1]])
    kv.save(tmp_path / "graph.cw2v")
    output = tmp_path / "a.html"
    assert cli.main(["plot", str(tmp_path / "graph.cw2v"), "-o", str(output), "--words", "22", "3"]) == 0
    assert words_of(output) == ["22", "3"]


def test_unknown_words(capsys: Capture, caplog: pytest.LogCaptureFixture, vectors: str, tmp_path: Path) -> None:
    output = tmp_path / "a.html"
    assert cli.main(["plot", vectors, "-o", str(output), "--words", "w5", "nosuch"]) == 0
    assert [record.getMessage().split(": ")[1] for record in caplog.records] == ["'nosuch'"]
    capsys.readouterr()
    output.unlink()
    assert "'nosuch', 'never'" in error_of(capsys, "plot", vectors, "-o", str(output), "--words", "nosuch", "never")
    assert not output.exists()


def test_bad_arguments(capsys: Capture, vectors: str, tmp_path: Path) -> None:
    page = str(tmp_path / "a.html")
    for argv, expected in (
        (["-o", str(tmp_path / "a.jpg")], ".png, .svg or .pdf"),
        (["-o", str(tmp_path / "no" / "a.html")], "no directory"),
        (["-o", page, "--top", "0"], "top must be"), (["-o", page, "--top", "3", "--words", "w1"], "not allowed with"),
        ([], "required"), (["-o", page, "--words"], "expected at least one"),
    ):
        assert expected in error_of(capsys, "plot", vectors, *argv)
    os.link(vectors, page)
    assert "other than the vectors" in error_of(capsys, "plot", vectors, "-o", page)


def test_without_matplotlib_it_is_one_line(capsys: Capture, monkeypatch: Patch, vectors: str, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setitem(sys.modules, "matplotlib.style", None)
    message = error_of(capsys, "plot", vectors, "-o", str(tmp_path / "a.png"))
    assert message == "cw2v: error: pictures are drawn with matplotlib: pip install cw2v[plot]\n"
    assert cli.main(["plot", vectors, "-o", str(tmp_path / "a.html")]) == 0


# --- the demonstration


@pytest.fixture
def asked(monkeypatch: Patch, tmp_path: Path) -> list[list[Path]]:
    """The pictures that ``cw2v demo`` asks for, in place of the demonstration."""
    seen: list[list[Path]] = []
    monkeypatch.setattr(demo, "run", lambda *_, pictures: seen.append(list(pictures)))
    monkeypatch.chdir(tmp_path)
    return seen


def test_the_demonstration_draws_what_it_can(asked: list[list[Path]]) -> None:
    assert cli.main(["demo"]) == 0
    assert cli.main(["demo", "--no-picture"]) == 0
    assert cli.main(["demo", "--picture", "here.html"]) == 0
    usual = [Path("cw2v-demo.html")] + [Path("cw2v-demo.png")] * (find_spec("matplotlib") is not None)
    assert asked == [usual, [], [Path("here.html")]]


def test_a_picture_that_cannot_be_is_refused_before_training(capsys: Capture, asked: list[list[Path]]) -> None:
    assert ".png" in error_of(capsys, "demo", "--picture", "a.jpg")
    assert "no directory" in error_of(capsys, "demo", "--picture", "no/a.html")
    assert asked == []


def test_its_pictures(tmp_path: Path) -> None:
    out = io.StringIO()
    files = [tmp_path / "a.html", tmp_path / "no" / "b.html"]
    if find_spec("matplotlib"):
        files.append(tmp_path / "c.svg")
    demo.run(1, 1, out, sentences=1500, pictures=files)
    lines = out.getvalue().split("Pictures\n")[1].splitlines()
    assert lines[0] == f"  wrote {files[0]}"
    assert lines[1].startswith(f"  no {files[1]}: ")
    assert "directory does not exist" in lines[1]
    assert lines[2:] == [f"  wrote {path}" for path in files[2:]]
    assert {"king", "queen", "paris", "walked", "throne"} <= set(words_of(files[0]))
    for path in files[2:]:
        assert "<!-- queen -->" in path.read_text()


def test_a_place_that_cannot_be_written_does_not_end_it(tmp_path: Path, monkeypatch: Patch) -> None:
    from cw2v import plot

    def refused(*_: Any, **__: Any) -> None:
        raise PermissionError(13, "cannot save: the directory is not writable", str(tmp_path))

    monkeypatch.setattr(plot, "html", refused)
    out = io.StringIO()
    share = demo.run(1, 1, out, sentences=1500, pictures=[Path("a.html")])
    assert 0 <= share <= 1
    assert out.getvalue().endswith("  no a.html: cannot save: the directory is not writable\n")
