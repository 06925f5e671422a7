"""Runs one function in several threads and brings every outcome back to the caller."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

__all__ = ["run_threads"]

T = TypeVar("T")

_POLL_SECONDS = 0.05  # how long Ctrl-C may wait, and how often progress is looked at


class _Call(threading.Thread):
    """One call in a thread, with an event for its end.

    ``Thread.join`` is not used to wait: interrupted by Ctrl-C it takes a running thread for a finished one on
    CPython before 3.13 (its clean-up releases the lock that the thread still holds).
    """

    def __init__(self, call: Callable[[], T], failed: Callable[[BaseException], None], name: str) -> None:
        super().__init__(name=name, daemon=True)
        self.call, self.failed = call, failed
        self.result: object = None
        self.ended = threading.Event()

    def run(self) -> None:
        try:
            self.result = self.call()
        except BaseException as error:
            self.failed(error)
        finally:
            self.ended.set()


def run_threads(
    work: Callable[[int], T], n_threads: int, stop: Callable[[], None], poll: Callable[[], object]
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
        Called in the caller's thread about every 50 ms, and at the end of each call.

    Returns
    -------
    list
        What each call returned, in order.

    Raises
    ------
    BaseException
        The first exception of a thread or of `poll`, KeyboardInterrupt included. All calls have ended by then.
    """
    failures: list[BaseException] = []

    def failed(error: BaseException) -> None:
        failures.append(error)
        stop()

    threads = [_Call(lambda i=i: work(i), failed, f"cw2v-{i}") for i in range(n_threads)]  # type: ignore[misc]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            ended = False
            while not ended:
                ended = thread.ended.wait(_POLL_SECONDS)
                poll()
    except BaseException:
        stop()
        _wait_for(threads)
        raise
    _wait_for(threads)
    if failures:
        raise failures[0]
    return [thread.result for thread in threads]  # type: ignore[misc]


def _wait_for(threads: list[_Call]) -> None:
    """Wait until every call that has begun has ended; further interrupts do not cut this short."""
    for thread in threads:
        while thread.ident is not None and thread.is_alive() and not thread.ended.is_set():
            try:
                thread.ended.wait(_POLL_SECONDS)
            except KeyboardInterrupt:
                continue
        if thread.ident is not None:
            thread.join()
