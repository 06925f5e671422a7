"""Where labels go so that none covers another: plain geometry, which knows nothing of fonts and files.

A box is (left, bottom, right, top), a segment (x, y, x', y'); all numbers are pixels.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

__all__ = ["Placed", "crosses", "overlaps", "place"]

Floats = npt.NDArray[np.floating[Any]]

_GAP = 4.0  # between a point and a label beside it
_PADDING = 1.0  # around a label: sizes differ by a pixel between file formats
_RINGS = (0.0, 8.0, 16.0, 26.0, 38.0, 52.0, 68.0, 86.0, 106.0, 130.0, 158.0)
_LEADER = 7.0  # a label farther from its point than this gets a line
# What a place costs: a ring outward, a point or a line that is covered, a leader that crosses another.
_OUTWARD, _COVERED, _CROSSED = 1.0, 2.5, 3.0


class Placed(NamedTuple):
    """Where a label stands.

    Attributes
    ----------
    x, y : float
        Its left lower corner.
    leader : tuple of 4 floats, or None
        A line from the point to the label, where it is not beside it.
    """

    x: float
    y: float
    leader: tuple[float, float, float, float] | None


def overlaps(boxes: Floats, others: Floats) -> npt.NDArray[np.bool_]:
    """Whether boxes (n, 4) and others (m, 4) have an area in common: (n, m)."""
    one, two = boxes[:, None], others[None]
    result: npt.NDArray[np.bool_] = (
        (one[..., 0] < two[..., 2]) & (two[..., 0] < one[..., 2])
        & (one[..., 1] < two[..., 3]) & (two[..., 1] < one[..., 3])
    )
    return result


def crosses(segments: Floats, boxes: Floats) -> npt.NDArray[np.bool_]:
    """Whether segments (n, 4) pass through boxes (m, 4): (n, m). Liang and Barsky 1984, the slab of each axis."""
    enter = np.zeros((len(segments), len(boxes)))
    leave = np.ones_like(enter)
    for axis in (0, 1):
        start, step = segments[:, axis, None], (segments[:, axis + 2] - segments[:, axis])[:, None]
        step = np.where(np.abs(step) < 1e-9, 1e-9, step)
        one, two = (boxes[None, :, axis] - start) / step, (boxes[None, :, axis + 2] - start) / step
        enter, leave = np.maximum(enter, np.minimum(one, two)), np.minimum(leave, np.maximum(one, two))
    result: npt.NDArray[np.bool_] = enter < leave
    return result


def _directions() -> tuple[Floats, Floats]:
    """Directions (n, 2) with the costs (n,) that make the eye's favourites come first: right, left, above, below."""
    angles = np.arange(16) * (np.pi / 8)
    cost = np.full(16, 0.6)
    cost[[2, 6, 10, 14]] = 0.4
    cost[[0, 8, 4, 12]] = 0.0, 0.2, 0.25, 0.3
    return np.stack([np.cos(angles), np.sin(angles)], axis=1), cost


_DIRECTIONS, _FAVOUR = _directions()


class _Page:
    """What stands on the page already."""

    def __init__(self, points: Floats, area: tuple[float, float, float, float], lines: Floats) -> None:
        self.points, self.area = points, area
        self.boxes, self.leaders = np.empty((0, 4)), np.empty((0, 4))
        self.lines = lines

    def best(self, point: Floats, size: Floats) -> tuple[Floats, Floats] | None:
        """Box and leader of the cheapest free place for a label, or None."""
        boxes, cost = _candidates(point, size)
        leaders = np.concatenate([np.broadcast_to(point, (len(boxes), 2)), _nearest(point, boxes)], axis=1)
        left, bottom, right, top = self.area
        free = (boxes[:, 0] >= left) & (boxes[:, 1] >= bottom) & (boxes[:, 2] <= right) & (boxes[:, 3] <= top)
        free &= ~overlaps(boxes, self.boxes).any(axis=1)
        free &= ~crosses(leaders, self.boxes).any(axis=1) & ~crosses(self.leaders, boxes).any(axis=0)
        if not free.any():
            return None
        boxes, leaders, cost = boxes[free], leaders[free], cost[free]
        reach = np.abs(self.points - point).max(axis=1) <= np.abs(boxes - np.tile(point, 2)).max() + 2
        dots = np.concatenate([self.points[reach] - 2, self.points[reach] + 2], axis=1)
        cost = cost + _COVERED * overlaps(boxes, dots).sum(axis=1) + _COVERED * crosses(self.lines, boxes).sum(axis=0)
        thin = np.concatenate([np.minimum(leaders[:, :2], leaders[:, 2:]), np.maximum(leaders[:, :2], leaders[:, 2:])],
                              axis=1)
        cost = cost + _CROSSED * crosses(self.leaders, thin).sum(axis=0)
        chosen = int(np.argmin(cost))
        return boxes[chosen], leaders[chosen]


def place(
    points: Floats, sizes: Floats, area: tuple[float, float, float, float], lines: Floats | None = None
) -> list[Placed | None]:
    """Give each label a place beside its point, or farther off with a leader, or none where there is no room.

    Greedy: the labels come in the order of their importance, and each takes the cheapest of some hundred places
    around its point that overlaps no label and no leader that stands already. To cover points or lines costs.

    Parameters
    ----------
    points : ndarray of float (n, 2)
    sizes : ndarray of float (n, 2)
        Width and height of each label.
    area : box
        Where labels may be.
    lines : ndarray of float (m, 4), optional
        Segments that labels should rather not cover.

    Returns
    -------
    list of n :class:`Placed` or None
    """
    page = _Page(points, area, np.empty((0, 4)) if lines is None else lines)
    result: list[Placed | None] = []
    for point, size in zip(points, sizes, strict=True):
        found = page.best(point, size + 2 * _PADDING)
        if found is None:
            result.append(None)
            continue
        box, leader = found
        is_far = float(np.hypot(*(leader[2:] - leader[:2]))) > _LEADER
        page.boxes = np.concatenate([page.boxes, box[None]])
        if is_far:
            page.leaders = np.concatenate([page.leaders, leader[None]])
        ends = (float(leader[0]), float(leader[1]), float(leader[2]), float(leader[3]))
        result.append(Placed(float(box[0]) + _PADDING, float(box[1]) + _PADDING, ends if is_far else None))
    return result


def _candidates(point: Floats, size: Floats) -> tuple[Floats, Floats]:
    """Boxes (n, 4) around a point, with their costs (n,)."""
    half = size / 2
    boxes, costs = [], []
    for number, ring in enumerate(_RINGS):
        # The centre goes so far that the box's border, not its middle, is a gap away from the point.
        reach = np.min(half / np.maximum(np.abs(_DIRECTIONS), 1e-9), axis=1)
        centres = point + _DIRECTIONS * (reach + _GAP + ring)[:, None]
        boxes.append(np.concatenate([centres - half, centres + half], axis=1))
        costs.append(_FAVOUR + number * _OUTWARD)
    return np.concatenate(boxes), np.concatenate(costs)


def _nearest(point: Floats, boxes: Floats) -> Floats:
    """The point of each box (n, 4) that is nearest to `point`: (n, 2)."""
    return np.clip(point, boxes[:, :2], boxes[:, 2:])
