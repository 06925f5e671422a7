"""Words, their neighbours, and how near all of them are to each other."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from cw2v.errors import ParameterError
from cw2v.plot import canvas
from cw2v.plot.fonts import drawable
from cw2v.plot.words import FilePath, choose, label, rows_of, vectors_of
from cw2v.query import normalized

__all__ = ["neighbors"]

_MOST = 150  # rows; more cannot be read
_WITH_NUMBERS = 16  # rows up to which the numbers fit into the cells


def neighbors(
    wv: Any, words: Iterable[Any], topn: int = 5, path: FilePath | None = None, *, title: str | None = None
) -> Any:
    """Draw the cosines between words and their nearest neighbours as a heat map.

    Each word of `words` (in bold) is followed by its `topn` nearest neighbours, on both axes; a word that comes twice
    keeps its first place. Words that belong together are bright blocks on the diagonal, and a bright field off it
    says that two of the blocks are near each other.

    Parameters
    ----------
    wv : KeyedVectors or Word2Vec
    words : iterable of keys
        Unknown ones are named in one warning.
    topn : int, default 5
        Neighbours of each word, at least 0; at most 150 words and neighbours in all.
    path : str or path, optional
        A file to write: .png, .svg or .pdf, whole or not at all.
    title : str, optional

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    MissingExtraError
        matplotlib is not installed.
    ParameterError
        No words, too many of them, or an argument out of its range.
    UnknownKeyError
        None of the words is in the vocabulary.
    OSError
        The file cannot be written.
    """
    canvas.check_path(path)
    if isinstance(topn, bool) or not isinstance(topn, int | np.integer) or topn < 0:
        raise ParameterError(f"topn must be an integer of at least 0, got {topn!r}")
    with canvas.drawing():
        kv = vectors_of(wv)
        asked = choose(kv, [] if words is None else words, 1).keys
        if len(asked) * (1 + topn) > _MOST:
            raise ParameterError(f"words and neighbours must be at most {_MOST}, got {len(asked)} x {1 + topn}")
        near = [[word, *(other for other, _ in kv.most_similar(word, topn=topn))] for word in asked]
        keys = list(dict.fromkeys(key for block in near for key in block))
        unit = normalized(kv.vectors[rows_of(kv, keys)].astype(np.float64))
        figure = _draw(keys, asked, unit @ unit.T, title or f"Cosines of {len(asked)} words and their neighbours")
        return canvas.finish(figure, path)


def _draw(keys: list[Any], asked: list[Any], cosines: Any, title: str) -> Any:
    side = max(4.0, 0.24 * len(keys) + 2.4)
    figure = canvas.new_figure(side + 0.8, side, is_arranged=True)
    axes = figure.add_subplot()
    # viridis is even in lightness: it reads the same with any kind of colour vision, and in grey.
    image = axes.imshow(cosines, cmap="viridis", vmin=min(0.0, float(cosines.min())), vmax=1.0)
    families, names = drawable(label(key) for key in keys)
    for axis, angle in ((axes.xaxis, 90), (axes.yaxis, 0)):
        axis.set_ticks(range(len(keys)), names, rotation=angle, family=families, size=9, parse_math=False)
        for key, text in zip(keys, axis.get_ticklabels(), strict=True):
            text.set_fontweight("bold" if key in asked else "normal")
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    for row in [keys.index(key) for key in asked][1:]:
        axes.axhline(row - 0.5, color="white", linewidth=1.2)
        axes.axvline(row - 0.5, color="white", linewidth=1.2)
    if len(keys) <= _WITH_NUMBERS:
        _write_numbers(axes, cosines)
    title_families, (text,) = drawable([title])
    figure.suptitle(text, family=title_families, size=13, parse_math=False)
    figure.colorbar(image, ax=axes, label="cosine", shrink=0.7).outline.set_visible(False)
    return figure


def _write_numbers(axes: Any, cosines: Any) -> None:
    for (row, column), cosine in np.ndenumerate(cosines):
        axes.text(column, row, f"{cosine:.2f}".replace("0.", "."), ha="center", va="center", size=7,
                  color="black" if cosine > 0.6 else "white")
