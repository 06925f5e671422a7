"""Runs one function in several threads and brings every outcome back to the caller."""

from __future__ import annotations

import threading
from _thread import allocate_lock, start_new_thread
from collections.abc import Callable, Iterable
from functools import partial
from typing import TypeVar

__all__ = ["ThreadGroup", "run_threads"]

T = TypeVar("T")

_POLL_SECONDS = 0.05  # how long Ctrl-C may wait, and how often progress is looked at


class ThreadGroup:
    """Calls in threads of their own, which one more thread starts and joins.

    Ctrl-C raises anywhere in the main thread's Python code: within `Thread.start` it leaves a thread that nobody can
    tell to be about to begin or not, within `Event.wait` a lock that stays closed, within `Thread.join` (CPython before
    3.13) a running thread that counts as finished. So all of these are left to a thread that no signal reaches; the
    caller starts that one by a single call into C, and waits at a bare lock.

    Parameters
    ----------
    calls : iterable of (str, callable)
        Names of the threads, and what they call, without arguments.
    failed : callable
        Given each exception, in the thread that it comes from.
    """

    def __init__(
        self, calls: Iterable[tuple[str, Callable[[], object]]], failed: Callable[[BaseException], object]
    ) -> None:
        self._failed = failed
        self._threads = [
            threading.Thread(target=self._call, args=(call,), name=name, daemon=True) for name, call in calls
        ]
        self._begun: list[int] = []
        self._ended = False
        self._end = allocate_lock()  # open from the end on
        self._end.acquire()

    def _call(self, call: Callable[[], object]) -> None:
        try:
            call()
        except BaseException as error:
            self._failed(error)

    def _run(self) -> None:
        started = []
        try:
            for thread in self._threads:
                thread.start()
                started.append(thread)
        except BaseException as error:  # there are no more threads to be had
            self._failed(error)
        finally:
            for thread in started:
                thread.join()
            self._ended = True
            self._end.release()

    def start(self) -> None:
        """Begin all calls."""
        # In one call into C, so that no interrupt comes between the thread's beginning and the list that tells of it.
        self._begun.extend(map(start_new_thread, (self._run,), ((),)))

    def wait(self) -> bool:
        """Wait for the end of all calls, about 50 ms at most; whether it has come."""
        if not self._ended:
            self._end.acquire(timeout=_POLL_SECONDS)
        return self._ended

    def end(self, stop: Callable[[], object]) -> None:
        """Call `stop` and wait until every call that has begun has ended; an interrupt meanwhile is raised then."""
        interrupt: BaseException | None = None
        asked, ended = False, not self._begun
        while not ended:
            try:
                if not asked:
                    stop()
                    asked = True
                ended = self.wait()
            except BaseException as error:
                interrupt = error
        if interrupt is not None:
            raise interrupt


def run_threads(
    work: Callable[[int], T], n_threads: int, stop: Callable[[], object], poll: Callable[[], object]
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
        Called in the caller's thread about every 50 ms, and when all calls have ended.

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
    results: dict[int, T] = {}

    def failed(error: BaseException) -> None:
        failures.append(error)
        stop()

    def call(i: int) -> None:
        results[i] = work(i)

    group = ThreadGroup(((f"cw2v-{i}", partial(call, i)) for i in range(n_threads)), failed)
    try:
        group.start()
        while not group.wait():
            poll()
        poll()
    except BaseException:
        group.end(stop)
        raise
    if failures:
        raise failures[0]
    return [results[i] for i in range(n_threads)]
