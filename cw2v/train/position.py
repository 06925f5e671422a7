"""Where a run is: enough to go on from there."""

from __future__ import annotations

import numbers
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from cw2v.errors import ParameterError
from cw2v.train.report import EpochReport

__all__ = ["Checkpoints", "Position"]


@dataclass(frozen=True)
class Position:
    """A place between two blocks of a run.

    The generator needs no place in here: its numbers depend on the seed, the epoch and the token's position only, and
    so does the order.

    Attributes
    ----------
    epoch : int
        Epochs that are over.
    place : int
        The place in this epoch's order of the block that comes next.
    words : int
        Words of this epoch's corpus in the blocks before it.
    trained, subsampled, pairs : int
        Of this epoch so far; see :class:`~cw2v.train.report.EpochReport`.
    loss : float
        Likewise.
    seconds : float
        Likewise.
    reports : tuple of EpochReport
        Of the epochs that are over.
    """

    epoch: int = 0
    place: int = 0
    words: int = 0
    trained: int = 0
    subsampled: int = 0
    pairs: int = 0
    loss: float = 0.0
    seconds: float = 0.0
    reports: tuple[EpochReport, ...] = field(default=())

    def to_json(self) -> dict[str, Any]:
        """As a dictionary of numbers and lists."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Position:
        """What `to_json` returned. Raises TypeError or KeyError where that is not what it is given."""
        reports = tuple(EpochReport(**report) for report in values["reports"])
        return cls(**{**values, "reports": reports})


class Checkpoints:
    """When to save a run, and how.

    Parameters
    ----------
    every : float or "epoch"
        Seconds between two, above 0; "epoch": at the end of each epoch.
    write : callable
        Given a :class:`Position`, saves it with the weights, which are up to date then.
    """

    def __init__(self, every: object, write: Callable[[Position], object]) -> None:
        self.every, self.write = check_every(every), write
        self.last = time.perf_counter()

    def due(self) -> bool:
        """Whether it is time for one in the middle of an epoch."""
        return self.every is not None and time.perf_counter() - self.last >= self.every

    def save(self, position: Position) -> None:
        """Save now."""
        self.write(position)
        self.last = time.perf_counter()


def check_every(every: object) -> float | None:
    """`every` in seconds, None for "epoch".

    Raises
    ------
    ParameterError
        Neither.
    """
    if isinstance(every, str) and every == "epoch":
        return None
    is_number = isinstance(every, numbers.Real) and not isinstance(every, bool)
    if not is_number or not 0 < float(every) < float("inf"):  # type: ignore[arg-type]
        raise ParameterError(f'checkpoint_every must be seconds above 0 or "epoch", got {every!r}')
    return float(every)  # type: ignore[arg-type]
