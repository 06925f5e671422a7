"""Runs one function in several threads and brings every outcome back to the caller."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

__all__ = ["run_threads"]

T = TypeVar("T")

_POLL_SECONDS = 0.05  # how long Ctrl-C may wait, and how often progress is looked at


def run_threads(
    work: Callable[[int], T], n_threads: int, stop: Callable[[], None], poll: Callable[[], None]
) -> list[T]:
    """Call ``work(i)`` for each i below `n_threads`, each in a thread of its own.

    Parameters
    ----------
    work : callable
        Must return soon after `stop` has been called.
    n_threads : int
    stop : callable
        Asks all threads to return.
    poll : callable
        Called in the caller's thread about every 50 ms.

    Returns
    -------
    list
        What each call returned, in order.

    Raises
    ------
    BaseException
        The first exception of a thread or of `poll`, KeyboardInterrupt included. All threads have ended by then.
    """
    results: list[T | None] = [None] * n_threads
    failures: list[BaseException] = []

    def body(index: int) -> None:
        try:
            results[index] = work(index)
        except BaseException as error:
            failures.append(error)
            stop()

    threads = [threading.Thread(target=body, args=(i,), name=f"cw2v-{i}", daemon=True) for i in range(n_threads)]
    started: list[threading.Thread] = []
    try:
        for thread in threads:
            thread.start()
            started.append(thread)
        for thread in threads:
            while thread.is_alive():
                thread.join(_POLL_SECONDS)
                poll()
    except BaseException:
        stop()
        for thread in started:
            thread.join()
        raise
    if failures:
        raise failures[0]
    return results  # type: ignore[return-value]
