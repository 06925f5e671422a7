"""Calls in threads: every outcome comes back, and no thread is left, whenever Ctrl-C comes."""

from __future__ import annotations

import itertools
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

import cw2v
from cw2v import Word2Vec
from cw2v import threads as threads_module
from cw2v.corpus.stream import Stream
from cw2v.threads import run_threads

OURS = str(Path(cw2v.__file__).parent)
PLACES = (threads_module.__file__, threading.__file__, str(Path(OURS, "train")))


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads_module, "_POLL_SECONDS", 0.001)


def interrupted(call: Callable[[], object], bytecodes: int) -> bool:
    """Call, and raise KeyboardInterrupt after so many bytecodes of the caller's thread; False if it came to its end.

    Bytecodes of `call` itself are not counted: only those of the package's threads, and of `threading`.
    """
    left = bytecodes

    def trace(frame: FrameType, event: str, argument: object) -> Any:
        nonlocal left
        frame.f_trace_opcodes, frame.f_trace_lines = frame.f_code.co_filename.startswith(PLACES), False
        if event == "opcode":
            left -= 1
            if left < 0:
                raise KeyboardInterrupt
        return trace

    before = sys.gettrace()
    try:
        sys.settrace(trace)
        call()
    except KeyboardInterrupt:
        return True
    finally:
        sys.settrace(before)
    return False


def ours() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith("cw2v")]


def test_results_are_in_order() -> None:
    assert run_threads(lambda i: i * i, 5, lambda: None, lambda: None) == [0, 1, 4, 9, 16]
    assert run_threads(lambda i: i, 0, lambda: None, lambda: None) == []


def test_the_caller_polls_until_the_end_and_once_more() -> None:
    polled, callers = [0], set()

    def poll() -> None:
        polled[0] += 1
        callers.add(threading.current_thread())

    def work(_: int) -> int:
        while polled[0] < 3:
            time.sleep(0.001)
        return polled[0]

    seen = run_threads(work, 2, lambda: None, poll)
    assert min(seen) >= 3
    assert polled[0] > max(seen) - 1
    assert callers == {threading.current_thread()}


@pytest.mark.parametrize("error", [ValueError("bad"), KeyboardInterrupt(), SystemExit(3)])
def test_the_failure_of_a_thread_stops_the_others_and_is_raised(error: BaseException) -> None:
    stopped: list[bool] = []

    def work(i: int) -> None:
        if i == 1:
            raise error
        while not stopped:
            time.sleep(0.001)

    with pytest.raises(type(error)) as caught:
        run_threads(work, 3, lambda: stopped.append(True), lambda: None)
    assert caught.value is error
    assert not ours()


def test_too_few_threads_are_an_error_and_those_there_are_end(monkeypatch: pytest.MonkeyPatch) -> None:
    start, stopped, begun, ended = threading.Thread.start, [], [], []

    def limited(thread: threading.Thread) -> None:
        if thread.name == "cw2v-2":
            raise RuntimeError("can't start new thread")
        start(thread)

    def work(i: int) -> None:
        begun.append(i)
        while not stopped:
            time.sleep(0.001)
        ended.append(i)

    monkeypatch.setattr(threading.Thread, "start", limited)
    with pytest.raises(RuntimeError, match="can't start new thread"):
        run_threads(work, 4, lambda: stopped.append(True), lambda: None)
    assert sorted(begun) == sorted(ended)
    assert set(begun) <= {0, 1}
    assert not ours()


class Watched:
    """Work that goes on until it has been polled twice, or is stopped."""

    def __init__(self) -> None:
        self.polled, self.stopped, self.running = 0, False, set[int]()

    def stop(self) -> None:
        self.stopped = True

    def poll(self) -> None:
        self.polled += 1

    def work(self, i: int) -> None:
        self.running.add(i)
        while not self.stopped and self.polled < 2:
            time.sleep(0.0005)
        self.running.remove(i)

    def run(self) -> None:
        run_threads(self.work, 2, self.stop, self.poll)


def test_ctrl_c_at_any_bytecode_leaves_no_thread() -> None:
    for bytecodes in itertools.count():
        watched = Watched()
        was_interrupted = interrupted(watched.run, bytecodes)
        assert not ours(), bytecodes
        assert not watched.running, bytecodes
        if not was_interrupted:
            break
    assert bytecodes > 100


def test_ctrl_c_at_any_bytecode_of_streaming_leaves_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    initial = Stream.__init__
    monkeypatch.setattr(Stream, "__init__", lambda *args, **options: initial(*args, **options, chunk_words=3_000))
    sentences = [[f"w{i * i % 97}" for i in range(n, n + 50)] for n in range(120)]
    model = Word2Vec(vector_size=8, min_count=1, workers=1)
    model.build_vocab(sentences)

    def train() -> None:
        model.train(iter(sentences), total_examples=120, epochs=1, streaming=True)

    for bytecodes in itertools.count(step=5):
        was_interrupted = interrupted(train, bytecodes)
        assert not ours(), bytecodes
        if not was_interrupted:
            break
    assert bytecodes > 500
    train()


def test_more_interrupts_while_the_threads_end_are_raised_afterwards() -> None:
    ends: list[int] = []
    stopped: list[bool] = []

    def stop() -> None:
        stopped.append(True)
        if len(stopped) < 3:
            raise KeyboardInterrupt(len(stopped))

    def work(i: int) -> None:
        while len(stopped) < 3:
            time.sleep(0.0005)
        ends.append(i)

    def poll() -> None:
        raise ValueError("the progress bar is broken")

    with pytest.raises(KeyboardInterrupt, match="2"):
        run_threads(work, 2, stop, poll)
    assert sorted(ends) == [0, 1]
    assert not ours()
