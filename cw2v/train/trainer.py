"""One call of training: an encoded corpus in, changed weights and the account of it out."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cw2v import _core
from cw2v.corpus import EncodedCorpus
from cw2v.errors import DivergenceError, StopTraining, TrainingError
from cw2v.threads import run_threads
from cw2v.train.progress import ProgressState, Reporter
from cw2v.train.report import EpochReport, TrainingReport
from cw2v.vocabulary import Vocabulary

__all__ = ["Matrices", "Settings", "train"]

# Tokens that a thread takes at a time: some 3 ms of work. Results with one worker do not depend on it.
BLOCK_TOKENS = 8192
# Private rows (docs/performance.md). All threads together keep PRIVATE_ROWS rows of each matrix private, the most
# frequent ones, but each at least MIN_PRIVATE_ROWS; words rarer than MIN_PRIVATE_COUNT get so few updates that a stale
# copy would matter. A copy misses at most STALE_UPDATES updates that other threads hold back.
PRIVATE_ROWS = 32_768
MIN_PRIVATE_ROWS = 4096
MIN_PRIVATE_COUNT = 64
STALE_UPDATES = 64


@dataclass(frozen=True)
class Settings:
    """What the core needs to know of a call of training.

    Attributes
    ----------
    window, shrink_windows, sg, hs, cbow_mean, cbow_update, compute_loss, negative, shared_negatives, ns_exponent,
    sample, seed, workers : see ``cw2v.parameters``
    start_alpha, end_alpha : float
        Learning rate at progress 0 and 1.
    epochs : int
    first_epoch : int
        How many epochs the model has seen before: it numbers the random streams.
    total : float or None
        The corpus' length in tokens that progress is measured by, if it is not the corpus' own.
    fused : bool
        False trains with the generic step, for tests.
    """

    window: int | tuple[int, int]
    shrink_windows: bool
    sg: int
    hs: int
    cbow_mean: int
    cbow_update: str
    compute_loss: bool
    negative: int
    shared_negatives: bool
    ns_exponent: float
    sample: float
    seed: int
    workers: int
    start_alpha: float
    end_alpha: float
    epochs: int
    first_epoch: int = 0
    total: float | None = None
    fused: bool = True

    def alpha_at(self, progress: float) -> float:
        """Learning rate at a share of the run from 0 to 1."""
        return self.start_alpha + (self.end_alpha - self.start_alpha) * min(max(progress, 0.0), 1.0)


def keep_thresholds(probability: NDArray[np.float64]) -> NDArray[np.uint32]:
    """The 32-bit thresholds that keep a token with the given probability: it stays if its bits are <= the threshold."""
    scaled = np.ceil(probability * 2.0**32) - 1
    thresholds: NDArray[np.uint32] = np.clip(scaled, 0, 2**32 - 1).astype(np.uint32)
    return thresholds


def noise_weights(counts: NDArray[np.int64], exponent: float) -> NDArray[np.float64]:
    """Noise distribution count ** exponent, scaled so that no exponent overflows; a count of 0 weighs 0."""
    weights = np.zeros(len(counts))
    seen = counts > 0
    logs = exponent * np.log(counts[seen])
    weights[seen] = np.exp(logs - logs.max()) if logs.size else logs
    return weights


def cut_blocks(offsets: NDArray[np.int64], block_tokens: int) -> NDArray[np.int64]:
    """Sentences at which blocks of about `block_tokens` tokens begin, and the number of sentences at the end."""
    n_sentences = len(offsets) - 1
    starts = np.searchsorted(offsets, np.arange(0, offsets[-1], block_tokens, dtype=np.int64))
    return np.unique(np.concatenate([[0], starts[starts < n_sentences], [n_sentences]])).astype(np.int64)


def padded(matrix: NDArray[np.float32]) -> NDArray[np.float32]:
    """A copy whose rows begin on cache lines: dimensions are filled up with zeros to a multiple of 16."""
    rows, dimensions = matrix.shape
    copy: NDArray[np.float32] = _core.aligned_zeros((rows, -(-dimensions // _core.ROW_ALIGN) * _core.ROW_ALIGN))
    copy[:, :dimensions] = matrix
    return copy


def private_rows(counts: NDArray[np.int64], threads: int) -> tuple[int, int]:
    """How many rows a thread keeps private, and after how many updates it merges each (``csrc/train/hot_rows.h``)."""
    if threads == 1 or threads - 1 > STALE_UPDATES:
        return 0, 1
    # Rows are private from the first on, so the first rare word ends them, whatever order the vocabulary is in.
    rare = np.flatnonzero(counts < MIN_PRIVATE_COUNT)
    frequent = int(rare[0]) if rare.size else len(counts)
    return min(frequent, max(MIN_PRIVATE_ROWS, PRIVATE_ROWS // threads)), max(1, STALE_UPDATES // (threads - 1))


EpochCallbacks = tuple[Callable[[], object], Callable[[], object]]


@dataclass
class Matrices:
    """The weights, float32 with D columns and a row a word; training changes them in place.

    Attributes
    ----------
    vectors : ndarray (V, D)
        Word (input) vectors.
    syn1neg : ndarray (V, D) or None
        Output vectors of negative sampling; None where it is not trained.
    syn1 : ndarray (V, D) or None
        Vectors of the Huffman tree's inner nodes, row V - 2 the root's, as word2vec.c numbers them; the last row is not
        used. None where the hierarchical softmax is not trained.
    """

    vectors: NDArray[np.float32]
    syn1neg: NDArray[np.float32] | None = None
    syn1: NDArray[np.float32] | None = None

    def check(self, n_words: int) -> None:
        """Raise TrainingError unless all have one row for each word and the same columns."""
        shape = (n_words, self.vectors.shape[-1])
        for name, matrix in vars(self).items():
            if matrix is not None and (matrix.shape != shape or matrix.dtype != np.float32):
                raise TrainingError(f"{name} must be float32 of shape {shape}, got {matrix.dtype} {matrix.shape}")


def train(
    corpus: EncodedCorpus,
    vocabulary: Vocabulary,
    matrices: Matrices,
    settings: Settings,
    progress: bool | Callable[[ProgressState], object] = False,
    report_delay: float = 1.0,
    callbacks: EpochCallbacks | None = None,
) -> TrainingReport:
    """Train `matrices` in place.

    Parameters
    ----------
    corpus : EncodedCorpus
    vocabulary : Vocabulary
        Of V words.
    matrices : Matrices
        The objectives that are trained are those whose matrices are there.
    settings : Settings
    progress, report_delay
        See :class:`~cw2v.train.progress.Reporter`.
    callbacks : pair of callables, optional
        Called before and after each epoch, without arguments; the matrices hold the weights then and may be changed.
        One that raises StopTraining ends the run.

    Returns
    -------
    TrainingReport
        Of the epochs that were trained.

    Raises
    ------
    AccountingError
        Not every token was trained, sub-sampled or unknown.
    DivergenceError
        Weights that are not finite; `matrices` are as they were before the call.
    TrainingError
        A matrix has another shape than the vocabulary wants.
    KeyboardInterrupt
        Ctrl-C; the matrices hold what was trained until then.
    """
    matrices.check(len(vocabulary))
    run = _Run(corpus, vocabulary, matrices, settings)
    reporter = Reporter(progress, settings.epochs, corpus.raw_words, settings.alpha_at, report_delay)
    report = TrainingReport()
    try:
        for epoch in range(settings.epochs):
            if callbacks is not None:
                callbacks[0]()
                run.read(matrices)
            report.epochs.append(run.epoch(epoch, reporter))
            report.epochs[-1].check()
            run.check_finite(epoch)
            if callbacks is not None:
                run.write_back(matrices)
                callbacks[1]()
                run.read(matrices)
    except StopTraining:
        run.read(matrices)
    except DivergenceError:
        raise
    except BaseException:  # an interrupted model is still a model
        run.write_back(matrices)
        raise
    run.write_back(matrices)
    reporter.finish()
    return report


def huffman_paths(counts: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.uint8]]:
    """Huffman tree of the words as (begin, node, code); see ``csrc/model/huffman.h``."""
    order = np.argsort(-counts, kind="stable").astype(np.int32)
    paths: tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.uint8]] = _core.huffman_paths(counts, order)
    return paths


class _Run:
    """The arrays that all epochs of a call share."""

    def __init__(
        self, corpus: EncodedCorpus, vocabulary: Vocabulary, matrices: Matrices, settings: Settings
    ) -> None:
        self.corpus, self.settings = corpus, settings
        self.input = padded(matrices.vectors)
        self.output = padded(matrices.vectors[:0] if matrices.syn1neg is None else matrices.syn1neg)
        # The core numbers inner nodes from the root on.
        self.nodes = None if matrices.syn1 is None else padded(matrices.syn1[:-1][::-1])
        self.columns = matrices.vectors.shape[1]
        self.paths = None if matrices.syn1 is None else huffman_paths(vocabulary.counts)
        self.keep = keep_thresholds(vocabulary.keep_probability(settings.sample))
        self.noise = _core.alias_table(noise_weights(vocabulary.counts, settings.ns_exponent))
        self.blocks = cut_blocks(corpus.offsets, BLOCK_TOKENS)
        self.threads = max(1, min(settings.workers, len(self.blocks) - 1))
        self.private = private_rows(vocabulary.counts, self.threads)
        self.control = _core.Control()
        self.workers: list[_core.Worker] = []

    def write_back(self, matrices: Matrices) -> None:
        """Copy the weights to the caller's matrices."""
        for ours, theirs in self._pairs(matrices):
            theirs[:] = ours

    def read(self, matrices: Matrices) -> None:
        """Take the weights from the caller's matrices."""
        for ours, theirs in self._pairs(matrices):
            ours[:] = theirs

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
                f"{self.settings.start_alpha:g}); the model keeps the weights from before this call of train()"
            )

    def _epoch(self, epoch: int) -> _core.Epoch:
        s = self.settings
        total = max(self.corpus.n_words if s.total is None else s.total, 1)
        return _core.Epoch(
            ids=self.corpus.ids,
            offsets=self.corpus.offsets,
            blocks=self.blocks,
            keep=self.keep,
            noise=self.noise,
            dim=self.input.shape[1],
            window=s.window,
            shrink_windows=s.shrink_windows,
            sg=bool(s.sg),
            cbow_mean=bool(s.cbow_mean),
            cbow_exact=s.cbow_update == "exact",
            paths=self.paths,
            negative=s.negative if len(self.output) else 0,
            measure_loss=s.compute_loss,
            shared_negatives=s.shared_negatives,
            seed=s.seed,
            epoch=s.first_epoch + epoch,
            start_alpha=s.start_alpha,
            end_alpha=s.end_alpha,
            progress_begin=epoch * self.corpus.n_words / (total * s.epochs),
            progress_step=1.0 / (total * s.epochs),
            fused=s.fused,
        )

    def epoch(self, number: int, reporter: Reporter) -> EpochReport:
        """Train one epoch."""
        begun = time.perf_counter()
        epoch = self._epoch(number)
        if not self.workers:
            self.workers = [
                _core.Worker(epoch, self.input, self.output, *self.private, self.nodes) for _ in range(self.threads)
            ]
        self.control.reset()
        words = max(self.corpus.n_words, 1)
        tallies = run_threads(
            lambda i: self.workers[i].train(epoch, self.control),
            self.threads,
            self.control.stop,
            lambda: reporter.update(number, self.control.words_done / words),
        )
        return EpochReport(
            raw=self.corpus.raw_words,
            trained=sum(t[0] for t in tallies),
            subsampled=sum(t[1] for t in tallies),
            out_of_vocabulary=self.corpus.out_of_vocabulary,
            pairs=sum(t[2] for t in tallies),
            loss=sum(sum(t[3]) for t in tallies) if self.settings.compute_loss else None,
            seconds=time.perf_counter() - begun,
        )
