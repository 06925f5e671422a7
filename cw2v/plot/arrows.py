"""Arrows between the words of pairs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from cw2v.errors import ParameterError, UnknownKeyError
from cw2v.plot import canvas
from cw2v.plot.points import Plane, colour_of
from cw2v.plot.words import FilePath, listed, logger, rows_of, vectors_of
from cw2v.projection import project

__all__ = ["analogy"]

Pairs = Iterable[tuple[Any, Any]] | Mapping[str, Iterable[tuple[Any, Any]]]


def analogy(
    wv: Any, pairs: Pairs, path: FilePath | None = None, *, method: Any = "svd", title: str | None = None,
    size: tuple[float, float] | None = None,
) -> Any:
    """Draw an arrow from the first word of each pair to the second, in the plane of all these words.

    A relation that the vectors know is a bundle of arrows with about one direction and length: man to king and
    woman to queen, countries to their capitals.

    Parameters
    ----------
    wv : KeyedVectors or Word2Vec
    pairs : iterable of pairs of keys, or mapping of names to such iterables
        Each named relation has a colour; all share the plane, so a relation by itself is often the clearer picture.
        A pair with an unknown word is left out, and the word named in one warning.
    path, method, title, size
        As in :func:`scatter`.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    MissingExtraError
        matplotlib is not installed.
    ParameterError
        No pairs, or what is no pair; `path` of another format; an argument out of its range.
    UnknownKeyError
        No pair has both words in the vocabulary.
    OSError
        The file cannot be written.
    """
    canvas.check_path(path)
    with canvas.drawing():
        kv = vectors_of(wv)
        arrows = _known_pairs(kv, _flat(pairs))
        groups = list(dict.fromkeys(name for name, _, _ in arrows))
        keys = list(dict.fromkeys(key for _, one, other in arrows for key in (one, other)))
        vectors = kv.vectors[rows_of(kv, keys)]
        points = project(vectors, method, keys)
        place = dict(zip(keys, points, strict=True))
        plane = Plane(vectors, points, method, title or f"{len(arrows):,} pairs of words", size, groups)
        for name, one, other in arrows:
            _draw_arrow(plane.axes, place[one], place[other], colour_of(groups.index(name)))
        plane.legend("-")
        lines = np.array([(*place[one], *place[other]) for _, one, other in arrows])
        plane.write(keys, points, 9.5 if len(keys) <= 60 else 8.0, lines)
        return canvas.finish(plane.figure, path)


def _draw_arrow(axes: Any, start: Any, end: Any, colour: str) -> None:
    axes.plot(*start, marker="o", color=colour, markersize=3.5, markeredgewidth=0, zorder=2)
    axes.plot(*end, marker="o", color=colour, markersize=3.5, markeredgewidth=0, zorder=2)
    axes.annotate("", end, start, arrowprops={
        "arrowstyle": "-|>,head_width=0.22,head_length=0.5", "color": colour, "linewidth": 1.1, "alpha": 0.75,
        "shrinkA": 2, "shrinkB": 3, "mutation_scale": 14,
    })


def _flat(pairs: Any) -> list[tuple[str, Any, Any]]:
    """Pairs with the name of their relation."""
    named = pairs.items() if isinstance(pairs, Mapping) else [("", pairs)]
    result = []
    for name, group in named:
        for pair in list(group) if isinstance(group, Iterable) and not isinstance(group, str) else [group]:
            if isinstance(pair, str | bytes) or not isinstance(pair, Iterable) or len(pair := tuple(pair)) != 2:
                raise ParameterError(f"pairs must be pairs of words such as ('man', 'king'), got {pair!r}")
            result.append((name, *pair))
    if not result:
        raise ParameterError("pairs must not be empty")
    return result


def _known_pairs(kv: Any, arrows: list[tuple[str, Any, Any]]) -> list[tuple[str, Any, Any]]:
    missing = list(dict.fromkeys(k for _, *pair in arrows for k in pair if k not in kv.key_to_index))
    left = [arrow for arrow in arrows if arrow[1] in kv.key_to_index and arrow[2] in kv.key_to_index]
    if not left:
        raise UnknownKeyError(f"no pair has both words in the vocabulary; unknown: {listed(missing)}")
    if missing:
        logger.warning("not in the vocabulary, and their pairs left out of the picture: %s", listed(missing))
    return left
