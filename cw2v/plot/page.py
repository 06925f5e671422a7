"""A page for the browser: one file, no library, no network."""

from __future__ import annotations

import html as markup
import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from cw2v.errors import ParameterError
from cw2v.io.atomic import atomic_write
from cw2v.plot.words import FilePath, Words, choose, counts_of, vectors_of, written
from cw2v.projection import project
from cw2v.query import normalized, top_rows

__all__ = ["html"]

_ASSETS = Path(__file__).parent / "assets"
_FILES = ("page.html", "page.css", "map.js", "hands.js")
_WORDS_AT_ONCE = 256
# "</script>" must not end the data, "<!--" not hide what follows, and two line ends of Unicode not break old readers.
_ESCAPES = {ord(c): f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"}


def html(
    wv: Any, path: FilePath, words: Words = None, top: int = 1000, *, method: Any = "svd", title: str | None = None,
    neighbors: int = 10,
) -> None:
    """Write a page with a map of words: move, zoom, search, and see each word's count and nearest neighbours.

    The page is one file that needs no network and runs in any browser since 2021. ``#q=word`` after its address
    searches for a word.

    Parameters
    ----------
    wv : KeyedVectors or Word2Vec
    path : str or path
        The file to write: .html or .htm, whole or not at all.
    words : iterable of keys, or mapping of group names to iterables of keys, optional
        What to show; groups differ in colour. Unknown words are named in one warning.
    top : int, default 1000
        Without `words`, this many of the most frequent words. Some ten thousand are a slow page.
    method : "svd" or object with fit_transform
        See :func:`cw2v.projection.project`.
    title : str, optional
    neighbors : int, default 10
        Nearest words of each, by cosine, among all words and not only those shown; from 0 to 100.

    Raises
    ------
    ParameterError
        No words, `path` of another format, or an argument out of its range.
    UnknownKeyError
        None of the words is in the vocabulary.
    OSError
        The file cannot be written.
    """
    if Path(path).suffix.lower() not in (".html", ".htm"):
        raise ParameterError(f"path must end in .html or .htm, got {str(path)!r}")
    if isinstance(neighbors, bool) or not isinstance(neighbors, int) or not 0 <= neighbors <= 100:
        raise ParameterError(f"neighbors must be an integer from 0 to 100, got {neighbors!r}")
    kv = vectors_of(wv)
    chosen = choose(kv, words, top)
    points = project(kv.vectors[chosen.rows], method, chosen.keys)
    near, others = _neighbours(kv, chosen.rows, neighbors)
    counts = counts_of(kv)
    data = {
        "words": [written(key) for key in chosen.keys],
        "others": [written(kv.index_to_key[row]) for row in others],
        "groups": [written(name) for name in chosen.groups],
        "group": chosen.group,
        "x": _short(points[:, 0]),
        "y": _short(points[:, 1]),
        "counts": None if counts is None else counts[chosen.rows].tolist(),
        "near": near,
    }
    page = _fill(written(title or f"{len(points):,} words"), data)
    with atomic_write(path) as file:
        file.write(page.encode())


def _fill(title: str, data: dict[str, Any]) -> str:
    """The page with its title and data."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False).translate(_ESCAPES)
    page, style, *script = ((_ASSETS / name).read_text("utf-8") for name in _FILES)
    parts = {"STYLE": style, "SCRIPT": "".join(script), "TITLE": markup.escape(title), "DATA": text}
    pieces = page.split("{{")
    # Piece by piece: a word "{{DATA}}" must stay a word.
    rest = [part.split("}}", 1) for part in pieces[1:]]
    return pieces[0] + "".join(parts[name] + following for name, following in rest)


def _short(values: npt.NDArray[Any]) -> list[float]:
    """Numbers to five digits of the greatest: more cannot be seen, and would double the page."""
    greatest = float(np.abs(values).max()) or 1.0
    digits = 5 - int(np.floor(np.log10(greatest)))
    return [round(float(value), digits) for value in values]


def _neighbours(kv: Any, rows: npt.NDArray[Any], count: int) -> tuple[list[list[tuple[int, float]]], list[int]]:
    """The nearest words of each row as (number, cosine), and the rows of those that are not among `rows`.

    A number below len(rows) is a place in `rows`, a greater one a place in the others.
    """
    unit = normalized(kv.vectors[: len(kv.key_to_index)])
    number = {int(row): i for i, row in enumerate(rows)}
    near: list[list[tuple[int, float]]] = []
    for start in range(0, len(rows), _WORDS_AT_ONCE):
        some = rows[start : start + _WORDS_AT_ONCE]
        for row, cosines in zip(some.tolist(), unit[some] @ unit.T, strict=True):
            best = top_rows(cosines, count, [row]).tolist()
            near.append([(number.setdefault(other, len(number)), round(float(cosines[other]), 4)) for other in best])
    return near, list(number)[len(rows) :]
