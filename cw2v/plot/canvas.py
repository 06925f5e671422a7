"""matplotlib, without a display and without pyplot's figures that all share: figures, text, files."""

from __future__ import annotations

import contextlib
import io
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from cw2v.errors import MissingExtraError, ParameterError
from cw2v.io.atomic import atomic_write
from cw2v.plot import labels
from cw2v.plot.fonts import FIRST, drawable
from cw2v.plot.words import FilePath, label

__all__ = ["COLOURS", "INK", "MARKERS", "PAPER", "check_path", "draw_labels", "drawing", "finish", "new_figure"]

# After Okabe and Ito 2008: colours that are told apart with any kind of colour vision, those good on white first.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#555555", "#E69F00", "#56B4E9", "#8A7F00")
MARKERS = "os^Dv<>P"
INK, PAPER, FAINT = "#222222", "#ffffff", "#8a8a8a"
_STYLE: dict[str, Any] = {
    "font.family": [FIRST], "font.size": 10.0, "text.usetex": False, "axes.unicode_minus": True,
    "text.color": INK, "axes.labelcolor": INK, "xtick.color": INK, "ytick.color": INK, "axes.edgecolor": FAINT,
    "axes.spines.top": False, "axes.spines.right": False, "axes.titlesize": 13.0, "axes.titlelocation": "left",
    "svg.fonttype": "path", "svg.hashsalt": "cw2v", "pdf.fonttype": 42,
}
_DPI = 150
_FORMATS = {".png": {"Software": None}, ".svg": {"Date": None, "Creator": None},
            ".pdf": {"CreationDate": None, "Creator": None, "Producer": None}}


@contextlib.contextmanager
def drawing() -> Iterator[None]:
    """Draw with the same style whatever the user's settings are, and leave those as they were."""
    try:
        import matplotlib.style
    except ImportError as error:
        raise MissingExtraError("pictures are drawn with matplotlib: pip install cw2v[plot]") from error
    with matplotlib.style.context(["default", _STYLE]):
        yield


def check_path(path: FilePath | None) -> None:
    """Refuse a name of another format before anything is drawn."""
    suffix = "" if path is None else Path(path).suffix.lower()
    if path is None or suffix in _FORMATS:
        return
    more = "; cw2v.plot.html writes pages" if suffix in (".html", ".htm") else ""
    raise ParameterError(f"path must end in .png, .svg or .pdf, got {os.fspath(path)!r}{more}")


def new_figure(width: float, height: float, is_arranged: bool = False) -> Any:
    """An empty Figure, in inches, that belongs to no window; arranged, matplotlib finds room for what is around it."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), dpi=_DPI, facecolor=PAPER)
    FigureCanvasAgg(figure)
    if is_arranged:
        figure.set_layout_engine("constrained", w_pad=0.15, h_pad=0.15)
    return figure


def finish(figure: Any, path: FilePath | None) -> Any:
    """Write the figure, whole or not at all, if there is a `path`; return it."""
    if path is not None:
        suffix = Path(path).suffix.lower()
        data = io.BytesIO()
        figure.savefig(data, format=suffix[1:], dpi=_DPI, metadata=_FORMATS[suffix])
        with atomic_write(path) as file:
            file.write(data.getvalue())
    return figure


def draw_labels(
    axes: Any, keys: Sequence[Any], points: Any, colours: Sequence[str], size: float, lines: Any = None
) -> int:
    """Write each key beside its point (n, 2; in data coordinates) without overlaps; return how many found no room.

    The limits of `axes` and its place in the figure must be final. `keys` come in the order of importance; `lines`
    (m, 4), also in data coordinates, are what labels should keep clear of.
    """
    families, texts = drawable(label(key) for key in keys)
    renderer = axes.figure.canvas.get_renderer()
    pixels = axes.transData.transform(np.asarray(points, np.float64))
    segments = None if lines is None else axes.transData.transform(lines.reshape(-1, 2)).reshape(-1, 4)
    # Distances are chosen for 100 dots an inch; all else follows.
    scale = axes.figure.dpi / 100
    drawn = [
        axes.annotate(text, point, (0, 0), xycoords="data", textcoords="offset points", family=families,
                      fontsize=size, color=colour, va="bottom", ha="left", parse_math=False, annotation_clip=False)
        for text, point, colour in zip(texts, points, colours, strict=True)
    ]
    boxes = [artist.get_window_extent(renderer) for artist in drawn]
    sizes = np.array([(box.width, box.height) for box in boxes]).reshape(-1, 2)
    area = axes.get_window_extent(renderer).extents / scale
    places = labels.place(pixels / scale, sizes / scale, tuple(area), None if segments is None else segments / scale)
    for artist, pixel, place in zip(drawn, pixels, places, strict=True):
        if place is None:
            artist.remove()
            continue
        offset = np.array([place.x, place.y]) * scale - pixel
        artist.set_position(tuple(offset * 72 / axes.figure.dpi))
        if place.leader is not None:
            ends = axes.transData.inverted().transform(np.reshape(place.leader, (2, 2)) * scale)
            axes.plot(ends[:, 0], ends[:, 1], color=FAINT, linewidth=0.5, zorder=1.5, scalex=False, scaley=False)
    return sum(place is None for place in places)
