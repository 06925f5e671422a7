"""Training on a corpus that is not kept: the next chunk is read while threads train on this one.

The caller's thread reads, so that the caller's iterator runs where it was made and Ctrl-C interrupts it; another drives
the training threads. A chunk's tokens have the positions they would have in the whole corpus, and random numbers and
learning rate follow from these: with one worker and ``shuffle=False`` the vectors are, bit for bit, those of a corpus
that is kept. With ``shuffle=True`` the order changes within each chunk.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

import numpy as np

from cw2v.corpus import EncodedCorpus
from cw2v.corpus.stream import Chunk, Stream
from cw2v.threads import ThreadGroup
from cw2v.train.position import Position
from cw2v.train.report import EpochReport
from cw2v.train.run import Matrices, Run
from cw2v.train.settings import Settings
from cw2v.vocabulary import Vocabulary

__all__ = ["StreamRun"]


class _Stopped(Exception):
    """Ends the training of a chunk."""


class _Training:
    """The training of one chunk, in a thread of its own."""

    def __init__(
        self, train: Callable[[Callable[[float], bool]], EpochReport], halt: Callable[[], object], share: float
    ) -> None:
        self._train, self._halt, self._asked_to_stop = train, halt, False
        self._report: EpochReport | None = None
        self._errors: list[BaseException] = []
        self._group = ThreadGroup([("cw2v-chunk", self._run)], self._errors.append)
        self.share = share  # of the epoch that is done

    def _poll(self, share: float) -> bool:
        self.share = share
        if self._asked_to_stop:
            raise _Stopped
        return False

    def _run(self) -> None:
        self._poll(self.share)
        self._report = self._train(self._poll)

    def start(self) -> None:
        self._group.start()

    def report(self, between: Callable[[], object]) -> EpochReport:
        """Wait for the end; `between` is called often."""
        while not self._group.wait():
            between()
        if self._errors:
            raise self._errors[0]
        assert self._report is not None
        return self._report

    def stop(self) -> None:
        """End it and wait until it has; further interrupts do not cut this short."""
        self._group.end(self._ask_to_stop)

    def _ask_to_stop(self) -> None:
        self._asked_to_stop = True  # seen at the next look, should the epoch begin only after the next line
        self._halt()


class StreamRun(Run):
    """A call of training over a stream.

    Parameters
    ----------
    stream : Stream
    vocabulary, matrices, settings
        As of :class:`Run`.
    """

    def __init__(self, stream: Stream, vocabulary: Vocabulary, matrices: Matrices, settings: Settings) -> None:
        super().__init__(EncodedCorpus(np.empty(0, np.int32), np.zeros(1, np.int64), 0), vocabulary, matrices, settings)
        self.stream = stream

    def _train_chunk(self, chunk: Chunk, epoch: int, poll: Callable[[float], bool]) -> EpochReport:
        self.take(chunk)
        return super().epoch(Position(epoch, words=int(chunk.offsets[0])), poll, lambda _: None)

    def epoch(
        self, start: Position, poll: Callable[[float], bool], paused: Callable[[Position], object]
    ) -> EpochReport:
        """Train an epoch from its beginning; see :meth:`Run.epoch`. It never pauses."""
        begun = time.perf_counter()
        training: _Training | None = None
        reports: list[EpochReport] = []

        def between() -> None:
            poll(0.0 if training is None else training.share)

        try:
            for chunk in self.stream.chunks(between):
                if training is not None:
                    reports.append(training.report(between))
                done = int(chunk.offsets[0]) / max(chunk.n_words, 1)
                training = _Training(partial(self._train_chunk, chunk, start.epoch), self.control.stop, done)
                training.start()
            if training is not None:
                reports.append(training.report(between))
        except BaseException:
            if training is not None:
                training.stop()
            raise
        return _total(reports, time.perf_counter() - begun)


def _total(reports: list[EpochReport], seconds: float) -> EpochReport:
    losses = [report.loss for report in reports if report.loss is not None]
    return EpochReport(
        raw=sum(report.raw for report in reports),
        trained=sum(report.trained for report in reports),
        subsampled=sum(report.subsampled for report in reports),
        out_of_vocabulary=sum(report.out_of_vocabulary for report in reports),
        pairs=sum(report.pairs for report in reports),
        loss=sum(losses) if losses else None,
        seconds=seconds,
    )
