"""One call of training: an encoded corpus in, changed weights and the account of it out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from cw2v.corpus.stream import Stream
from cw2v.errors import DivergenceError, StopTraining
from cw2v.train.estimate import announce_cost
from cw2v.train.position import Checkpoints, Position
from cw2v.train.progress import ProgressState, Reporter
from cw2v.train.report import TrainingReport
from cw2v.train.run import Corpus, Matrices, Run
from cw2v.train.settings import Settings
from cw2v.train.streaming import StreamRun
from cw2v.vocabulary import Vocabulary

__all__ = ["EpochHooks", "mean_loss", "train"]


@dataclass(frozen=True)
class EpochHooks:
    """What is called around each epoch; the matrices hold the weights then, and may be changed.

    Attributes
    ----------
    begin : callable
        Without arguments.
    end : callable
        Given the report of all epochs so far.
    """

    begin: Callable[[], object]
    end: Callable[[TrainingReport], object]


def train(
    corpus: Corpus | Stream,
    vocabulary: Vocabulary,
    matrices: Matrices,
    settings: Settings,
    progress: bool | Callable[[ProgressState], object] = False,
    report_delay: float = 1.0,
    hooks: EpochHooks | None = None,
    start: Position | None = None,
    checkpoints: Checkpoints | None = None,
) -> TrainingReport:
    """Train `matrices` in place.

    Parameters
    ----------
    corpus : EncodedCorpus, PairCorpus or Stream
    vocabulary : Vocabulary
        Of V words.
    matrices : Matrices
        The objectives that are trained are those whose matrices are there.
    settings : Settings
    progress, report_delay
        See :class:`~cw2v.train.progress.Reporter`.
    hooks : EpochHooks, optional
        One that raises StopTraining ends the run.
    start : Position, optional
        Where to go on; default: the beginning.
    checkpoints : Checkpoints, optional
        Saved at the beginning and whenever they are due; the end, with what hooks do there, is the caller's.

    Returns
    -------
    TrainingReport
        Of the epochs that were trained.

    Raises
    ------
    AccountingError
        Not every token was trained, sub-sampled or unknown.
    DivergenceError
        Weights that are not finite; `matrices` hold the last that were.
    TrainingError
        A matrix has another shape than the vocabulary wants.
    KeyboardInterrupt
        Ctrl-C; the matrices hold what was trained until then.
    """
    matrices.check(len(vocabulary))
    streams = isinstance(corpus, Stream)
    run = (StreamRun if streams else Run)(corpus, vocabulary, matrices, settings)  # type: ignore[arg-type]
    at = start or Position()
    if settings.softmax and not streams and at.epoch < settings.epochs:
        announce_cost(run, settings.epochs - at.epoch)
    done = at.epoch + at.words / max(corpus.n_words, 1)
    reporter = Reporter(progress, settings.epochs, corpus.raw_words, settings.alpha_at, report_delay, done)
    report = TrainingReport(list(at.reports))
    if checkpoints is not None and start is None:
        checkpoints.save(at)
    try:
        for number in range(at.epoch, settings.epochs):
            at = at if at.epoch == number else Position(number)
            at = _epoch(run, at, matrices, report, reporter, hooks, checkpoints)
    except StopTraining:
        pass
    except DivergenceError:
        raise
    except BaseException:  # an interrupted model is still a model
        run.write_back(matrices)
        raise
    run.write_back(matrices)
    reporter.finish()
    return report


def _call(run: Run, matrices: Matrices, hook: Callable[[], object]) -> None:
    """Call a hook and take the weights as it leaves them, also if it raises."""
    try:
        hook()
    finally:
        run.read(matrices)


def _epoch(
    run: Run,
    at: Position,
    matrices: Matrices,
    report: TrainingReport,
    reporter: Reporter,
    hooks: EpochHooks | None,
    checkpoints: Checkpoints | None,
) -> Position:
    """One epoch with all that is called around it; returns the position behind it."""
    at = replace(at, reports=tuple(report.epochs))
    if hooks is not None and at.place == 0:
        _call(run, matrices, hooks.begin)

    def poll(share: float) -> bool:
        reporter.update(at.epoch, share)
        run.corpus.relax()
        return checkpoints is not None and checkpoints.due()

    def paused(position: Position) -> None:
        assert checkpoints is not None
        run.check_finite(position.epoch)
        run.write_back(matrices)
        checkpoints.save(position)

    report.epochs.append(run.epoch(at, poll, paused))
    report.epochs[-1].check()
    run.check_finite(at.epoch)
    if hooks is not None:
        run.write_back(matrices)
        _call(run, matrices, lambda: hooks.end(report))
    after = Position(at.epoch + 1, reports=tuple(report.epochs))
    is_last = after.epoch == run.settings.epochs  # that one is saved by the caller
    if checkpoints is not None and not is_last and (checkpoints.every is None or checkpoints.due()):
        run.write_back(matrices)
        checkpoints.save(after)
    return after


# A stream of random numbers that no epoch of training has: the same windows and noise at each call.
_MEASURING_EPOCH = 2**40


def mean_loss(corpus: Corpus, vocabulary: Vocabulary, matrices: Matrices, settings: Settings) -> float | None:
    """Mean loss of a prediction on a corpus, without training on it; None if nothing is predicted.

    The same sentences give the same loss for the same weights but for rounding, whatever was trained before.
    """
    matrices.check(len(vocabulary), writable=False)
    still = replace(settings, compute_loss=True, start_alpha=0.0, end_alpha=0.0, first_epoch=_MEASURING_EPOCH, epochs=1)
    return Run(corpus, vocabulary, matrices, still).epoch(Position(), lambda _: False, lambda _: None).mean_loss
