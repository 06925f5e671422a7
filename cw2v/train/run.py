"""The arrays that all epochs of a call share, and one epoch over them in threads."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cw2v import _core
from cw2v.corpus import EncodedCorpus, PairCorpus
from cw2v.errors import CheckpointError, DivergenceError, TrainingError
from cw2v.threads import run_threads
from cw2v.train import tables
from cw2v.train.position import Position
from cw2v.train.report import EpochReport
from cw2v.train.settings import Settings
from cw2v.vocabulary import Vocabulary

__all__ = ["Matrices", "Run"]

PAIR_BLOCK = 1024  # CW2V_PAIR_BLOCK of csrc/train/pairs.h
Corpus = EncodedCorpus | PairCorpus


@dataclass
class Matrices:
    """The weights, float32 with D columns and a row a word; training changes them in place.

    Attributes
    ----------
    vectors : ndarray (V, D)
        Word (input) vectors.
    syn1neg : ndarray (V, D) or None
        Output vectors of the words: of negative sampling or the full softmax. None where neither is trained.
    syn1 : ndarray (V, D) or None
        Vectors of the Huffman tree's inner nodes, row V - 2 the root's, as word2vec.c numbers them (until words are
        added, see ``cw2v.train.tree``); the last row is not used. None where the hierarchical softmax is not trained.
    """

    vectors: NDArray[np.float32]
    syn1neg: NDArray[np.float32] | None = None
    syn1: NDArray[np.float32] | None = None

    def check(self, n_words: int, writable: bool = True) -> None:
        """Raise TrainingError unless each is an array with one row for each word and the same columns, and writable."""
        shape = (n_words, self.vectors.shape[-1] if getattr(self.vectors, "ndim", 0) else 0)
        for name, matrix in vars(self).items():
            if matrix is None:
                continue
            if not isinstance(matrix, np.ndarray):
                raise TrainingError(f"{name} must be a NumPy array, got {type(matrix).__name__}")
            if matrix.shape != shape or matrix.dtype != np.float32:
                raise TrainingError(f"{name} must be float32 of shape {shape}, got {matrix.dtype} {matrix.shape}")
            if writable and not matrix.flags.writeable:
                raise TrainingError(f"{name} is read-only (a mapped file?): assign a copy of it to train on")


class Run:
    """A call of training over one corpus.

    Parameters
    ----------
    corpus : EncodedCorpus or PairCorpus
    vocabulary : Vocabulary
    matrices : Matrices
    settings : Settings
    """

    def __init__(self, corpus: Corpus, vocabulary: Vocabulary, matrices: Matrices, settings: Settings) -> None:
        self.settings, self.counts = settings, vocabulary.counts
        self.copiers = max(1, min(settings.workers, tables.available_processors()))
        self.input = tables.padded(matrices.vectors, self.copiers)
        output = matrices.vectors[:0] if matrices.syn1neg is None else matrices.syn1neg
        self.output = tables.padded(output, self.copiers)
        # The core numbers inner nodes from the root on.
        self.nodes = None if matrices.syn1 is None else tables.padded(matrices.syn1[:-1][::-1], self.copiers)
        self.columns = matrices.vectors.shape[1]
        self.paths = None if matrices.syn1 is None else tables.paths_of(vocabulary)
        self.keep = tables.keep_thresholds(vocabulary.keep_probability(settings.sample))
        self.noise = _core.alias_table(tables.noise_weights(vocabulary.counts, settings.ns_exponent))
        self.control = _core.Control()
        self.take(corpus)

    def take(self, corpus: Corpus) -> None:
        """Train on this corpus from now on."""
        settings, self.corpus = self.settings, corpus
        if isinstance(corpus, PairCorpus):
            self.ids, self.offsets = np.empty(0, np.int32), np.zeros(1, np.int64)
            self.blocks, self.n_blocks = np.zeros(1, np.int64), -(-corpus.n_words // PAIR_BLOCK)
        else:
            self.ids, self.offsets = corpus.ids, corpus.offsets
            self.blocks = tables.cut_blocks(corpus.offsets, tables.BLOCK_TOKENS)
            self.n_blocks = len(self.blocks) - 1
        self.threads = max(1, min(settings.workers, self.n_blocks, tables.available_processors()))
        # Lanes are for running text; what they do not train takes its turn on one thread, which is as exact.
        self.in_lanes = settings.deterministic and not settings.softmax and isinstance(corpus, EncodedCorpus)
        if settings.deterministic:
            self.threads = min(self.threads, _core.LANES) if self.in_lanes else 1
        self.workers: list[_core.Worker] = []
        self.lanes: _core.Lanes | None = None

    def write_back(self, matrices: Matrices) -> None:
        """Copy the weights to the caller's matrices."""
        tables.copy_rows([(theirs, ours) for ours, theirs in self._pairs(matrices)], self.copiers)

    def read(self, matrices: Matrices) -> None:
        """Take the weights from the caller's matrices."""
        tables.copy_rows(list(self._pairs(matrices)), self.copiers)

    def _pairs(self, matrices: Matrices) -> Iterator[tuple[NDArray[np.float32], NDArray[np.float32]]]:
        yield self.input[:, : self.columns], matrices.vectors
        if matrices.syn1neg is not None:
            yield self.output[:, : self.columns], matrices.syn1neg
        if matrices.syn1 is not None and self.nodes is not None:
            yield self.nodes[::-1, : self.columns], matrices.syn1[:-1]

    def check_finite(self, epoch: int) -> None:
        """Raise DivergenceError if a weight is not finite."""
        for name, weights in (("word", self.input), ("output", self.output), ("node", self.nodes)):
            if weights is None or np.isfinite(weights.sum(dtype=np.float64)):
                continue  # a sum of finite floats in double precision is finite: the fast way to know
            bad = int(np.count_nonzero(~np.isfinite(weights).all(axis=1)))
            raise DivergenceError(
                f"{bad} of {len(weights)} {name} vectors are not finite after epoch {epoch + 1}; lower alpha (it was "
                f"{self.settings.start_alpha:g}); the model keeps the last weights it was given back, which are finite"
            )

    def _epoch(self, number: int) -> _core.Epoch:
        s = self.settings
        total = max(self.corpus.n_words if s.total is None else s.total, 1)
        return _core.Epoch(
            ids=self.ids,
            offsets=self.offsets,
            blocks=self.blocks,
            keep=self.keep,
            noise=self.noise,
            dim=self.input.shape[1],
            columns=self.columns,
            window=s.window,
            shrink_windows=s.shrink_windows,
            sg=bool(s.sg),
            cbow_mean=bool(s.cbow_mean),
            cbow_exact=s.cbow_update == "exact",
            paths=self.paths,
            softmax=s.softmax,
            lock=s.lock,
            negative=s.negative if len(self.output) and not s.softmax else 0,
            measure_loss=s.compute_loss,
            shared_negatives=s.shared_negatives,
            seed=s.seed,
            epoch=s.first_epoch + number,
            start_alpha=s.start_alpha,
            end_alpha=s.end_alpha,
            progress_begin=number * self.corpus.n_words / (total * s.epochs),
            progress_step=1.0 / (total * s.epochs),
            fused=s.fused,
            shuffle=s.shuffle,
            relax=self.corpus.relax,
        )

    def _core_pairs(self, number: int) -> _core.Pairs | None:
        if isinstance(self.corpus, EncodedCorpus):
            return None
        corpus, order = self.corpus, self.corpus.order(self.settings.seed, self.settings.first_epoch + number)
        arrays = (corpus.centre, corpus.context, corpus.weight)
        return _core.Pairs(*(a if a is None or order is None else a[order] for a in arrays))  # type: ignore[arg-type]

    def _threads(self, epoch: _core.Epoch, pairs: _core.Pairs | None, poll: Callable[[], None]) -> list[_core.Account]:
        """Run until the epoch is over or paused; returns what was done."""
        if self.in_lanes:
            lanes = self.lanes = self.lanes or _core.Lanes(epoch, self.input, self.output, self.nodes)
            lanes.begin(epoch)
            run_threads(lambda i: lanes.train(epoch, self.control), self.threads, self.control.stop, poll)
            return lanes.accounts()
        if not self.workers:
            limits = tables.private_rows(self.counts, self.threads, self.corpus.n_words, self.input.shape[1])
            counted = tables.counted_at_once(self.counts, limits, self.settings.mean_contexts)
            self.workers = [
                _core.Worker(epoch, self.input, self.output, limits, self.nodes, counted=counted)
                for _ in range(self.threads)
            ]
        return run_threads(
            lambda i: self.workers[i].train(epoch, self.control, pairs), self.threads, self.control.stop, poll
        )

    def epoch(
        self, start: Position, poll: Callable[[float], bool], paused: Callable[[Position], object]
    ) -> EpochReport:
        """Train the epoch that `start` is in, from there on.

        Parameters
        ----------
        start : Position
        poll : callable
            Given the share of the epoch that is done, often; True asks for a pause.
        paused : callable
            Given the position of a pause.
        """
        at, epoch, pairs = start, self._epoch(start.epoch), self._core_pairs(start.epoch)
        self._check_position(start, epoch)
        words = max(self.corpus.n_words, 1)

        asked = False

        def look() -> None:
            nonlocal asked
            if poll(self.control.words_done / words):
                asked = True
                self.control.pause()

        while True:
            begun, asked = time.perf_counter(), False
            self.control.reset(at.place, at.words)
            accounts = self._threads(epoch, pairs, look)
            at = Position(
                epoch=at.epoch,
                place=self.control.next_place,
                words=self.control.words_done,
                trained=at.trained + sum(a[0] for a in accounts),
                subsampled=at.subsampled + sum(a[1] for a in accounts),
                pairs=at.pairs + sum(a[2] for a in accounts),
                loss=at.loss + sum(sum(a[3]) for a in accounts),
                seconds=at.seconds + time.perf_counter() - begun,
                reports=at.reports,
            )
            if at.place >= self.n_blocks or not asked:
                return self._report(at)
            paused(at)

    def _check_position(self, at: Position, epoch: _core.Epoch) -> None:
        """A position of a version that cut its blocks otherwise would be another place."""
        if isinstance(self.corpus, PairCorpus):
            words = min(at.place * PAIR_BLOCK, self.corpus.n_words)
        else:
            words = int(epoch.before[min(at.place, self.n_blocks)])
        if words != at.words or (self.in_lanes and at.place % _core.LANES and at.place < self.n_blocks):
            raise CheckpointError(f"place {at.place} does not begin at word {at.words}: the checkpoint was made by "
                                  "another version of cw2v, or without deterministic=True")

    def _report(self, at: Position) -> EpochReport:
        return EpochReport(
            raw=self.corpus.raw_words,
            trained=at.trained,
            subsampled=at.subsampled,
            out_of_vocabulary=self.corpus.out_of_vocabulary,
            pairs=at.pairs,
            loss=at.loss if self.settings.compute_loss else None,
            seconds=at.seconds,
        )
