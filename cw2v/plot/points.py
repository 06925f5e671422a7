"""The labelled scatter."""

from __future__ import annotations

from typing import Any

import numpy as np

from cw2v.errors import ParameterError
from cw2v.plot import canvas
from cw2v.plot.fonts import drawable
from cw2v.plot.words import FilePath, Words, choose, label, vectors_of
from cw2v.projection import explained, project

__all__ = ["Plane", "scatter"]

_INCH_LEFT, _INCH_BOTTOM, _INCH_TOP, _INCH_RIGHT = 0.8, 0.6, 0.55, 0.2
_INCH_LEGEND = 0.25  # a row of it


class Plane:
    """A figure with the plane of a projection: the same unit on both axes, labels that keep clear of each other.

    Parameters
    ----------
    vectors : ndarray of float (n, D)
    points : ndarray of float64 (n, 2)
        Their projection.
    method : "svd" or object
        What made it, for the names of the axes.
    title : str
    size : (float, float), optional
        Width and height in inches; by the number of words without it.
    groups : list of str
        Names for the legend, if there are any.
    """

    def __init__(
        self, vectors: Any, points: Any, method: Any, title: str, size: tuple[float, float] | None, groups: list[str]
    ) -> None:
        self.points = points
        width, height = _size_for(points) if size is None else _checked(size)
        self.groups = groups if any(groups) else []
        self.columns = max(1, int(width / (0.45 + 0.085 * max(map(len, groups), default=0))))
        legend_rows = -(-len(self.groups) // self.columns)
        self.figure = canvas.new_figure(width, height)
        left, bottom = _INCH_LEFT / width, _INCH_BOTTOM / height
        inner = width - _INCH_LEFT - _INCH_RIGHT, height - _INCH_BOTTOM - _INCH_TOP - _INCH_LEGEND * legend_rows
        self.axes = self.figure.add_axes((left, bottom, inner[0] / width, inner[1] / height))
        self._set_limits(inner)
        families, (text,) = drawable([title])
        self.figure.text(left, 1 - 0.3 / height, text, size=13, family=families, va="center", parse_math=False)
        names = [f"{type(method).__name__} {axis}" for axis in (1, 2)]
        if isinstance(method, str):
            shares = explained(vectors, points)
            names = [f"axis {axis} ({share:.0%} of the variance)" for axis, share in zip((1, 2), shares, strict=True)]
        self.axes.set(xlabel=names[0], ylabel=names[1])
        self.axes.grid(color="#ececec", linewidth=0.6)
        self.axes.set_axisbelow(True)
        self.axes.tick_params(labelsize=8, color=canvas.FAINT)

    def _set_limits(self, inner: tuple[float, float]) -> None:
        """The same unit on both axes: else distances, which is what one looks at, would not be distances."""
        low, high = self.points.min(axis=0), self.points.max(axis=0)
        unit = 1.14 * max((high - low) / inner) or 1.0
        for middle, length, set_limits in zip((low + high) / 2, inner, (self.axes.set_xlim, self.axes.set_ylim),
                                              strict=True):
            set_limits(middle - unit * length / 2, middle + unit * length / 2)

    def legend(self, kind: str = "o") -> None:
        """Name the groups above the picture, if there are any; `kind` "-" shows lines, not points."""
        if not self.groups:
            return
        from matplotlib.lines import Line2D

        families, names = drawable(label(name) for name in self.groups)
        handles = [
            Line2D([], [], color=colour_of(i), linestyle="-" if kind == "-" else "none",
                   marker=None if kind == "-" else marker_of(i), label=name)
            for i, name in enumerate(names)
        ]
        width, height = self.figure.get_size_inches()
        legend = self.figure.legend(
            handles=handles, loc="upper left", ncols=self.columns, frameon=False, borderaxespad=0, borderpad=0,
            prop={"family": families, "size": 9.5}, bbox_to_anchor=(_INCH_LEFT / width, 1 - 0.48 / height),
            handlelength=1.2, handletextpad=0.5, columnspacing=1.5,
        )
        for text in legend.get_texts():
            text.set_parse_math(False)

    def write(self, keys: list[Any], points: Any, size: float, lines: Any = None) -> None:
        """Label `points`; the picture says how many labels had no room."""
        left_out = canvas.draw_labels(self.axes, keys, points, [canvas.INK] * len(keys), size, lines)
        if left_out:
            note = f"no room for {left_out:,} of {len(keys):,} labels"
            self.figure.text(1 - _INCH_RIGHT / self.figure.get_figwidth(), 0.02, note, size=8, ha="right",
                             color=canvas.FAINT)


def colour_of(group: int) -> str:
    return canvas.COLOURS[group % len(canvas.COLOURS)]


def marker_of(group: int) -> str:
    """A group is told by its shape too: for print in grey, and where colours begin again."""
    return canvas.MARKERS[(group + group // len(canvas.COLOURS)) % len(canvas.MARKERS)]


def _size_for(points: Any) -> tuple[float, float]:
    """More words need more room; a flat cloud a flat picture."""
    width = float(np.clip(4.5 + 0.5 * np.sqrt(len(points)), 6.5, 16.0))
    wide, tall = np.ptp(points, axis=0)
    return width, width * float(np.clip(tall / wide if wide > 0 else 1.0, 0.6, 1.0))


def _checked(size: Any) -> tuple[float, float]:
    width, height = (float(side) for side in size)
    if not (2 <= width <= 100 and 2 <= height <= 100):
        raise ParameterError(f"size must be a width and a height from 2 to 100 inches, got {size!r}")
    return width, height


def scatter(
    wv: Any, words: Words = None, top: int = 100, path: FilePath | None = None, *, method: Any = "svd",
    title: str | None = None, size: tuple[float, float] | None = None,
) -> Any:
    """Draw words as labelled points in the plane of their vectors' rank-2 SVD.

    Labels do not overlap: one that has no room beside its point stands farther off with a thin line to it, and
    one that has none at all is left out; the picture says how many were.

    Parameters
    ----------
    wv : KeyedVectors or Word2Vec
    words : iterable of keys, or mapping of group names to iterables of keys, optional
        What to draw; groups differ in colour and shape. Unknown words are named in one warning.
    top : int, default 100
        Without `words`, this many of the most frequent words.
    path : str or path, optional
        A file to write: .png, .svg or .pdf, whole or not at all.
    method : "svd" or object with fit_transform
        See :func:`cw2v.projection.project`. The projection is that of the words drawn, not of all.
    title : str, optional
    size : (float, float), optional
        Width and height in inches, 2 to 100.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    MissingExtraError
        matplotlib is not installed.
    ParameterError
        No words, `path` of another format, or an argument out of its range.
    UnknownKeyError
        None of the words is in the vocabulary.
    OSError
        The file cannot be written.
    """
    canvas.check_path(path)
    with canvas.drawing():
        kv = vectors_of(wv)
        chosen = choose(kv, words, top)
        vectors = kv.vectors[chosen.rows]
        points = project(vectors, method, chosen.keys)
        plane = Plane(vectors, points, method, title or f"{len(points):,} words", size, chosen.groups)
        group = np.array(chosen.group)
        for i in range(len(chosen.groups)):
            mine = points[group == i]
            plane.axes.plot(mine[:, 0], mine[:, 1], linestyle="none", marker=marker_of(i), color=colour_of(i),
                            markersize=4.5 if len(points) <= 150 else 3.0, markeredgewidth=0, zorder=2)
        plane.legend()
        plane.write(chosen.keys, points, 9.5 if len(points) <= 60 else 8.0 if len(points) <= 200 else 7.0)
        return canvas.finish(plane.figure, path)
