"""What has happened to a model, noted with time and versions under gensim's names."""

from __future__ import annotations

import functools
import logging
import os
import platform
import sys
from datetime import datetime
from typing import Any

import numpy as np

__all__ = ["Lifecycle"]

logger = logging.getLogger("cw2v.word2vec")


@functools.cache
def _versions() -> dict[str, str]:
    from cw2v import __version__

    return {"cw2v": __version__, "python": sys.version, "platform": platform.platform()}


class Lifecycle:
    """An object that keeps a list of what has happened to it, which is saved with it.

    Attributes
    ----------
    lifecycle_events : list of dict, or None
        The oldest first; each has ``event``, ``datetime`` (ISO 8601, local time), ``cw2v``, ``python``, ``platform``
        and what the event brings. Set it to None to keep none: then one model makes the same file each time.
    """

    lifecycle_events: list[dict[str, Any]] | None

    def add_lifecycle_event(self, event_name: str, log_level: int | None = logging.INFO, **event: Any) -> None:
        """Note an event, and log it.

        Parameters
        ----------
        event_name : str
            ``created``, ``prepare_vocab``, ``build_vocab``, ``train``, ``saving`` and ``loaded`` are noted by cw2v.
        log_level : int or None, default logging.INFO
            None or False: not logged.
        **event
            Texts, numbers, booleans and None are kept as they are, other values as their ``str``.
        """
        kept = {name: _plain(value) for name, value in event.items()}
        if log_level:
            logger.log(log_level, "%s lifecycle event %s %s", type(self).__name__, event_name, kept)
        if self.lifecycle_events is not None:
            noted = {**kept, "datetime": datetime.now().isoformat(), **_versions(), "event": event_name}
            self.lifecycle_events.append(noted)


def _plain(value: Any) -> Any:
    """The value as JSON holds it."""
    if isinstance(value, np.bool_ | np.integer | np.floating):
        value = value.item()
    if isinstance(value, str | int | float | None):
        return value
    return os.fsdecode(value) if isinstance(value, os.PathLike | bytes) else str(value)
