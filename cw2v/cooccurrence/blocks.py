"""Sharing out rows among threads."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cw2v.threads import run_threads

__all__ = ["cut", "run_blocks"]


def cut(ends: NDArray[np.int64], limit: int) -> list[tuple[int, int]]:
    """Cut rows into consecutive blocks of work up to `limit`; a row that has more is a block by itself.

    Parameters
    ----------
    ends : ndarray of int64, (n + 1,)
        Work before each row, rising from 0: such as ``indptr``.
    limit : int

    Returns
    -------
    list of (first, last)
        Together all rows, none empty.
    """
    blocks, first, n = [], 0, len(ends) - 1
    while first < n:
        last = int(np.searchsorted(ends, ends[first] + limit, side="right")) - 1
        last = min(max(last, first + 1), n)
        blocks.append((first, last))
        first = last
    return blocks


def run_blocks(work: Callable[[int, int, int], Any], blocks: Sequence[tuple[int, int]], workers: int) -> None:
    """Call ``work(first, last, thread)`` for each block in up to `workers` threads, the next free one taking the next.

    The first exception, KeyboardInterrupt included, comes back to the caller when all calls have ended.
    """
    n_threads = min(workers, len(blocks))
    numbers = itertools.count()  # next() on it is one step of the interpreter: two threads never get the same
    stopped = False

    def stop() -> None:
        nonlocal stopped
        stopped = True

    def thread(number: int) -> None:
        while not stopped and (block := next(numbers)) < len(blocks):
            work(*blocks[block], number)

    if n_threads > 1:
        run_threads(thread, n_threads, stop, lambda: None)
    else:
        thread(0)
